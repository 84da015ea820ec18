"""The transport sending a chunk: streamed, with its length, and honest about who failed."""

from __future__ import annotations

import socket
import tracemalloc
from collections.abc import Iterator

import pytest

from tests.tiktok.client.sending import LATE, MEBIBYTE, put
from tests.tiktok.client.server import Line, answering, serving
from tiktok.client import Transport


def test_a_body_is_streamed_with_its_length_and_flat_memory(transport: Transport) -> None:
    size = 64 * MEBIBYTE
    with serving(answering(status=201)) as server:
        tracemalloc.start()
        response = transport.send(put(server.url, size), deadline=60)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    [received] = server.received
    assert (response.status, received.body_length) == (201, size)
    assert received.headers["content-length"] == str(size)
    assert "transfer-encoding" not in received.headers
    assert peak < 8 * MEBIBYTE


@pytest.mark.parametrize(
    ("blocks", "message"), [([b"12345"], "5 bytes short"), ([b"1234567", b"89012"], "longer than the 10")]
)
def test_a_body_of_another_length_is_our_mistake(
    transport: Transport, blocks: list[bytes], message: str
) -> None:
    with serving(answering()) as server, pytest.raises(ValueError, match=message):
        transport.send(put(server.url, 10, blocks), deadline=LATE)


def test_a_body_that_breaks_at_its_source_is_not_blamed_on_tiktok(transport: Transport) -> None:
    def vanishing() -> Iterator[bytes]:
        yield b"12345"
        raise FileNotFoundError("The file is gone.")

    with serving(answering()) as server, pytest.raises(FileNotFoundError, match="gone"):
        transport.send(put(server.url, 10, vanishing()), deadline=LATE)


def test_a_refusal_before_the_body_was_read_is_heard(transport: Transport) -> None:
    def refuses_early(line: Line) -> None:
        line.read_head()
        line.answer(status=403)
        line.socket.shutdown(socket.SHUT_WR)
        line.reader.read(2 * MEBIBYTE)

    with serving(refuses_early) as server:
        assert transport.send(put(server.url, 2 * MEBIBYTE), deadline=LATE).status == 403
