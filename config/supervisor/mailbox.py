"""Shows new mail in the terminal: on one machine the verification link has no other way to its reader."""

from __future__ import annotations

import email
import email.policy
import re
from pathlib import Path

LINK = re.compile(r"https?://\S+")


class Mailbox:
    """The files that `config.mail` writes; what was there before is old."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen = set(folder.glob("*.eml"))

    def new_lines(self) -> list[str]:
        """One line for each message that came since the last call: whom, what, the first link."""
        fresh = sorted(set(self.folder.glob("*.eml")) - self._seen)
        self._seen.update(fresh)
        return [self._line(path) for path in fresh]

    def _line(self, path: Path) -> str:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(preferencelist=("plain",))
        link = LINK.search(body.get_content()) if body else None
        return f"Mail to {message['To']}: {message['Subject']}  {link[0] if link else path}"
