"""The synchronous transport sending part of a file: as true as for blocks, over a plain connection and TLS."""

from __future__ import annotations

import hashlib
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from tests.tiktok.client.certificates import certify
from tests.tiktok.client.sending import KEEP, LATE, MEBIBYTE, SOON, failure
from tests.tiktok.client.server import Line, serving
from tiktok.client import NoAnswer, Outcome, RequestsTransport
from tiktok.client.parts import FilePart
from tiktok.client.wire import Request

SIZE = 8 * MEBIBYTE
FIRST = 1234


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """A file of which no two blocks are alike."""
    path = tmp_path / "video.mp4"
    path.write_bytes(b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() * 32 for n in range(9000)))
    return path


def opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, path.open("rb"))


def blocks_of(path: Path, first: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        while length > 0 and (block := file.read(min(MEBIBYTE, length))):
            length -= len(block)
            yield block


def put(
    url: str, path: Path, length: int = SIZE, on_block: Callable[[], None] | None = None, first: int = FIRST
) -> Request:
    body = FilePart(blocks_of(path, first, length), partial(opened, path), first, length, on_block)
    return Request("PUT", url, "/", {"Content-Length": str(length)}, body)


def reads(line: Line) -> None:
    line.read()


def keeping(bodies: list[bytes]) -> Callable[[Line], None]:
    """A part that keeps what is sent, and the connection."""

    def part(line: Line) -> None:
        while True:
            head = line.read_head()
            bodies.append(line.reader.read(int(head.headers["content-length"])))
            line.answer(status=206, headers=KEEP)

    return part


@pytest.mark.parametrize("encrypted", [False, True])
def test_exactly_this_part_arrives_and_the_connection_is_kept(
    video: Path, tmp_path: Path, encrypted: bool
) -> None:
    context, trusted = certify(tmp_path)
    bodies: list[bytes] = []
    with serving(keeping(bodies), tls=context if encrypted else None) as server:
        transport = RequestsTransport(ca_file=trusted)
        for first in (0, FIRST):
            answer = transport.send(put(server.url, video, first=first), deadline=LATE)
            assert answer.status == 206
    whole = video.read_bytes()
    assert bodies == [whole[:SIZE], whole[FIRST : FIRST + SIZE]]
    assert server.connections == 1
    assert server.received[0].headers["content-length"] == str(SIZE)
    assert "transfer-encoding" not in server.received[0].headers


def test_over_a_plain_connection_no_block_is_read(video: Path) -> None:
    def unread() -> Iterator[bytes]:
        raise AssertionError("Somebody reads.")
        yield b""

    bodies: list[bytes] = []
    with serving(keeping(bodies)) as server:
        body = FilePart(unread(), partial(opened, video), 0, SIZE)
        RequestsTransport().send(Request("PUT", server.url, "/", {}, body), deadline=LATE)
    assert len(bodies[0]) == SIZE


@pytest.mark.parametrize("status", [403, 404, 416])
def test_a_refusal_in_mid_body_is_heard(video: Path, status: int) -> None:
    def refuses(line: Line) -> None:
        line.read_head()
        line.reader.read(MEBIBYTE)
        line.answer(status=status)
        line.socket.shutdown(socket.SHUT_WR)
        line.reader.read(SIZE)

    with serving(refuses) as server:
        assert RequestsTransport().send(put(server.url, video), deadline=LATE).status == status


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_peer_that_hangs_up_in_mid_body_is_no_answer(video: Path, tmp_path: Path, encrypted: bool) -> None:
    def hangs_up(line: Line) -> None:
        line.read_head()
        line.reader.read(MEBIBYTE)
        line.reset()

    context, trusted = certify(tmp_path)
    with serving(hangs_up, tls=context if encrypted else None) as server:
        error = failure(RequestsTransport(ca_file=trusted), put(server.url, video))
    assert isinstance(error, NoAnswer)
    assert (error.request_sent, error.outcome) == (True, Outcome.AMBIGUOUS)


@pytest.mark.parametrize("encrypted", [False, True])
def test_the_deadline_holds_where_nobody_reads(video: Path, tmp_path: Path, encrypted: bool) -> None:
    context, trusted = certify(tmp_path)
    with serving(Line.hold, tls=context if encrypted else None) as server:
        transport, started = RequestsTransport(ca_file=trusted), time.monotonic()
        error = failure(transport, put(server.url, video), deadline=SOON)
        took = time.monotonic() - started
    assert isinstance(error, NoAnswer)
    assert (error.request_sent, error.outcome) == (True, Outcome.AMBIGUOUS)
    assert SOON * 0.9 <= took < 3


def test_the_deadline_holds_where_somebody_reads_slowly(video: Path) -> None:
    def reads_slowly(line: Line) -> None:
        line.read_head()
        while not line.server.over.wait(0.02):
            line.reader.read(1000)

    with serving(reads_slowly) as server:
        started = time.monotonic()
        error = failure(RequestsTransport(), put(server.url, video), deadline=SOON)
    assert isinstance(error, NoAnswer)
    assert time.monotonic() - started < 3


def test_a_slow_reader_gets_everything(video: Path) -> None:
    bodies: list[bytes] = []

    def reads_slowly(line: Line) -> None:
        line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        line.read_head()
        body = bytearray()
        while len(body) < SIZE:
            body += line.reader.read(min(MEBIBYTE // 2, SIZE - len(body)))
            line.server.over.wait(0.01)
        bodies.append(bytes(body))
        line.answer(status=206)

    with serving(reads_slowly) as server:
        assert RequestsTransport().send(put(server.url, video), deadline=LATE).status == 206
    assert bodies == [video.read_bytes()[FIRST : FIRST + SIZE]]


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_file_that_is_too_short_is_our_mistake(video: Path, tmp_path: Path, encrypted: bool) -> None:
    short = video.stat().st_size - FIRST
    context, trusted = certify(tmp_path)
    with (
        serving(reads, tls=context if encrypted else None) as server,
        pytest.raises(ValueError, match=f"10 bytes short of the {short + 10} "),
    ):
        RequestsTransport(ca_file=trusted).send(put(server.url, video, short + 10), deadline=LATE)


def test_a_file_that_is_gone_is_not_blamed_on_tiktok(tmp_path: Path) -> None:
    with serving(reads) as server, pytest.raises(FileNotFoundError):
        RequestsTransport().send(put(server.url, tmp_path / "gone.mp4"), deadline=LATE)


def test_whoever_is_asked_before_each_block_may_stop_it(video: Path) -> None:
    class Overtaken(Exception):
        pass

    asked: list[int] = []

    def lease() -> None:
        asked.append(1)
        if len(asked) == 3:
            raise Overtaken

    with serving(reads) as server, pytest.raises(Overtaken):
        RequestsTransport().send(put(server.url, video, on_block=lease), deadline=LATE)
    assert len(asked) == 3


def test_a_mistake_of_ours_in_mid_body_does_not_send_the_body_anew(video: Path) -> None:
    """`http.client` takes a TypeError for a body that it should iterate, after part of it has left."""
    asked: list[int] = []
    heard: list[int] = []

    def mistaken() -> None:
        asked.append(1)
        if len(asked) == 3:
            raise TypeError("ours")

    def counting(line: Line) -> None:
        line.read_head()
        with suppress(ConnectionError):
            while block := line.reader.read(1024):
                heard.append(len(block))

    with serving(counting) as server, pytest.raises(TypeError, match="ours"):
        RequestsTransport().send(put(server.url, video, on_block=mistaken), deadline=LATE)
    assert sum(heard) <= 2 * MEBIBYTE
