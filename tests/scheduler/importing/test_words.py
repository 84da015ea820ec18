"""What the cells of a list mean: nothing is chosen for a person, nothing that they wrote is guessed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from scheduler.importing.words import (
    read_account,
    read_box,
    read_cells,
    read_cover,
    read_day,
    read_files,
    read_level,
    read_mode,
)


@pytest.mark.parametrize(
    "text", ["2026-11-20", "2026/11/20", "20.11.2026", "20/11/2026", "11/20/2026", "20.11.26"]
)
def test_a_day_that_can_be_only_one_is_read(text: str) -> None:
    assert read_day(f" {text} ") == ("2026-11-20", "")


def test_a_day_that_may_be_two_is_asked_about() -> None:
    assert read_day("03/04/2026") == (
        "",
        "The list says “03/04/2026”: 4 March, or 3 April? Choose the day.",
    )


@pytest.mark.parametrize("text", ["tomorrow", "2026-02-30", "31.4.2026", "20-11/2026", "46345"])
def test_what_is_no_day_is_said(text: str) -> None:
    assert read_day(text) == ("", f"The list says “{text}”, which is no day. Choose one.")


def test_the_third_of_march_is_the_same_either_way() -> None:
    assert read_day("03/03/2026") == ("2026-03-03", "")


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Everyone", "PUBLIC_TO_EVERYONE"),
        ("only me", "SELF_ONLY"),
        ("SELF_ONLY", "SELF_ONLY"),
        ("friends", "MUTUAL_FOLLOW_FRIENDS"),
        ("follower_of_creator", "FOLLOWER_OF_CREATOR"),
    ],
)
def test_an_audience_is_read_by_its_word_or_its_value(text: str, level: str) -> None:
    assert read_level(text) == (level, "")


def test_no_audience_is_ever_chosen_for_a_person() -> None:
    assert read_level("") == ("", "")
    assert read_level("everybody!") == ("", "The list says “everybody!”. Choose who can watch.")


@pytest.mark.parametrize("text", ["yes", "X", "1", "TRUE"])
def test_a_box_is_ticked_where_the_list_says_so(text: str) -> None:
    assert read_box(text) == ("on", "")


@pytest.mark.parametrize("text", ["", "no", "0", "False"])
def test_a_box_stays_off_otherwise(text: str) -> None:
    assert read_box(text) == ("", "")


def test_a_box_that_cannot_be_read_is_off_and_says_so() -> None:
    assert read_box("maybe") == ("", "The list says “maybe”, which is neither yes nor no: it is off.")


def account(username: str, name: str) -> Any:
    return SimpleNamespace(pk=uuid4(), username=username, display_name=name)


def test_an_account_is_found_by_its_handle_first_then_by_its_name() -> None:
    luna, other = account("luna.bakes", "Luna Bakes"), account("other", "luna.bakes")
    assert read_account("@Luna.Bakes", [other, luna]) == (str(luna.pk), "")
    assert read_account("luna bakes", [other, luna]) == (str(luna.pk), "")


def test_an_account_that_is_not_here_or_not_alone_is_asked_about() -> None:
    twins = [account("a", "Luna"), account("b", "Luna")]
    assert read_account("Luna", twins)[1].startswith("More than one account here is called “Luna”")
    assert read_account("Sol", twins)[1].startswith("No account here is called “Sol”")


def test_naming_a_brand_turns_the_disclosure_on() -> None:
    fields, _ = read_cells({"file": "a.mp4", "brand_content": "yes"}, [])
    assert (fields["disclose"], fields["brand_content"], fields["brand_organic"]) == ("on", "on", "")


def test_a_row_that_says_only_its_file_chooses_nothing() -> None:
    fields, notes = read_cells({"file": " a.mp4 "}, [])
    assert {name: text for name, text in fields.items() if text} == {"file": "a.mp4"}
    assert notes == {}


@pytest.mark.parametrize(
    ("file", "photos", "read"),
    [
        ("rye.mp4", "", {"file": "rye.mp4", "images": "", "kind": ""}),
        ("", "a.jpg; b.png", {"file": "", "images": "a.jpg\nb.png", "kind": "photo"}),
        ("a.JPG; b.webp", "", {"file": "", "images": "a.JPG\nb.webp", "kind": "photo"}),
        ("rye; 2.mp4", "", {"file": "rye; 2.mp4", "images": "", "kind": ""}),
        ("", "", {"file": "", "images": "", "kind": ""}),
    ],
)
def test_a_row_is_of_a_video_or_of_photos(file: str, photos: str, read: dict[str, str]) -> None:
    assert read_files(file, photos) == (read, "")


def test_a_video_and_photos_in_one_row_are_asked_about() -> None:
    fields, note = read_files("rye.mp4", "a.jpg")
    assert fields == {"file": "rye.mp4", "images": "a.jpg", "kind": ""}
    assert note == "The list names a video and photos. Choose which of them this row posts."


@pytest.mark.parametrize(("cell", "mode"), [("Direct", "direct"), (" INBOX ", "inbox"), ("", "")])
def test_where_it_goes_is_read_by_its_word(cell: str, mode: str) -> None:
    assert read_mode(cell) == (mode, "")


def test_a_place_that_nobody_knows_is_asked_about() -> None:
    told = "The list says “drafts”, which is neither direct nor inbox. Choose where it goes."
    assert read_mode("drafts") == ("", told)


@pytest.mark.parametrize(
    ("cell", "kind", "read"),
    [
        ("1,5", "", {"cover_timestamp_ms": "1,5"}),
        ("2", "", {"cover_timestamp_ms": "2"}),
        ("2", "photo", {"cover_index": "1"}),
        ("", "photo", {"cover_index": ""}),
    ],
)
def test_a_cover_is_a_moment_or_a_photo(cell: str, kind: str, read: dict[str, str]) -> None:
    assert read_cover(cell, kind) == (read, "")


@pytest.mark.parametrize("cell", ["0", "36", "1.5", "last", "²"])
def test_a_cover_that_can_be_no_photo_is_asked_about(cell: str) -> None:
    fields, note = read_cover(cell, "photo")
    assert (fields, note) == (
        {"cover_index": ""},
        f"The list says “{cell}”. Choose which photo is the cover.",
    )


def test_disclosing_without_a_brand_is_read_too() -> None:
    fields, _ = read_cells({"file": "a.mp4", "disclose": "yes"}, [])
    assert (fields["disclose"], fields["brand_content"], fields["brand_organic"]) == ("on", "", "")


def test_a_long_row_of_photos_is_not_cut() -> None:
    names = [f"a photo with a long name, number {number}.jpg" for number in range(35)]
    fields, _ = read_cells({"photos": "; ".join(names)}, [])
    assert fields["images"].splitlines() == names
