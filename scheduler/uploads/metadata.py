"""What a browser says of a file before it comes (tus `Upload-Metadata`): names, each with a value in base64."""

from __future__ import annotations

import base64

from scheduler.media import UploadRefused

LONGEST = 2000
NAME, MODIFIED = "filename", "modified"
"""The last is ours: when the file was changed, in milliseconds, by which the same file is known again."""


def check(metadata: str) -> None:
    """Raises UploadRefused where anything in it that we ask for cannot be read."""
    for name in (NAME, MODIFIED):
        value_of(metadata, name)


def value_of(metadata: str, name: str) -> str:
    """That value; nothing where it is not said. Raises UploadRefused for what cannot be read."""
    if len(metadata) > LONGEST:
        raise UploadRefused("The name of this file is too long. Rename it and choose it again.")
    pairs = dict(pair.strip().partition(" ")[::2] for pair in metadata.split(","))
    try:
        return base64.b64decode(pairs.get(name, ""), validate=True).decode(errors="replace")
    except ValueError as unreadable:
        told = "The name of this file cannot be read."
        raise UploadRefused(
            told if name == NAME else f"“{name}” of this file cannot be read."
        ) from unreadable
