"""The transport against a server that dawdles and floods: one deadline for everything, one cap on the answer."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import pytest

from tests.tiktok.client.sending import LATE, MEBIBYTE, SOON, failure, get, put, silent
from tests.tiktok.client.server import Line, answering, serving
from tiktok.client import NoAnswer, Outcome, Transport, UnreadableAnswer

# Too slow


@contextlib.contextmanager
def full_queue() -> Iterator[str]:
    """The address of a listener that answers no further connection, because its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_connection_that_is_never_accepted_is_late_and_sent_nothing(transport: Transport) -> None:
    with full_queue() as url:
        started = time.monotonic()
        error = failure(transport, get(url), deadline=SOON)
    assert (error.outcome, error.http_status) == (Outcome.NOT_SENT, None)
    assert time.monotonic() - started < 3


def drips_its_headers(line: Line) -> None:
    line.read()
    line.drip(b"HTTP/1.1 200 OK\r\nX-Filler: " + b"x" * 5000)


def drips_its_body(line: Line) -> None:
    line.read()
    line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    line.drip(b"x" * 5000)


def drips_chunks(line: Line) -> None:
    line.read()
    line.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    line.drip(b"1\r\nx\r\n" * 1000)


def says_continue_forever(line: Line) -> None:
    line.read()
    line.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


@pytest.mark.parametrize(
    "part", [silent, drips_its_headers, drips_its_body, drips_chunks, says_continue_forever]
)
def test_the_deadline_is_for_the_whole_answer(transport: Transport, part: Callable[[Line], None]) -> None:
    with serving(part) as server:
        started = time.monotonic()
        error = failure(transport, get(server.url), deadline=SOON)
        took = time.monotonic() - started
    assert isinstance(error, NoAnswer)
    assert (error.request_sent, error.outcome) == (True, Outcome.AMBIGUOUS)
    assert SOON * 0.9 <= took < 3


def test_the_deadline_is_for_sending_too(transport: Transport) -> None:
    with serving(Line.hold) as server:
        started = time.monotonic()
        error = failure(transport, put(server.url, 64 * MEBIBYTE), deadline=SOON)
        took = time.monotonic() - started
    assert isinstance(error, NoAnswer)
    assert error.request_sent
    assert took < 3


def test_a_slow_source_counts_against_the_deadline(transport: Transport) -> None:
    def slowly() -> Iterator[bytes]:
        pause = threading.Event()
        for _ in range(100):
            pause.wait(0.02)
            yield b"x"

    with serving(silent) as server:
        started = time.monotonic()
        error = failure(transport, put(server.url, 100, slowly()), deadline=SOON)
    assert isinstance(error, NoAnswer)
    assert time.monotonic() - started < 2


# A flood


def floods(line: Line) -> None:
    line.read()
    line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")
    for _ in range(100):
        line.send(bytes(MEBIBYTE))


def floods_in_chunks(line: Line) -> None:
    line.read()
    line.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(100):
        line.send(b"100000\r\n" + bytes(MEBIBYTE) + b"\r\n")


def inflates(line: Line) -> None:
    deflate = zlib.compressobj(wbits=31)
    bomb = b"".join(deflate.compress(bytes(MEBIBYTE)) for _ in range(40)) + deflate.flush()
    line.read()
    line.answer(bomb, headers={"Content-Encoding": "gzip"})


def redirects_into_a_flood(line: Line) -> None:
    line.read()
    line.send(b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 104857600\r\n\r\n")
    for _ in range(100):
        line.send(bytes(MEBIBYTE))


@pytest.mark.parametrize("part", [floods, floods_in_chunks, inflates, redirects_into_a_flood])
def test_an_answer_without_end_is_left_unread(transport: Transport, part: Callable[[Line], None]) -> None:
    with serving(part) as server:
        tracemalloc.start()
        error = failure(transport, get(server.url))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert isinstance(error, UnreadableAnswer)
    assert error.outcome is Outcome.AMBIGUOUS
    assert peak < 16 * MEBIBYTE


def test_an_answer_of_exactly_1_mib_is_read(transport: Transport) -> None:
    with serving(answering(bytes(MEBIBYTE))) as server:
        assert len(transport.send(get(server.url), deadline=LATE).body) == MEBIBYTE


def test_a_body_that_is_not_compressed_as_it_says_is_unreadable(transport: Transport) -> None:
    with serving(answering(b"plain", headers={"Content-Encoding": "gzip"})) as server:
        assert isinstance(failure(transport, get(server.url)), UnreadableAnswer)
