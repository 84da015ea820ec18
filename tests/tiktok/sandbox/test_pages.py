"""The creator's page: what a visitor sees of the posts that arrived."""

from __future__ import annotations

import re

import pytest
import requests

from tests.sandbox_process import Sandbox

from .caller import VIDEO, Caller


def profile(sandbox: Sandbox, creator: str = "luna.bakes") -> requests.Response:
    return requests.get(f"{sandbox.base_url}/@{creator}", timeout=5)


def test_an_empty_page_counts_no_posts(sandbox: Sandbox) -> None:
    assert sandbox.posts_on_page("luna.bakes") == 0
    assert "Nothing posted yet." in profile(sandbox).text


def test_posts_are_shown_newest_first_with_caption_and_audience(luna: Caller) -> None:
    luna.publish(title="First loaf")
    luna.publish(title="Only for <me>", privacy_level="SELF_ONLY")
    page = profile(luna.sandbox).text
    assert 'data-posts="2"' in page
    assert re.findall(r'class="caption">([^<]+)<', page) == ["Only for &lt;me&gt;", "First loaf"]
    assert re.findall(r'class="badge">([^<]+)<', page) == ["Only me", "Everyone"]


def test_what_failed_or_is_in_processing_is_not_on_the_page(luna: Caller) -> None:
    luna.sandbox.fault("fail")
    luna.publish()
    luna.sandbox.control(settings={"processing_seconds": 60})
    publish_id = luna.publish()
    assert luna.sandbox.posts_on_page("luna.bakes") == 0
    assert requests.get(f"{luna.sandbox.base_url}/media/{publish_id}", timeout=5).status_code == 404


def test_the_real_media_is_played_from_the_page_in_ranges(luna: Caller) -> None:
    luna.publish()
    [source] = re.findall(r'<video [^>]*src="([^"]+)"', profile(luna.sandbox).text)
    url = luna.sandbox.base_url + source
    whole = requests.get(url, timeout=5)
    part = requests.get(url, headers={"Range": "bytes=4-7"}, timeout=5)
    assert (whole.content, whole.headers["Content-Type"]) == (VIDEO, "video/mp4")
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["Content-Range"] == f"bytes 4-7/{len(VIDEO)}"


def test_a_post_has_a_page_of_its_own_under_its_id(luna: Caller) -> None:
    luna.publish(title="First loaf")
    [post_id] = luna.status(luna.publish(title="Second loaf")).json()["data"]["publicaly_available_post_id"]
    page = requests.get(f"{luna.sandbox.base_url}/@luna.bakes/video/{post_id}", timeout=5).text
    assert "Second loaf" in page
    assert "First loaf" not in page


@pytest.mark.parametrize("path", ["/@nobody", "/@luna.bakes/video/1", "/media/none", "/avatars/nobody.png"])
def test_what_is_not_there_is_404(sandbox: Sandbox, path: str) -> None:
    assert requests.get(sandbox.base_url + path, timeout=5).status_code == 404


@pytest.mark.parametrize("path", ["/", "/@luna.bakes"])
def test_pages_say_what_they_are_and_carry_nothing_inline(sandbox: Sandbox, path: str) -> None:
    page = requests.get(sandbox.base_url + path, timeout=5)
    assert "TikTok sandbox, not TikTok" in page.text
    assert not re.search(r"<script|<style|style=|\son\w+=", page.text)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert (
        requests.get(f"{sandbox.base_url}/assets/sandbox.css", timeout=5).headers["Content-Type"]
        == "text/css"
    )
