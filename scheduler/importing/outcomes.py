"""What became of one row: the post that it is now, or why it is none yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """Of a row that was made a post: its number, the ids of the post and of its video, and what was done."""

    number: int
    post: str
    media: str
    done: str

    @property
    def plain(self) -> dict[str, Any]:
        """For a column of JSON."""
        return asdict(self)

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Outcome:
        return cls(**plain)
