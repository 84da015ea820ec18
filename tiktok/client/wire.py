"""What crosses the wire, without any HTTP library: a request to send, a response that came back.

The builders make requests and the parsers read responses, so that one contract serves every transport. What
a reply *means* stands in `types`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from tiktok.client.secret import Secret


class Stream:
    """The bytes of one request body, read block by block and never held together.

    `failure` keeps an error of the source (a vanished file, a storage that went away), because an HTTP
    library would otherwise report it as a broken connection.
    """

    def __init__(self, blocks: Iterable[bytes], length: int) -> None:
        self.blocks = blocks
        self.length = length
        self.failure: Exception | None = None

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._exactly()
        except Exception as failure:
            self.failure = failure
            raise

    def _exactly(self) -> Iterator[bytes]:
        left = self.length
        for block in self.blocks:
            left -= len(block)
            if left < 0:
                raise ValueError(f"The body is longer than the {self.length} bytes it declares.")
            yield block
        if left:
            raise self.too_short(left)

    def too_short(self, missing: int) -> ValueError:
        """What is raised where the source has ended and this many bytes were declared beyond."""
        return ValueError(f"The body ends {missing} bytes short of the {self.length} it declares.")


Body = bytes | Secret | Stream


@dataclass(frozen=True, slots=True)
class Request:
    """One call. `label` names it in logs: the path, but not for an upload, whose address is secret."""

    method: str
    url: str | Secret
    label: str
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    body: Body | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """One answer: status, headers with lower-case names, and a body that is already within the size cap."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


class Transport(Protocol):
    """Sends one request once. Raises `NoAnswer` or `UnreadableAnswer`, and judges no answer."""

    def send(self, request: Request, *, deadline: float) -> Response:
        """`deadline` in seconds, from the connection to the last byte of the answer."""
        ...


def bearer(access_token: Secret) -> Secret:
    """The value of the `Authorization` header (`tiktok-api.md` section 1.2)."""
    return Secret(f"Bearer {access_token.reveal()}")


def get(url: str, *, access_token: Secret) -> Request:
    """A GET of a data API, with the person's token."""
    return Request("GET", url, urlsplit(url).path, {"Authorization": bearer(access_token)})


def post_json(
    url: str,
    *,
    access_token: Secret,
    payload: Mapping[str, object] | None = None,
    content_type: str = "application/json; charset=UTF-8",
) -> Request:
    """A POST of the Content Posting API; `payload=None` sends no body (`tiktok-api.md` section 1.2)."""
    headers: dict[str, str | Secret] = {"Content-Type": content_type, "Authorization": bearer(access_token)}
    body = b"" if payload is None else json.dumps(payload).encode()
    return Request("POST", url, urlsplit(url).path, headers, body)


def post_addresses(url: str, *, access_token: Secret, payload: Mapping[str, object]) -> Request:
    """A POST that tells TikTok where to fetch media; whoever knows such an address can too, so its body is secret."""
    request = post_json(url, access_token=access_token)
    return replace(request, body=Secret(json.dumps(payload, default=Secret.reveal)))


def post_form(url: str, fields: Mapping[str, str]) -> Request:
    """A POST of the OAuth API; every such form holds the client secret, so its body is one."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cache-Control": "no-cache"}
    return Request("POST", url, urlsplit(url).path, headers, Secret(urlencode(fields)))
