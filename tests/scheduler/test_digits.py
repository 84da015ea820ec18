"""A number that a browser sends may be any text, of any length."""

from __future__ import annotations

import pytest

from scheduler.digits import number_of


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), ("007", 7), ("9" * 9, 999_999_999)])
def test_a_few_digits_are_a_number(text: str, number: int) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", " 1", "²", "٣", "two", "9" * 10, "9" * 20_000])
def test_anything_else_is_none(text: str) -> None:
    assert number_of(text) is None
