"""What leaves for a spreadsheet and comes back: nothing is run, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.media import shown_name
from scheduler.spreadsheets import as_meant, divided, harmless, joined

TEXTS = st.text(st.sampled_from("'=+-@ \t\n＝a;\"") | st.characters(exclude_categories=["Cs"]))  # noqa: RUF001
NAMES = TEXTS.map(shown_name).filter(bool)


@given(TEXTS)
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert as_meant(harmless(text)) == text


@given(TEXTS)
def test_no_cell_begins_with_a_formula(text: str) -> None:
    assert not harmless(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.lists(NAMES))
def test_names_in_one_cell_come_back_in_their_order(names: list[str]) -> None:
    assert divided(joined(names)) == names


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("crust.jpg; crumb.jpg", ["crust.jpg", "crumb.jpg"]),
        ("crust.jpg;crumb.jpg;", ["crust.jpg", "crumb.jpg"]),
        ("crust.jpg\ncrumb.jpg\n", ["crust.jpg", "crumb.jpg"]),
        ('"crust;1.jpg"; crumb.jpg', ["crust;1.jpg", "crumb.jpg"]),
        (" ; ", []),
        ("", []),
    ],
)
def test_names_are_divided_as_people_write_them(cell: str, names: list[str]) -> None:
    assert divided(cell) == names


def test_names_that_need_no_quotes_get_none() -> None:
    assert joined(["crust.jpg", "crumb.jpg"]) == "crust.jpg; crumb.jpg"
