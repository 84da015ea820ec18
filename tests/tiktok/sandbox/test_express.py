"""Benchmark mode: the short way answers as the long one does, keeps no bytes, and loses no post at a stop."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox_process import Sandbox, start_sandbox

from .caller import VIDEO, Caller, at_once, code_of, eventually, put

CHUNK = 5_242_880
SIZE = 2 * CHUNK + 7


@pytest.fixture
def quick(luna: Caller) -> Caller:
    """Luna's app on a sandbox in benchmark mode."""
    luna.sandbox.control(settings={"keep_media": False})
    return luna


@pytest.fixture
def own_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = start_sandbox(tmp_path)
    sandbox.control(settings={"keep_media": False, "processing_seconds": 0, "moderation_seconds": 0})
    yield sandbox
    sandbox.kill()


def media_of(sandbox: Sandbox) -> list[Path]:
    return list(sandbox.state.with_name("sandbox-media").glob("*.video"))


def test_bytes_are_counted_and_not_kept(quick: Caller) -> None:
    publish_id = quick.publish()
    assert quick.data(publish_id)["uploaded_bytes"] == len(VIDEO)
    assert quick.sandbox.posts_on_page("luna.bakes") == 1
    assert media_of(quick.sandbox) == []
    assert requests.get(f"{quick.sandbox.base_url}/media/{publish_id}", timeout=5).status_code == 404


def test_chunks_are_answered_as_on_the_long_way(quick: Caller) -> None:
    url = quick.begin(SIZE, CHUNK, 2)["upload_url"]
    first = put(url, bytes(CHUNK), 0, SIZE)
    assert (first.status_code, first.headers["Content-Range"]) == (206, f"bytes 0-{CHUNK}/{SIZE}")
    assert put(url, bytes(CHUNK), 0, SIZE).status_code == 416
    assert put(url, bytes(CHUNK + 7), CHUNK, SIZE).status_code == 201
    assert put(url, bytes(CHUNK + 7), CHUNK, SIZE).status_code == 416
    assert put(url.replace("upload_token=", "upload_token=x"), VIDEO).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Range": "bytes 0-2999"},
        {"Content_Range": "bytes 0-2999/3001"},
        {"Content_Type": "application/octet-stream"},
        {"Authorization": "Bearer act.not-for-uploads"},
    ],
)
def test_malformed_headers_are_400_as_on_the_long_way(quick: Caller, headers: dict[str, str]) -> None:
    assert put(quick.begin()["upload_url"], VIDEO, **headers).status_code == 400


def test_an_expired_upload_url_is_403(quick: Caller) -> None:
    quick.sandbox.control(settings={"upload_url_seconds": 0})
    assert put(quick.begin()["upload_url"], VIDEO).status_code == 403


def test_status_is_answered_as_on_the_long_way(quick: Caller) -> None:
    publish_id = quick.publish()
    short = quick.status(publish_id)
    quick.sandbox.control(settings={"keep_media": True})
    long = quick.status(publish_id)
    assert short.json()["data"] == long.json()["data"]
    assert set(short.json()["error"]) == set(long.json()["error"])
    assert short.headers["Content-Type"] == long.headers["Content-Type"]


def test_status_is_refused_as_on_the_long_way(quick: Caller) -> None:
    theirs = Caller(quick.sandbox, "fernandfold").publish()
    assert code_of(quick.status("none")) == (400, "invalid_publish_id")
    assert code_of(quick.status(theirs)) == (400, "token_not_authorized_for_specified_publish_id")
    quick.sandbox.control(settings={"limits": {"status": 0}})
    assert code_of(quick.status(theirs)) == (429, "rate_limit_exceeded")
    quick.sandbox.control(tokens=[{"creator": "luna.bakes", "do": "expire_access"}])
    assert code_of(quick.status(theirs)) == (401, "access_token_invalid")


def test_calls_are_listed_and_counted_as_on_the_long_way(quick: Caller) -> None:
    publish_id = quick.publish()
    quick.status(publish_id)
    calls = quick.sandbox.requests(publish_id=publish_id)
    assert [(call["endpoint"], call["status"]) for call in calls] == [
        ("video_init", 200),
        ("commit", 201),
        ("status", 200),
    ]
    [entry] = quick.sandbox.ledger()["publishes"]
    assert entry["requests"] == {"video_init": 1, "commit": 1, "status": 1}


def test_a_fault_in_line_takes_the_long_way(quick: Caller) -> None:
    url = quick.begin()["upload_url"]
    quick.sandbox.fault("lose", "commit")
    with pytest.raises(requests.ConnectionError):
        put(url, VIDEO)
    assert put(url, VIDEO).status_code == 416
    assert media_of(quick.sandbox) == []


def test_commits_are_listed_with_the_moment_of_their_last_byte(quick: Caller) -> None:
    began = time.time_ns()
    first, second = quick.publish(title="one"), quick.publish(title="two")
    rows = requests.get(f"{quick.sandbox.base_url}/sandbox/commits", timeout=5).json()
    assert [row[:2] for row in rows] == [[first, "one"], [second, "two"]]
    assert began < rows[0][2] < rows[1][2] < time.time_ns()
    assert requests.get(f"{quick.sandbox.base_url}/sandbox/commits?since=1", timeout=5).json() == rows[1:]


def test_the_last_byte_is_stamped_when_it_is_read_and_not_when_it_is_answered(quick: Caller) -> None:
    quick.sandbox.control(settings={"latency_ms": 300})
    quick.publish()
    answered = time.time_ns()
    [[_, _, stamped]] = requests.get(f"{quick.sandbox.base_url}/sandbox/commits", timeout=5).json()
    assert answered - stamped > 290_000_000


@pytest.mark.parametrize("keep", [True, False])
def test_answers_take_the_time_that_was_ordered_and_others_wait_for_nobody(luna: Caller, keep: bool) -> None:
    publish_id = luna.publish()
    luna.sandbox.control(settings={"latency_ms": 300, "keep_media": keep})
    began = time.monotonic()
    statuses = at_once(5, lambda: luna.status(publish_id).status_code)
    assert statuses == [200] * 5
    assert 0.3 <= time.monotonic() - began < 1.2
    calls = luna.sandbox.ledger()["calls"]["luna.bakes"]
    assert calls["at_once"] == 5


def test_two_requests_on_one_breath_are_answered_in_turn(quick: Caller) -> None:
    url, token = urlsplit(quick.begin()["upload_url"]), quick.tokens["access_token"]
    head = (
        f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: video/mp4\r\n"
        "Content-Length: 3000\r\nContent-Range: bytes 0-2999/3000\r\n\r\n"
    )
    bearer = f"Host: {url.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n"
    question = f"GET /v2/user/info/?fields=open_id HTTP/1.1\r\n{bearer}"
    quick.sandbox.control(settings={"latency_ms": 100})
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=5) as line:
        line.sendall(head.encode())
        line.sendall(VIDEO[:1_000])
        line.sendall(VIDEO[1_000:])
        line.sendall(question.encode())
        seen = b""
        while seen.count(b"HTTP/1.1 ") < 2:
            seen += line.recv(65_536)
    assert seen.startswith(b"HTTP/1.1 201 Created")
    assert b"HTTP/1.1 200 OK" in seen


@pytest.mark.slow
def test_what_was_accepted_is_written_once_it_is_quiet_and_at_a_stop(own_sandbox: Sandbox) -> None:
    luna = Caller(own_sandbox)
    luna.publish(title="one")
    journal = next(own_sandbox.state.with_name("sandbox-media").glob("journal-*.jsonl"))
    assert "one" not in journal.read_text()
    eventually(lambda: "one" in journal.read_text())
    luna.publish(title="two")
    own_sandbox.stop()
    own_sandbox.start()
    assert own_sandbox.posts_on_page("luna.bakes") == 2
