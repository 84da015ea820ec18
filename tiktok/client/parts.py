"""A request's body that is part of a file, of which Python need not hold a byte.

To a plain socket the kernel moves it (`sendfile`). For everybody else, TLS and the event loops, it is a `Stream` of
blocks like any other.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from urllib3.util import wait_for_write

from tiktok.client.wire import Stream

AT_ONCE: Final = 1024 * 1024
"""Bytes for the kernel at one go: before each, `on_block` runs and the time that is left is asked for."""


class FilePart(Stream):
    """`length` bytes of a file from byte `first` on: as `blocks`, or through `open_file`, a file with a descriptor.

    `on_block` runs before each block that the kernel moves; `blocks` see to that themselves.
    """

    def __init__(
        self,
        blocks: Iterable[bytes],
        open_file: Callable[[], BinaryIO],
        first: int,
        length: int,
        on_block: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(blocks, length)
        self._open_file = open_file
        self._first = first
        self._on_block = on_block

    def send_to(self, connected: socket.socket, remaining: Callable[[], float]) -> None:
        """Write all of it; `remaining` gives the seconds that are left, or raises when there are none.

        Raises what the socket and `remaining` raise. What is not their doing is kept as `failure` too: an error of
        the file or of `on_block`, and the ValueError of a file that ends early.
        """
        with self._blamed():
            file = self._open_file()
        with file:
            sent = 0
            while sent < self.length:
                if self._on_block is not None:
                    with self._blamed():
                        self._on_block()
                connected.settimeout(
                    remaining()
                )  # any time-out: what the kernel can't take now it says at once
                sent += self._move(connected, file.fileno(), sent, remaining)

    def _move(self, connected: socket.socket, source: int, sent: int, remaining: Callable[[], float]) -> int:
        """How many bytes the kernel took; 0 once there may be room again."""
        try:
            moved = os.sendfile(
                connected.fileno(), source, self._first + sent, min(self.length - sent, AT_ONCE)
            )
        except BlockingIOError:
            wait_for_write(connected, remaining())
            return 0
        except OSError as error:
            if error.errno == errno.EIO:  # a disk's word, never a socket's
                self.failure = error
            raise
        if not moved:
            with self._blamed():
                raise self.too_short(self.length - sent)
        return moved

    @contextmanager
    def _blamed(self) -> Iterator[None]:
        try:
            yield
        except TypeError as failure:
            self.failure = failure
            raise OSError(
                "The part could not be read."
            ) from failure  # http.client would send a TypeError's body anew
        except Exception as failure:
            self.failure = failure
            raise


class AtOnce:
    """A part as `requests` takes a body: an iterable with a length. Its only block is the part, for the socket."""

    def __init__(self, part: FilePart) -> None:
        self._part = part

    def __len__(self) -> int:
        return len(self._part)

    def __iter__(self) -> Iterator[FilePart]:
        yield self._part
