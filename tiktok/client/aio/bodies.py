"""Bodies on an event loop: what is written in how many pieces, and what an answer says once it is unwrapped."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from tiktok.client.errors import UnreadableAnswer
from tiktok.client.transport import LARGEST_ANSWER

# Up to here a body leaves in one write with its headers. Beyond, the loop would copy it several times at one go
# while all other calls wait.
LARGEST_WRITE: Final = 256 * 1024

_EITHER_ZLIB_OR_GZIP: Final = 32 + zlib.MAX_WBITS
_WRAPPINGS: Final = frozenset({"gzip", "x-gzip", "deflate"})


def unwrapped(body: bytearray, headers: Mapping[str, str], status: int) -> bytes:
    """The body as it was before compression. Raises `UnreadableAnswer` where it is not compressed as it claims."""
    wrapping = headers.get("content-encoding", "identity").strip().lower()
    return bytes(body) if wrapping == "identity" else _inflated(body, wrapping, status)


def slices(whole: bytes) -> Iterator[memoryview]:
    """A large body in pieces of one write each, without copying it."""
    for start in range(0, len(whole), LARGEST_WRITE):
        yield memoryview(whole)[start : start + LARGEST_WRITE]


def _check_size(length: int, status: int) -> None:
    if length > LARGEST_ANSWER:
        raise UnreadableAnswer("The answer is larger than 1 MiB.", http_status=status)


def _inflated(body: bytearray, wrapping: str, status: int) -> bytes:
    """We ask for no compression; a server that compresses all the same is understood, but not without end."""
    inflate, plain = zlib.decompressobj(_EITHER_ZLIB_OR_GZIP), b""
    try:
        plain = inflate.decompress(body, LARGEST_ANSWER + 1) if wrapping in _WRAPPINGS else b""
    except zlib.error:
        plain = b""
    _check_size(len(plain), status)
    if not inflate.eof:
        raise UnreadableAnswer("The answer is not compressed as it claims.", http_status=status)
    return plain
