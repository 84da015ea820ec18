"""Chunk PUTs: every status of contract 7.2, and what may never happen: one publish that is committed twice."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
import requests

from .caller import SECONDS, VIDEO, Caller, at_once, eventually, put

CHUNK = 5_242_880
SIZE = 2 * CHUNK + 7


@pytest.fixture
def staged(luna: Caller) -> dict[str, str]:
    """An upload of two chunks whose first one is in."""
    begun = luna.begin(SIZE, CHUNK, 2)
    assert put(begun["upload_url"], b"a" * CHUNK, 0, SIZE).status_code == 206
    return begun


def entry(luna: Caller) -> dict[str, object]:
    found: dict[str, object]
    [found] = luna.sandbox.ledger()["publishes"]
    return found


def test_an_accepted_chunk_is_206_with_the_progress(luna: Caller) -> None:
    begun = luna.begin(SIZE, CHUNK, 2)
    answer = put(begun["upload_url"], b"a" * CHUNK, 0, SIZE)
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes 0-{CHUNK}/{SIZE}"


def test_the_last_chunk_absorbs_the_remainder_and_is_201(luna: Caller, staged: dict[str, str]) -> None:
    assert put(staged["upload_url"], b"b" * (CHUNK + 7), CHUNK, SIZE).status_code == 201
    assert entry(luna)["sha256"] == sha256(b"a" * CHUNK + b"b" * (CHUNK + 7)).hexdigest()


def test_an_accepted_range_sent_again_is_416(luna: Caller, staged: dict[str, str]) -> None:
    assert put(staged["upload_url"], b"a" * CHUNK, 0, SIZE).status_code == 416
    assert entry(luna)["uploaded_bytes"] == CHUNK


def test_the_last_chunk_sent_again_is_416_and_posts_nothing_more(luna: Caller) -> None:
    url = luna.begin()["upload_url"]
    assert [put(url, VIDEO).status_code for _ in range(3)] == [201, 416, 416]
    assert luna.sandbox.posts_on_page("luna.bakes") == 1


@pytest.mark.parametrize(("first", "length"), [(CHUNK, CHUNK + 7), (1, CHUNK), (0, CHUNK - 1), (0, SIZE)])
def test_a_range_out_of_turn_is_416(luna: Caller, first: int, length: int) -> None:
    begun = luna.begin(SIZE, CHUNK, 2)
    assert put(begun["upload_url"], bytes(length), first, SIZE).status_code == 416
    assert entry(luna)["uploaded_bytes"] == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Range": "bytes 0-2999"},
        {"Content_Range": "bytes=0-2999/3000"},
        {"Content_Range": "bytes 0-2999/*"},
        {"Content_Range": "bytes 0-2999/3001"},
        {"Content_Range": "bytes 0-1999/3000"},
        {"Content_Type": "application/octet-stream"},
        {"Authorization": "Bearer act.not-for-uploads"},
    ],
)
def test_malformed_headers_are_400(luna: Caller, headers: dict[str, str]) -> None:
    assert put(luna.begin()["upload_url"], VIDEO, **headers).status_code == 400
    assert entry(luna)["committed_at"] is None


def test_a_body_without_a_length_is_400(luna: Caller) -> None:
    def body() -> Iterator[bytes]:
        yield VIDEO

    headers = {"Content-Type": "video/mp4", "Content-Range": "bytes 0-2999/3000"}
    answer = requests.put(luna.begin()["upload_url"], data=body(), headers=headers, timeout=SECONDS)
    assert answer.status_code == 400


@pytest.mark.parametrize("kind", ["video/mp4", "video/quicktime", "video/webm"])
def test_the_three_content_types_are_accepted(luna: Caller, kind: str) -> None:
    assert put(luna.begin()["upload_url"], VIDEO, Content_Type=kind).status_code == 201


def test_after_the_hour_the_url_is_403(luna: Caller) -> None:
    luna.sandbox.control(settings={"upload_url_seconds": 0})
    assert put(luna.begin()["upload_url"], VIDEO).status_code == 403


def test_the_hour_must_last_until_the_last_byte(luna: Caller) -> None:
    luna.sandbox.control(settings={"upload_url_seconds": 0.3})
    luna.sandbox.fault("slow", "upload", bytes_per_second=6_000)
    assert put(luna.begin()["upload_url"], VIDEO).status_code == 403
    assert entry(luna)["committed_at"] is None


def test_an_unknown_upload_or_a_wrong_token_is_404(luna: Caller) -> None:
    url = luna.begin()["upload_url"]
    assert put(f"{url}x", VIDEO).status_code == 404
    assert put(f"{luna.sandbox.base_url}/upload/?upload_id=none&upload_token=none", VIDEO).status_code == 404


def test_a_body_that_breaks_off_counts_for_nothing(luna: Caller) -> None:
    url = urlsplit(luna.begin()["upload_url"])
    half = http.client.HTTPConnection(url.netloc, timeout=SECONDS)
    half.putrequest("PUT", f"{url.path}?{url.query}")
    for name, value in {"Content-Type": "video/mp4", "Content-Range": "bytes 0-2999/3000"}.items():
        half.putheader(name, value)
    half.putheader("Content-Length", "3000")
    half.endheaders(VIDEO[:1_500])
    eventually(lambda: len(luna.sandbox.requests(endpoint="commit")) == 1)
    half.close()
    assert put(url.geturl(), VIDEO).status_code == 201
    assert entry(luna)["sha256"] == sha256(VIDEO).hexdigest()


def test_a_second_sender_takes_over_from_one_that_hangs(luna: Caller) -> None:
    """A frozen worker keeps its connection; the one that takes its post over must get through, and once."""
    begun = luna.begin()
    url = urlsplit(begun["upload_url"])
    frozen = http.client.HTTPConnection(url.netloc, timeout=SECONDS)
    frozen.putrequest("PUT", f"{url.path}?{url.query}")
    headers = {"Content-Type": "video/mp4", "Content-Range": "bytes 0-2999/3000", "Content-Length": "3000"}
    for name, value in headers.items():
        frozen.putheader(name, value)
    frozen.endheaders(b"x" * 1_500)
    eventually(lambda: len(luna.sandbox.requests(endpoint="commit")) == 1)
    assert put(url.geturl(), VIDEO).status_code == 201
    frozen.send(b"x" * 1_500)
    assert frozen.getresponse().status == 416
    frozen.close()
    played = requests.get(f"{luna.sandbox.base_url}/media/{begun['publish_id']}", timeout=SECONDS)
    assert played.content == VIDEO
    assert luna.sandbox.posts_on_page("luna.bakes") == 1


def test_many_senders_of_one_last_chunk_make_one_post(luna: Caller) -> None:
    url = luna.begin()["upload_url"]
    statuses = at_once(8, lambda: put(url, VIDEO).status_code)
    assert sorted(statuses) == [201] + [416] * 7
    assert luna.sandbox.ledger()["published_twice"] == []


def test_the_commit_is_timed_by_its_last_byte(luna: Caller) -> None:
    luna.publish()
    [call] = luna.sandbox.requests(endpoint="commit")
    found = entry(luna)
    assert call["time"] <= float(str(found["committed_at"])) <= call["time"] + 1
    assert int(str(found["committed_at_ns"])) // 10**9 == int(float(str(found["committed_at"])))
