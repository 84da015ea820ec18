from __future__ import annotations

import pytest

from tiktok.client import ChunkReply, Outcome, Remedy, Secret, plan_upload
from tiktok.client.codes.words import OUR_SETUP
from tiktok.client.errors import ForeignHost
from tiktok.client.uploads import build_chunk, check_upload_url, parse_chunk, time_for
from tiktok.client.wire import Response, Stream

REAL = "https://open.tiktokapis.com"
PLAN = plan_upload(70_000_000)


def test_a_chunk_declares_its_bytes_and_carries_no_token() -> None:
    url = Secret("https://upload.us.tiktokapis.com/video/?upload_token=CANARY")
    request = build_chunk(url, PLAN, 1, [b""], "video/mp4")
    assert (request.method, request.url) == ("PUT", url)
    assert request.headers == {
        "Content-Type": "video/mp4",
        "Content-Length": "38000000",
        "Content-Range": "bytes 32000000-69999999/70000000",
    }
    assert isinstance(request.body, Stream)
    assert len(request.body) == 38_000_000
    assert "CANARY" not in repr(request)
    assert "CANARY" not in request.label


def test_a_chunk_at_hand_goes_out_whole_and_has_its_exact_length() -> None:
    plan = plan_upload(1000)
    assert build_chunk(Secret(REAL), plan, 0, bytes(1000), "video/mp4").body == bytes(1000)
    with pytest.raises(ValueError, match="999 were given"):
        build_chunk(Secret(REAL), plan, 0, bytes(999), "video/mp4")


def test_a_larger_chunk_may_take_longer() -> None:
    assert time_for(plan_upload(1), 0) == pytest.approx(30, abs=0.01)
    assert time_for(PLAN, 1) == pytest.approx(30 + 38_000_000 / 131_072)


@pytest.mark.parametrize(
    ("header", "uploaded"),
    [
        ("bytes 0-32000000/70000000", 32_000_000),  # a count, as the contract's placeholder reads
        ("bytes 0-31999999/70000000", 32_000_000),  # the last byte, as HTTP reads
        ("bytes  0-32000000/70000000 ", 32_000_000),
        ("bytes 0-32000000/*", 32_000_000),
        ("bytes 0-16000000/70000000", 16_000_000),
        ("bytes 0-32000000/1", None),
        ("bytes 0-/70000000", None),
        ("32000000", None),
        ("", None),
    ],
)
def test_206_tells_how_much_has_arrived(header: str, uploaded: int | None) -> None:
    assert parse_chunk(Response(206, {"content-range": header}), PLAN) == ChunkReply(False, uploaded)


def test_206_without_the_header_is_still_accepted() -> None:
    assert parse_chunk(Response(206), PLAN) == ChunkReply(complete=False, uploaded_bytes=None)


def test_201_means_everything_has_arrived() -> None:
    assert parse_chunk(Response(201, {}, b"<not json>"), PLAN) == ChunkReply(True, 70_000_000)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://open-upload.tiktokapis.com/video/?upload_id=1&upload_token=x", REAL),
        ("https://upload.us.tiktokapis.com/video/", REAL),
        ("https://upload.us.tiktokapis.com:443/video/", REAL),
        ("https://UPLOAD.tiktokapis.com/video/", REAL),
        ("https://upload.us.tiktokapis.com/video/", "http://127.0.0.1:8090"),
        ("http://127.0.0.1:8090/upload/1", "http://127.0.0.1:8090"),
        ("http://127.0.0.1:9999/upload/1", "http://127.0.0.1:8090"),
        ("https://127.0.0.1/upload/1", "http://127.0.0.1:8090"),
        ("https://tiktok.test/upload/1", "https://tiktok.test"),
        ("http://[::1]:8090/upload/1", "http://[::1]:8090"),
    ],
)
def test_an_upload_goes_to_tiktok_or_to_the_overridden_host(url: str, base: str) -> None:
    check_upload_url(Secret(url), base)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://upload.us.tiktokapis.com/video/", REAL),
        ("http://open.tiktokapis.com/video/", REAL),
        ("https://upload.us.tiktokapis.com:8443/video/", REAL),
        ("https://eviltiktokapis.com/video/", REAL),
        ("https://tiktokapis.com/video/", REAL),
        ("https://upload.tiktokapis.com.evil.test/", REAL),
        ("https://evil.test/upload.tiktokapis.com", REAL),
        ("https://evil.test?.tiktokapis.com", REAL),
        ("https://evil.test#.tiktokapis.com", REAL),
        ("https://evil.test\\.tiktokapis.com/", REAL),
        ("https://evil.test%2f.tiktokapis.com/", REAL),
        ("https://user@upload.tiktokapis.com/", REAL),
        ("https://user:word@upload.tiktokapis.com/", REAL),
        ("https://upload.tiktokapis.com@evil.test/", REAL),
        ("https://upload.tiktokapis.com./", REAL),
        ("https://.tiktokapis.com/", REAL),
        (f"https://{'a' * 64}.tiktokapis.com/", REAL),
        ("https://upload.tiktokapis.com:x/", REAL),
        ("https://upload.tiktokapis.com /", REAL),
        ("https://upload.tiktokapis.com/\nx", REAL),
        ("https://upl\u00f6ad.tiktokapis.com/", REAL),
        ("https://[::1/", REAL),
        ("file:///etc/passwd", REAL),
        ("//upload.tiktokapis.com/", REAL),
        ("", REAL),
        ("http://169.254.169.254/latest/", REAL),
        ("http://127.0.0.1:8090/upload", REAL),
        ("http://127.0.0.2:8090/upload", "http://127.0.0.1:8090"),
        ("http://tiktok.test/upload", "https://tiktok.test"),
        ("ftp://127.0.0.1/upload", "http://127.0.0.1:8090"),
    ],
)
def test_an_upload_goes_nowhere_else(url: str, base: str) -> None:
    with pytest.raises(ForeignHost) as caught:
        check_upload_url(Secret(url), base)
    assert (caught.value.outcome, caught.value.remedy) == (Outcome.NOT_SENT, Remedy.APP_CONFIG)
    assert caught.value.row.title == OUR_SETUP.title
    assert not url or url not in str(caught.value)
