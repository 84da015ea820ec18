"""The head of a request as it stands on the wire, and the server that it is for; pure, so it can be made ahead.

What could be read there as another request than the one that was meant is refused, not mended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from tiktok.client.secret import Secret
from tiktok.client.wire import Request, Stream

_ORIGIN: Final = re.compile(r"(https?)://([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?(?=[/?#]|$)", re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Za-z0-9-]+")
_PORTS: Final = {"http": 80, "https": 443}
_ALWAYS: Final = {"user-agent": "User-Agent: Oncue", "accept-encoding": "Accept-Encoding: identity"}


@dataclass(frozen=True, slots=True)
class Origin:
    """A server: connections to it are interchangeable. `authority` is what its `Host` header says."""

    tls: bool
    host: str
    port: int
    authority: str


@dataclass(frozen=True, slots=True)
class ReadyRequest(Request):
    """A request with its head written out. The head has whatever secrets the request has."""

    origin: Origin = field(kw_only=True)
    head: bytes = field(kw_only=True, repr=False)


def make_ready(request: Request) -> ReadyRequest:
    """Everything that sending needs and that does not need the instant.

    Raises ValueError for an address or a header that cannot be sent as it stands; its text has neither.
    """
    if isinstance(request, ReadyRequest):
        return request
    url = _printable(_plain(request.url), "address")
    origin, target = _divided(url)
    lines = [f"{request.method} {target} HTTP/1.1", f"Host: {origin.authority}", *_headers(request)]
    head = "\r\n".join([*lines, "", ""]).encode("ascii")
    return ReadyRequest(
        request.method, request.url, request.label, request.headers, request.body, origin=origin, head=head
    )


def origin_of(url: str | Secret) -> Origin:
    """The server of an address."""
    return _divided(_printable(_plain(url), "address"))[0]


def _divided(url: str) -> tuple[Origin, str]:
    """The server, and the target byte for byte as it was given: an upload address may be signed."""
    found = _ORIGIN.match(url)
    if found is None or " " in url or int(found[3] or 0) > 65_535:
        raise ValueError("The address cannot be sent as it stands.")
    target = url[found.end() :].partition("#")[0]
    return _origin(found[1].lower(), found[2].lower(), found[3]), target if target.startswith(
        "/"
    ) else f"/{target}"


@lru_cache
def _origin(scheme: str, host: str, given: str | None) -> Origin:
    """Remembered, because a burst asks about one host a thousand times."""
    port = int(given or _PORTS[scheme])
    authority = host if port == _PORTS[scheme] else f"{host}:{port}"
    return Origin(scheme == "https", host.strip("[]"), port, authority)


def _headers(request: Request) -> list[str]:
    lines = dict(_ALWAYS)
    for name, value in request.headers.items():
        if not _NAME.fullmatch(name):
            raise ValueError("A header's name cannot be sent as it stands.")
        lines[name.lower()] = f"{name}: {_printable(_plain(value), 'header')}"
    if request.body is not None:
        # Counted, whatever the request says: a server would read the rest of a longer body as the next request.
        lines["content-length"] = f"Content-Length: {_length(request.body)}"
    return list(lines.values())


def _length(body: bytes | Secret | Stream) -> int:
    return len(body.reveal().encode()) if isinstance(body, Secret) else len(body)


def _printable(text: str, what: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError(f"The {what} cannot be sent as it stands.")
    return text


def _plain(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value
