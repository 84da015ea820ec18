"""What the models share: choices from a vocabulary, and the database's clock as a default."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Func


def choices(vocabulary: Any) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ").capitalize()) for word in vocabulary]


def among(*words: StrEnum) -> list[str]:
    """Plain texts, in a fixed order, as migrations want them."""
    return sorted(word.value for word in words)


def owner() -> Any:
    """The workspace of a row that is written often: found by other columns, so an index of its own only costs."""
    return models.ForeignKey(
        "accounts.Workspace", on_delete=models.CASCADE, related_name="+", editable=False, db_index=False
    )


class ClockTimestamp(Func):
    """The database's clock at this very statement; `Now()` would be the start of the transaction."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()
