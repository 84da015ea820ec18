"""A mail server on this machine, for parts of ours that send by SMTP. It keeps what it takes; nothing goes further."""

from __future__ import annotations

import email
import socketserver
import threading
from email.message import Message
from typing import Self

ANSWERS = {b"MAIL": b"250 OK", b"RCPT": b"250 OK", b"DATA": b"354 Go on", b"QUIT": b"221 Bye"}


class PostOffice(socketserver.ThreadingTCPServer):
    """`accepted` is every mail that was taken, in order."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Clerk)
        self.accepted: list[Message] = []

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, name="post office")
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class Clerk(socketserver.StreamRequestHandler):
    """One sender's visit (RFC 5321, without extensions)."""

    server: PostOffice
    timeout = 30

    def handle(self) -> None:
        self._say(b"220 ready")
        while line := self.rfile.readline():
            verb = line[:4].upper().rstrip()
            self._say(ANSWERS.get(verb, b"250 OK" if verb in {b"EHLO", b"HELO", b"RSET"} else b"502 Unknown"))
            if verb == b"DATA":
                self.server.accepted.append(email.message_from_bytes(self._body()))
                self._say(b"250 Taken")
            elif verb == b"QUIT":
                return

    def _body(self) -> bytes:
        """Everything up to the line of a single dot, whose extra dots are taken off."""
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(line[1:] if line.startswith(b"..") else line for line in lines if line)

    def _say(self, answer: bytes) -> None:
        self.wfile.write(answer + b"\r\n")
