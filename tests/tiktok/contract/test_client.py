"""The client beside the contract: its code tables, its paths, the fields that it asks for and reads."""

from __future__ import annotations

from dataclasses import fields

import pytest

from tiktok.client import cancels, creator, gallery, inbox, photos, statuses, users, videos
from tiktok.client.codes import ALL_ROWS, CodeRow, Remedy, Surface
from tiktok.client.types import AccountCounts, Video

from .document import codes_in, contract, statuses_in

CONTRACT = contract()
COLUMNS = {"D": Surface.VIDEO_INIT, "I": Surface.INBOX_INIT, "P": Surface.PHOTO_INIT}
SURFACES = {
    "1.4": Surface.USER_INFO,
    "2.4": Surface.OAUTH,
    "5": Surface.CREATOR_INFO,
    "9.1": Surface.FAIL_REASON,
}


def rows_of(surface: Surface) -> dict[str, CodeRow]:
    return {row.code: row for row in ALL_ROWS if row.surface is surface}


def code_table(section: str) -> list[tuple[list[str], str, str]]:
    """Codes, HTTP status and category of each row that is not a success."""
    for table in CONTRACT.tables[section]:
        column = next(
            (head for head in table[0] if head in ("`error.code`", "`error`", "`fail_reason`")), None
        )
        if column is not None:
            return [
                (codes, row.get("HTTP", ""), next(row[head] for head in row if head.startswith("Category")))
                for row in table
                if (codes := codes_in(row[column])) and codes != ["ok"]
            ]
    raise AssertionError(f"No code table in section {section}")


@pytest.mark.parametrize("section", SURFACES)
def test_a_surface_has_the_codes_of_its_table_and_only_them(section: str) -> None:
    known = set(rows_of(SURFACES[section]))
    written = {code for codes, _, _ in code_table(section) for code in codes}
    assert known - written <= {"internal_error"}  # section 5 writes 5xx without a code
    assert written <= known


@pytest.mark.parametrize("column", COLUMNS)
def test_an_init_has_the_codes_of_its_column(column: str) -> None:
    rows = rows_of(COLUMNS[column])
    table = CONTRACT.table("6.4", "HTTP")
    written = {codes_in(line["`error.code`"])[0]: line["HTTP"] for line in table if line[column] == "x"}
    assert {code: str(row.http_status) for code, row in rows.items()} == {
        code: "500" if http == "5xx" else http for code, http in written.items()
    }


def test_status_and_cancel_have_the_codes_of_their_lists() -> None:
    cancel = next(row["Facts"] for row in CONTRACT.table("10", "Endpoint") if row["Endpoint"] == "Errors")
    for surface, text in ((Surface.STATUS, CONTRACT.errors.partition("[O5]")[0]), (Surface.CANCEL, cancel)):
        assert {code: row.http_status for code, row in rows_of(surface).items()} == statuses_in(text)


def test_chunk_statuses_are_those_of_the_table() -> None:
    written = {row["HTTP"] for row in CONTRACT.table("7.2", "HTTP")} - {"201", "206", "5xx"}
    assert set(rows_of(Surface.CHUNK)) == written


@pytest.mark.parametrize("section", [*SURFACES, "6.4"])
def test_a_remedy_is_one_that_the_category_names(section: str) -> None:
    """Where the category is in our own vocabulary (6.5)."""
    for codes, _, category in code_table(section):
        named = {remedy for remedy in Remedy if remedy.name in category.replace(",", " ").split()}
        found = {row.remedy for row in ALL_ROWS if row.code in codes and row.surface in _surfaces(section)}
        assert not named or found <= named, (codes, category)


def test_every_path_is_a_route() -> None:
    modules = (videos, inbox, photos, statuses, cancels, creator, users)
    paths = {module.PATH for module in modules} | {gallery.LIST_PATH, gallery.QUERY_PATH}
    assert paths <= {path for _, path in CONTRACT.routes}


def test_the_video_object_has_every_field() -> None:
    written = {code for row in CONTRACT.table("13.3", "Field") for code in codes_in(row["Field"])}
    assert {field.name for field in fields(Video)} == written


def test_the_counts_are_the_fields_of_their_scope() -> None:
    table = CONTRACT.table("4", "Field")
    written = next(line["Field"] for line in table if "user.info.stats" in line["Scope"])
    assert list(users.COUNTS) == codes_in(written)
    assert {field.name for field in fields(AccountCounts)} == set(users.COUNTS)


def _surfaces(section: str) -> set[Surface]:
    return set(COLUMNS.values()) if section == "6.4" else {SURFACES[section]}
