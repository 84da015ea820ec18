"""Which file a row means: never guessed, found however its name is written."""

from __future__ import annotations

import unicodedata
from types import SimpleNamespace

import pytest

from accounts.models import Workspace
from accounts.tenancy import workspace_scope
from scheduler.importing import adding
from tests.factories import make_media
from tests.scheduler.importing.batches import (
    WHOLE,
    add,
    begin,
    checked,
    table,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_row_finds_its_video_in_the_library_by_name(desk: SimpleNamespace) -> None:
    assert checked(desk, file=r"C:\clips\RYE.MP4").media == desk.rye


def test_letters_that_a_device_takes_apart_are_the_same(desk: SimpleNamespace) -> None:
    bread = make_media(desk.workspace, original_name=unicodedata.normalize("NFD", "pão.mp4"))
    assert checked(desk, file=unicodedata.normalize("NFC", "Pão.mp4")).media == bread


def test_a_file_of_the_import_comes_before_the_library(desk: SimpleNamespace) -> None:
    mine = make_media(desk.workspace, original_name="rye.mp4", pad_to=200_000)
    batch = begin(desk, WHOLE)
    add(desk, batch, mine)
    assert table(desk, batch).rows[0].media == mine


def test_a_row_without_a_file_says_which_name_it_looks_for(desk: SimpleNamespace) -> None:
    row = checked(desk, file="wheat.mp4")
    assert row.media is None
    assert row.open["media"] == "No video is called “wheat.mp4”. Add it above, or choose another."
    assert row.wrong == {}


def test_a_mistyped_name_is_offered_the_most_alike_and_guesses_nothing(desk: SimpleNamespace) -> None:
    spelt = make_media(desk.workspace, original_name="spelt-final.mp4")
    make_media(desk.workspace, original_name="broken.mp4", status="refused", refusals=["No."])
    row = checked(desk, file="spelt_final.mp4")
    assert (row.media, row.offered) == (None, [spelt])
    assert checked(desk, file="").offered == [spelt, desk.rye]


def test_two_files_of_a_name_are_never_guessed_between(desk: SimpleNamespace) -> None:
    other = make_media(desk.workspace, original_name="rye.mp4", pad_to=200_000)
    row = checked(desk)
    assert row.media is None
    assert row.open["media"] == "2 videos are called “rye.mp4”. Choose one."
    assert set(row.offered) == {desk.rye, other}


def test_the_same_bytes_twice_are_one_file(desk: SimpleNamespace) -> None:
    make_media(desk.workspace, original_name="rye.mp4")
    assert checked(desk).media is not None


def test_a_broken_file_gives_way_to_a_whole_one_of_its_name(desk: SimpleNamespace) -> None:
    make_media(desk.workspace, original_name="rye.mp4", status="refused", refusals=["No."], pad_to=200_000)
    assert checked(desk).media == desk.rye


def test_a_file_of_another_workspace_is_never_found(desk: SimpleNamespace, elsewhere: Workspace) -> None:
    theirs = make_media(elsewhere, original_name="wheat.mp4")
    with workspace_scope(desk.workspace):
        batch = begin(desk, {**WHOLE, "file": "wheat.mp4"})
        add(desk, batch, theirs)
        [row] = table(desk, batch).rows
    assert (row.media, row.offered) == (None, [desk.rye])


def test_a_video_that_no_row_names_is_told_and_becomes_one(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE)
    spare = make_media(desk.workspace, original_name="spare.mp4")
    add(desk, batch, desk.rye, spare)
    assert table(desk, batch).without_row == [spare]

    for _ in "twice":
        adding.add_rows_for(batch=batch, files=[spare])
    now = table(desk, batch)
    assert [row.media for row in now.rows] == [desk.rye, spare]
    assert now.without_row == []
