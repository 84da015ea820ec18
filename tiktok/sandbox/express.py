"""The short way in benchmark mode: chunks and status questions answered without a web framework in between.

With `keep_media` off, and no fault in line, `PUT` of a chunk and status fetch are read off the connection, judged by
the same rules as everywhere (`chunks`, `statuses`) and answered on the spot: what is measured then is the app, not the
sandbox. Whatever it does not want, or does not understand at first sight, goes the long way.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from .access import BEARER, admit_token, json_body
from .chunks import ChunkHead, accept, check_hour, checked_range, publish_of
from .context import Call, Sandbox
from .endpoints import ROUTES, Endpoint
from .envelopes import Refusal, UploadRefusal, refused_body
from .statuses import SCOPES, status_body

UPLOAD = f"PUT {ROUTES[Endpoint.UPLOAD][1]}?".encode()
STATUS = f"POST {ROUTES[Endpoint.STATUS][1]} ".encode()
END = b"\r\n\r\n"


class Short:
    """A request that goes the short way. The body of a chunk is counted, not kept; `early` came after its end."""

    __slots__ = ("body", "early", "endpoint", "headers", "length", "query", "received")

    def __init__(self, endpoint: Endpoint, query: str, headers: dict[bytes, str], length: int) -> None:
        self.endpoint, self.query, self.headers, self.length = endpoint, query, headers, length
        self.received, self.body, self.early = 0, b"", b""

    def take(self, data: bytes) -> None:
        mine = data if len(data) <= self.length - self.received else data[: self.length - self.received]
        self.received += len(mine)
        self.early += data[len(mine) :]
        if self.endpoint is Endpoint.STATUS:
            self.body += mine

    @property
    def is_whole(self) -> bool:
        return self.received >= self.length


@dataclass(slots=True)
class Reply:
    """An answer as bytes, to be sent after `delay` seconds; `leave` is called when it goes."""

    head: bytes
    delay: float
    leave: Callable[[], None]


class Express:
    """Judges whether a request may go the short way, and answers it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def wants(self, data: bytes) -> Short | None:
        """The request that begins with these bytes, if it is one for the short way."""
        state = self.sandbox.store.state
        if state.settings.keep_media or state.faults or not data.startswith((UPLOAD, STATUS)):
            return None
        head, end, rest = data.partition(END)
        headers = _headers(head)
        length = headers.get(b"content-length", "")
        if not end or not length.isdigit() or b"expect" in headers:
            return None
        endpoint = Endpoint.UPLOAD if data.startswith(UPLOAD) else Endpoint.STATUS
        query = head.split(b" ", 2)[1].partition(b"?")[2].decode("ascii", "replace")
        short = Short(endpoint, query, headers, int(length))
        short.take(rest)
        return short

    def answer(self, short: Short, *, at_ns: int) -> Reply:
        """Carry it out; `at_ns` is when its last byte was read."""
        return self._chunk(short, at_ns) if short.endpoint is Endpoint.UPLOAD else self._status(short)

    def _chunk(self, short: Short, at_ns: int) -> Reply:
        sandbox, query, headers = self.sandbox, dict(parse_qsl(short.query)), short.headers
        publish = publish_of(sandbox.store, query.get("upload_id", ""), query.get("upload_token", ""))
        head = ChunkHead(
            content_range=headers.get(b"content-range", ""),
            content_type=headers.get(b"content-type", "").partition(";")[0].strip().lower(),
            length=short.length,
            has_bearer=b"authorization" in headers,
        )
        call = Call(head.aim(publish), "PUT", ROUTES[Endpoint.UPLOAD][1], time.time(), publish=publish)
        call.creator = publish.creator if publish is not None else None
        sandbox.enter(call)
        try:
            if publish is None:
                raise UploadRefusal(404)
            check_hour(publish)
            _, last = checked_range(publish, head)
            sandbox.uploads.writers.pop(
                publish.publish_id, None
            )  # whoever was sending it the long way is too late
            status, extra = accept(sandbox, publish, head, last, at_ns=at_ns)
        except UploadRefusal as refusal:
            status, extra = refusal.http_status, {}
        return self._reply(call, status, extra, b"")

    def _status(self, short: Short) -> Reply:
        sandbox, headers = self.sandbox, short.headers
        call = Call(Endpoint.STATUS, "POST", ROUTES[Endpoint.STATUS][1], time.time())
        token = headers.get(b"authorization", "")
        token = token[len(BEARER) :] if token.startswith(BEARER) else ""
        grant = sandbox.store.state.grants.by_access(token)
        call.creator = grant.creator if grant is not None else None
        sandbox.enter(call)
        try:
            known = admit_token(sandbox, Endpoint.STATUS, token, any_of=SCOPES)
            body = json_body(headers.get(b"content-type", "").partition(";")[0].strip().lower(), short.body)
            status, answer = 200, status_body(sandbox, known, body, call)
        except Refusal as refusal:
            status, answer = refusal.http_status, refused_body(refusal)
        kind = {"Content-Type": "application/json; charset=utf-8"}
        return self._reply(call, status, kind, json.dumps(answer).encode())

    def _reply(self, call: Call, status: int, headers: dict[str, str], body: bytes) -> Reply:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        phrase = HTTPStatus(status).phrase
        head = f"HTTP/1.1 {status} {phrase}\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body
        delay = self.sandbox.store.state.settings.latency_ms / 1_000
        return Reply(head, delay, lambda: self.sandbox.leave(call, status))


def _headers(head: bytes) -> dict[bytes, str]:
    """Header values by lower-case name."""
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    return {name.lower(): value.strip().decode("latin-1") for name, _, value in lines}
