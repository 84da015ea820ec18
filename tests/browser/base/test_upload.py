"""The upload: sent raw and apart from the form, so that no answer to it loses what was typed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

pytestmark = pytest.mark.slow

CHECKED = '<div class="up" data-media-id="42"><p class="name">loaf.mp4</p><p>1080 × 1920</p></div>'
CLIP = {"name": "pão é bom.mp4", "mimeType": "video/mp4", "buffer": b"\0" * 2000}


def answer(
    page: Page, *, status: int = 201, body: str = CHECKED, kind: str = "text/html; charset=utf-8"
) -> list[Request]:
    """The server's answer to every upload from now on, and the requests it will have had."""
    requests: list[Request] = []

    def reply(route: Route) -> None:
        requests.append(route.request)
        route.fulfill(status=status, body=body, content_type=kind)

    page.route("**/components/upload/", reply)
    return requests


def choose(page: Page) -> None:
    page.locator("#id_media_file").set_input_files([CLIP])


def media(page: Page) -> str:
    return page.locator("#id_media").input_value()


def test_a_video_goes_up_raw_with_its_name_and_the_token(composer: Page) -> None:
    requests = answer(composer)
    choose(composer)
    expect(composer.get_by_text("1080 × 1920")).to_be_visible()
    [sent] = requests
    assert (sent.method, sent.headers["content-type"]) == ("POST", "video/mp4")
    assert sent.headers["x-file-name"] == "p%C3%A3o%20%C3%A9%20bom.mp4"
    assert re.fullmatch(r"\w{64}", sent.headers["x-csrftoken"])
    assert media(composer) == "42"
    expect(composer.get_by_role("link", name="Add a video")).to_have_count(0)
    expect(composer.get_by_text("Replace the video")).to_be_visible()


def test_the_local_file_is_previewed_at_once(composer: Page) -> None:
    answer(composer)
    choose(composer)
    expect(composer.locator("video[data-preview]")).to_have_attribute("src", re.compile("^blob:"))


@pytest.mark.parametrize(
    ("status", "body", "kind", "sentence"),
    [
        (415, '{"error": "This is not a video."}', "application/json", "This is not a video."),
        (503, "<h1>Bad gateway</h1>", "text/html", "Our server could not take the video."),
        (413, "too big", "text/plain", "Our server could not take the video."),
        (200, "what?", "text/plain", "Our server could not take the video."),
    ],
)
def test_a_refusal_is_a_sentence_and_keeps_everything(
    composer: Page, expected: list[str], status: int, body: str, kind: str, sentence: str
) -> None:
    expected.append("Failed to load resource")
    composer.get_by_role("textbox", name="Caption").fill("Kept")
    composer.evaluate("document.querySelector('#id_media').value = '7'")
    answer(composer, status=status, body=body, kind=kind)
    choose(composer)
    expect(composer.get_by_role("alert")).to_contain_text(sentence)
    assert media(composer) == "7"
    expect(composer.get_by_role("textbox", name="Caption")).to_have_value("Kept")


def test_a_refusal_with_its_own_page_part_is_shown_and_keeps_schedule_off(
    composer: Page, expected: list[str]
) -> None:
    expected.append("422")
    part = '<div class="up" data-todo="Replace the video" data-todo-if=""><p>Too long.</p></div>'
    answer(composer, status=422, body=part)
    choose(composer)
    expect(composer.get_by_text("Too long.")).to_be_visible()
    assert media(composer) == ""
    expect(composer.get_by_role("link", name="Replace the video")).to_be_visible()


def test_a_broken_line_offers_another_try_with_the_same_file(composer: Page, expected: list[str]) -> None:
    expected.append("ERR_INTERNET_DISCONNECTED")
    composer.route("**/components/upload/", lambda route: route.abort("internetdisconnected"))
    choose(composer)
    expect(composer.get_by_role("alert")).to_contain_text("The connection broke")
    composer.unroute("**/components/upload/")
    requests = answer(composer)
    composer.get_by_role("button", name="Try again").click()
    expect(composer.get_by_text("1080 × 1920")).to_be_visible()
    expect(composer.get_by_role("alert")).to_be_hidden()
    assert (len(requests), media(composer)) == (1, "42")


def test_while_a_new_video_is_on_its_way_the_old_one_cannot_be_scheduled(composer: Page) -> None:
    composer.evaluate("document.querySelector('#id_media').value = '7'")
    waiting: list[Route] = []
    composer.route("**/components/upload/", lambda route: waiting.append(route))
    choose(composer)
    expect(composer.get_by_role("link", name="Wait for the upload")).to_be_visible()
    expect(composer.get_by_role("progressbar", name="Upload")).to_be_visible()
    assert media(composer) == ""
    composer.get_by_role("button", name="Stop").click()
    expect(composer.get_by_role("progressbar", name="Upload")).to_be_hidden()
    assert media(composer) == "7"
    composer.unroute_all(behavior="ignoreErrors")


def test_leaving_the_page_during_an_upload_asks_first(composer: Page) -> None:
    composer.route("**/components/upload/", lambda route: None)
    choose(composer)
    asked: list[str] = []
    composer.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    composer.get_by_role("textbox", name="Caption").click()  # a browser asks only people who touched the page
    composer.evaluate("location.assign('/components/')")
    composer.wait_for_timeout(0)
    expect(composer).to_have_url(re.compile("/composer/$"))
    assert asked == ["beforeunload"]
    composer.close()  # with the request still held: released, it would reach a server that has no such page


@pytest.mark.parametrize(
    ("bytes_", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.00 kB"),
        (15_000_000, "15.0 MB"),
        (1_800_000_000, "1.80 GB"),
    ],
)
def test_sizes_are_written_in_decimal_units(composer: Page, bytes_: int, words: str) -> None:
    assert composer.evaluate("async (n) => (await import('/static/js/pace.js')).size(n)", bytes_) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "A few seconds left"),
        (47, "About 50 seconds left"),
        (58, "About a minute left"),
        (200, "About 3 minutes left"),
    ],
)
def test_the_time_left_is_written_in_words(composer: Page, seconds: int, words: str) -> None:
    assert (
        composer.evaluate("async (s) => (await import('/static/js/pace.js')).remaining(s)", seconds) == words
    )


def test_no_speed_is_guessed_in_the_first_second(composer: Page) -> None:
    readings = composer.evaluate(
        """async () => { const pace = new (await import("/static/js/pace.js")).Pace(100_000_000);
        return [[0, 0], [5e6, 500], [10e6, 1000], [1e8, 9000]].map(([sent, at]) => pace.at(sent, at)) }"""
    )
    assert [reading["speed"] for reading in readings] == ["", "", "10.0 MB/s", ""]
    assert [reading["left"] for reading in readings] == [
        "",
        "",
        "About 10 seconds left",
        "Checking the video",
    ]
