"""The synchronous transport: one request, once, on `requests`.

No proxy or netrc from the environment, no cookie, no redirect followed, no retry, a total deadline
(`deadlines`) and a cap on the answer. It uses the adapter of `requests` and not its session, because a
session reads the environment and swallows the whole body of a redirect. What an answer means is not judged
here.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import DecodeError, HTTPError

from tiktok.client.deadlines import CURRENT, DeadlineAdapter, Exchange
from tiktok.client.errors import NoAnswer, TikTokError, UnreadableAnswer
from tiktok.client.parts import AtOnce, FilePart
from tiktok.client.secret import Secret
from tiktok.client.wire import Body, Request, Response, Stream

LARGEST_ANSWER: Final = 1024 * 1024
_READ_SIZE: Final = 64 * 1024


def _is_foreign(record: logging.LogRecord) -> bool:
    return CURRENT.get(None) is None


# urllib3 logs whole addresses, and an upload's address is a secret; other users of urllib3 keep their lines.
for _name in ("urllib3.connection", "urllib3.connectionpool", "urllib3.response", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_is_foreign)


class RequestsTransport:
    """Sends requests and keeps connections alive. Safe to share between threads and across a fork.

    `ca_file` replaces the trusted authorities, for a server of one's own behind the base URLs.
    """

    def __init__(self, *, ca_file: Path | None = None) -> None:
        self._verify: bool | str = str(ca_file) if ca_file else True
        self._process = os.getpid()
        self._adapter: HTTPAdapter = DeadlineAdapter()

    def send(self, request: Request, *, deadline: float) -> Response:
        """The answer, whatever its status; `deadline` in seconds bounds everything.

        Raises `NoAnswer` (also for an answer cut short), `UnreadableAnswer` for one over the cap or wrongly
        compressed, ValueError for a streamed body of the wrong length, and whatever the body's source raised.
        """
        exchange = Exchange(time.monotonic() + deadline, _target(request.url))
        token = CURRENT.set(exchange)
        try:
            answer = self._attempt(request, exchange, deadline)
        finally:
            CURRENT.reset(token)
        if isinstance(request.body, Stream) and request.body.failure is not None:
            raise request.body.failure
        # Raised here, outside the handler, so that no library error, whose text has the address, hangs on to
        # it.
        if isinstance(answer, TikTokError):
            raise answer
        return answer

    def _attempt(self, request: Request, exchange: Exchange, deadline: float) -> Response | TikTokError:
        prepared = _prepare(request)
        try:
            answer = self._fresh_adapter().send(prepared, stream=True, timeout=deadline, verify=self._verify)
            try:
                return _read(answer)
            finally:
                answer.close()
        except DecodeError:
            return UnreadableAnswer("The answer is not compressed as it claims.")
        except (requests.RequestException, HTTPError, OSError, EOFError) as error:
            late = exchange.ends_at <= time.monotonic()
            reason = f"no answer within {deadline:g} s" if late else type(error).__name__
            return NoAnswer(reason, request_sent=exchange.sent)

    def _fresh_adapter(self) -> HTTPAdapter:
        """The pool of this process: a forked worker must not write into its parent's connections."""
        if self._process != os.getpid():
            self._process, self._adapter = os.getpid(), DeadlineAdapter()
        return self._adapter


def _prepare(request: Request) -> requests.PreparedRequest:
    url = _plain(request.url)
    headers = {"User-Agent": "Oncue", **{name: _plain(value) for name, value in request.headers.items()}}
    return requests.Request(request.method, url, headers=headers, data=_content(request.body)).prepare()


def _target(url: str | Secret) -> str:
    parts = urlsplit(_plain(url))
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def _content(body: Body | None) -> bytes | Stream | AtOnce | None:
    if isinstance(body, FilePart):
        return AtOnce(body)
    return body.reveal().encode() if isinstance(body, Secret) else body


def _plain(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def _read(answer: requests.Response) -> Response:
    body = bytearray()
    while block := answer.raw.read(_READ_SIZE, decode_content=True):
        body += block
        if len(body) > LARGEST_ANSWER:
            raise UnreadableAnswer("The answer is larger than 1 MiB.", http_status=answer.status_code)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, bytes(body))
