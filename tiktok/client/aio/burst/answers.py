"""Reads one answer after another from the bytes of a connection, within the size cap.

httptools (llhttp, as in Node) parses; what it has no opinion about is here: the cap, informational answers, and an
answer that ends with its connection.
"""

from __future__ import annotations

from typing import Final

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from tiktok.client.aio.bodies import unwrapped
from tiktok.client.errors import UnreadableAnswer
from tiktok.client.transport import LARGEST_ANSWER
from tiktok.client.wire import Response

# The parser bounds neither the headers nor what stands around the chunks of a body.
LARGEST_HEAD: Final = 64 * 1024
LARGEST_TRANSFER: Final = 8 * LARGEST_ANSWER


class AnswerReader:
    """One per connection, made with it. `complete` and `keeps` speak of the answer being read."""

    def __init__(self) -> None:
        self._parser = HttpResponseParser(self)
        self.begin()

    def begin(self) -> None:
        """Expect the next answer."""
        self.complete = False
        self.keeps = False
        self._received = 0
        self._status = 0
        self._in_body = False
        self._headers: dict[str, str] = {}
        self._body = bytearray()

    def feed(self, data: bytes) -> bool:
        """Whether the answer is complete. Raises HttpParserError, or `UnreadableAnswer` over the cap."""
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            self.keeps = False
            if not self.complete:
                raise
        self._check_size()
        return self.complete

    def end(self) -> bool:
        """The server has said all it will: whether that completes the answer."""
        self.keeps = False
        self.complete = self.complete or (self._in_body and self._lasts_until_the_end())
        return self.complete

    def response(self) -> Response:
        """The complete answer. Raises `UnreadableAnswer` where it is not compressed as it claims."""
        return Response(self._status, self._headers, unwrapped(self._body, self._headers, self._status))

    def _check_size(self) -> None:
        if len(self._body) > LARGEST_ANSWER or self._received > LARGEST_TRANSFER:
            raise UnreadableAnswer("The answer is larger than 1 MiB.", http_status=self._status or None)
        if not self._in_body and self._received > LARGEST_HEAD:
            raise UnreadableAnswer("The head of the answer is larger than 64 KiB.")

    def _lasts_until_the_end(self) -> bool:
        coding = self._headers.get("transfer-encoding", "")
        return "content-length" not in self._headers and not coding.lower().endswith("chunked")

    # What the parser calls. An error raised here would come out as one of the parser's, so none is.

    def on_message_begin(self) -> None:
        """A second answer to one request is no answer of ours: the connection is not used again."""
        if self.complete:
            self.keeps = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_body:
            self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        if not self.complete:
            self._status = self._parser.get_status_code()
            self._in_body = not self._is_informational()

    def on_body(self, data: bytes) -> None:
        if not self.complete:
            self._body += data

    def on_message_complete(self) -> None:
        if self.complete:
            return
        if self._is_informational():
            self._headers = {}
        else:
            self.complete, self.keeps = True, self._parser.should_keep_alive()

    def _is_informational(self) -> bool:
        """Announces the answer proper; 101 would be the last word in HTTP, and is an answer."""
        return 100 <= self._status < 200 and self._status != 101
