"""Fetching by URL: really over HTTP, checked, and never past a redirect (contract 7.3, 9.1, 11)."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from tests.sandbox_process import start_sandbox
from tiktok.sandbox.images import read_picture

from .caller import VIDEO, Caller, code_of, eventually, id_of
from .media_host import MediaHost, picture


def test_a_video_is_fetched_checked_and_posted(nearby: Caller, host: MediaHost) -> None:
    publish_id = id_of(nearby.pull(host.put("/loaf.mp4", VIDEO)))
    assert publish_id.startswith("v_pub_url~")
    data = nearby.settled(publish_id)
    assert (data["status"], data["downloaded_bytes"]) == ("PUBLISH_COMPLETE", len(VIDEO))
    assert "uploaded_bytes" not in data
    [entry] = nearby.sandbox.ledger()["publishes"]
    assert (entry["sha256"], entry["by_pull"]) == (sha256(VIDEO).hexdigest(), True)
    assert host.asked == [("GET", "/loaf.mp4", "")]


def test_until_it_is_fetched_it_is_in_download(nearby: Caller, host: MediaHost) -> None:
    host.gate.clear()
    publish_id = id_of(nearby.pull(host.put("/loaf.mp4", VIDEO)))
    eventually(lambda: host.asked != [])
    assert nearby.data(publish_id) == {"status": "PROCESSING_DOWNLOAD", "downloaded_bytes": 0}
    host.gate.set()
    assert nearby.settled(publish_id)["status"] == "PUBLISH_COMPLETE"


def test_head_and_ranges_can_be_asked_for(nearby: Caller, host: MediaHost) -> None:
    nearby.sandbox.control(settings={"pull_head_first": True, "pull_range_bytes": 2_000})
    assert nearby.settled(id_of(nearby.pull(host.put("/v", VIDEO))))["downloaded_bytes"] == len(VIDEO)
    assert host.asked == [("HEAD", "/v", ""), ("GET", "/v", "bytes=0-1999"), ("GET", "/v", "bytes=2000-3999")]


@pytest.mark.parametrize(
    "reply",
    [
        {"status": 404},
        {"status": 500},
        {"status": 302, "location": "/elsewhere"},
        {"body": VIDEO, "stated": len(VIDEO) + 1},
    ],
)
def test_anything_but_a_whole_200_is_a_failed_pull(
    nearby: Caller, host: MediaHost, reply: dict[str, object]
) -> None:
    host.put("/elsewhere", VIDEO)
    url = host.put("/v", **{"body": b"", **reply})  # type: ignore[arg-type]
    video, photo = id_of(nearby.pull(url)), id_of(nearby.photos([url]))
    assert nearby.settled(video)["fail_reason"] == "video_pull_failed"
    assert nearby.settled(photo)["fail_reason"] == "photo_pull_failed"
    assert "/elsewhere" not in {path for _, path, _ in host.asked}


def test_a_host_that_is_not_there_is_a_failed_pull(nearby: Caller) -> None:
    assert nearby.settled(id_of(nearby.pull("http://127.0.0.1:1/v")))["fail_reason"] == "video_pull_failed"


def test_a_pull_that_takes_too_long_is_a_failed_pull(nearby: Caller, host: MediaHost) -> None:
    nearby.sandbox.control(settings={"pull_timeout_seconds": 0.2})
    host.gate.clear()
    assert nearby.settled(id_of(nearby.pull(host.put("/v", VIDEO))))["fail_reason"] == "video_pull_failed"


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (picture("PNG"), "file_format_check_failed"),
        (b"not an image", "file_format_check_failed"),
        (picture()[:100], "file_format_check_failed"),
        (picture(size=(1_081, 1_081)), "picture_size_check_failed"),
        (picture(size=(1_080, 1_921)), "picture_size_check_failed"),
        (picture() + bytes(20_000_000), "picture_size_check_failed"),
    ],
)
def test_an_image_that_tiktok_does_not_take_fails_the_post(
    nearby: Caller, host: MediaHost, image: bytes, reason: str
) -> None:
    urls = [host.put("/good.jpg", picture()), host.put("/bad.jpg", image, content_type="image/jpeg")]
    data = nearby.settled(id_of(nearby.photos(urls)))
    assert (data["status"], data["fail_reason"]) == ("FAILED", reason)
    assert nearby.sandbox.posts_on_page("luna.bakes") == 0


def test_a_video_that_is_none_fails(nearby: Caller, host: MediaHost) -> None:
    data = nearby.settled(id_of(nearby.pull(host.put("/v.mp4", picture()))))
    assert data["fail_reason"] == "file_format_check_failed"


@pytest.mark.parametrize("size", [(1_080, 1_920), (1_920, 1_080), (1, 1), (333, 77)])
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"x"}),
    ],
)
def test_sizes_are_read_from_every_kind_of_header(
    kind: str, options: dict[str, object], size: tuple[int, int]
) -> None:
    found = read_picture(picture(kind, size, **options))
    assert found is not None
    assert (found.content_type, found.width, found.height) == (f"image/{kind.lower()}", *size)
    assert found.fits()


def test_a_fetch_can_be_cancelled_while_it_is_under_way(nearby: Caller, host: MediaHost) -> None:
    host.gate.clear()
    publish_id = id_of(nearby.photos([host.put("/a.jpg", picture())]))
    answer = nearby.cancel(publish_id)
    assert code_of(answer) == (200, "ok")
    assert set(answer.json()) == {"error"}
    data = nearby.data(publish_id)
    assert (data["status"], data["fail_reason"]) == ("FAILED", "publish_cancelled")
    assert code_of(nearby.cancel(publish_id)) == (400, "publish_not_cancellable")


def test_what_is_fetched_or_uploaded_cannot_be_cancelled(nearby: Caller, host: MediaHost) -> None:
    pulled = id_of(nearby.pull(host.put("/v", VIDEO)))
    nearby.settled(pulled)
    for publish_id in (pulled, nearby.publish(), nearby.begin()["publish_id"]):
        assert code_of(nearby.cancel(publish_id)) == (400, "publish_not_cancellable")
    assert code_of(nearby.cancel("none")) == (400, "invalid_publish_id")
    fern = Caller(nearby.sandbox, "fernandfold")
    assert code_of(fern.cancel(pulled)) == (400, "token_not_authorized_for_specified_publish_id")


@pytest.mark.parametrize(("kind", "asked"), [("no_pull", 0), ("stall_pull", 1)])
def test_a_fetch_that_never_ends_can_be_ordered(
    nearby: Caller, host: MediaHost, kind: str, asked: int
) -> None:
    nearby.sandbox.fault(kind)
    publish_id = id_of(nearby.pull(host.put("/v", VIDEO)))
    eventually(lambda: len(host.asked) == asked)
    assert nearby.data(publish_id)["status"] == "PROCESSING_DOWNLOAD"
    assert code_of(nearby.cancel(publish_id)) == (200, "ok")


@pytest.mark.slow
def test_a_fetch_begins_again_after_a_crash(tmp_path: Path, host: MediaHost) -> None:
    sandbox = start_sandbox(tmp_path, allow_loopback=True)
    try:
        caller = Caller(sandbox)
        host.gate.clear()
        publish_id = id_of(caller.photos([host.put("/a.jpg", picture())]))
        eventually(lambda: len(host.asked) == 1)
        sandbox.kill()
        host.gate.set()
        sandbox.start()
        assert caller.settled(publish_id)["status"] == "PUBLISH_COMPLETE"
        assert sandbox.posts_on_page("luna.bakes") == 1
    finally:
        sandbox.kill()
