"""Whole numbers as a browser sends them: a text that may be anything, of any length."""

from __future__ import annotations

MOST_DIGITS = 9
"""More than anything that is counted here; what Python reads slowly, or not at all, is far longer."""


def number_of(text: str) -> int | None:
    """The number that a short text of the digits 0 to 9 writes; None for any other text."""
    return int(text) if len(text) <= MOST_DIGITS and text.isascii() and text.isdecimal() else None
