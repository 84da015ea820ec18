"""What became of one row: the post that it is now, or why it is none yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """Of a row that was made a post: its number, the ids of the post and of its video or photos, and what was done."""

    number: int
    post: str
    media: str
    done: str
    images: list[str] = field(default_factory=list)

    @property
    def files(self) -> set[str]:
        """The ids of all that the post has."""
        return {self.media, *self.images} - {""}

    @property
    def plain(self) -> dict[str, Any]:
        """For a column of JSON."""
        return asdict(self)

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Outcome:
        return cls(**plain)
