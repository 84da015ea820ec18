"""The checksum that may come with a part: if it does not fit what arrived, nothing of that part counts."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from scheduler.media import UploadRefused

ALGORITHMS = ("sha1", "sha256")
"""tus asks for sha1; it is no protection against anyone, only against broken lines."""

MISMATCH = 460
"""The status that tus gives to a part that arrived damaged."""


class Checksum:
    """One part's, from the header `sha1 <base64>`. Raises UploadRefused for another algorithm or form."""

    def __init__(self, header: str) -> None:
        algorithm, _, encoded = header.partition(" ")
        if algorithm not in ALGORITHMS:
            raise UploadRefused("Checksums are sha1 or sha256.")
        try:
            self.promised = base64.b64decode(encoded, validate=True)
        except binascii.Error as unreadable:
            raise UploadRefused("The checksum cannot be read.") from unreadable
        self.found = hashlib.new(algorithm, usedforsecurity=False)

    def add(self, block: bytes) -> None:
        self.found.update(block)

    def check(self) -> None:
        """Raises UploadRefused where the part is not what the browser sent."""
        if not hmac.compare_digest(self.found.digest(), self.promised):
            raise UploadRefused("This part arrived damaged. It is sent again.", status=MISMATCH)
