"""What is wrong with a row, and what is only not chosen yet."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduler.clock import database_now
from scheduler.creators import look_at
from scheduler.importing.table import Table
from tests.factories import make_media
from tests.scheduler.accounts import plain_account
from tests.scheduler.importing.batches import (
    WHOLE,
    begin,
    checked,
    table,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_nobody_has_chosen_yet_is_open_and_not_wrong(desk: SimpleNamespace) -> None:
    row = checked(desk, privacy="", file="")
    assert row.open == {"media": "Choose the video.", "privacy_level": "Choose who can watch."}
    assert (row.wrong, row.state, row.is_ready) == ({}, "choose", False)


def test_a_choice_that_the_list_made_and_nobody_can_read_is_wrong(desk: SimpleNamespace) -> None:
    row = checked(desk, privacy="Everybody")
    assert (row.state, row.open) == ("fix", {})
    assert row.wrong == {"privacy_level": ["The list says “Everybody”. Choose who can watch."]}


def test_a_video_that_is_being_checked_is_awaited(desk: SimpleNamespace) -> None:
    make_media(desk.workspace, original_name="wheat.mp4", status="checking", check_due_at=database_now())
    row = checked(desk, file="wheat.mp4")
    assert (row.wrong, row.open) == ({}, {"media": "The video is still being checked. It takes a moment."})


def test_what_is_missing_is_named_with_the_first_place_of_it(desk: SimpleNamespace) -> None:
    no_privacy, no_time = {**WHOLE, "privacy": ""}, {**WHOLE, "date": "", "time": ""}
    batch = begin(desk, WHOLE, no_privacy, no_privacy, no_time, {**WHOLE, "privacy": "Some"})
    assert table(desk, batch).missing == [
        ("choose who can watch (2 rows)", "id_r2-privacy_level"),
        ("give a time (row 4)", "id_r4-date"),
        ("mend what is wrong (row 5)", "row-r5"),
    ]


def test_a_caption_is_counted_as_tiktok_does(desk: SimpleNamespace) -> None:
    assert checked(desk, caption="🍂" * 1101).caption_count == "2,202 / 2,200"


def test_a_whole_row_is_ready(desk: SimpleNamespace) -> None:
    row = checked(desk)
    assert (row.is_ready, row.wrong, row.account) == (True, {}, desk.luna)
    assert row.post.due_local == "2027-06-01T12:30:00"


def test_every_fault_stands_at_its_field_at_once(desk: SimpleNamespace) -> None:
    row = checked(
        desk,
        file="wheat.mp4",
        date="01/02/2027",
        time="noon",
        caption="x" * 2201,
        privacy="Friends!",
        account="@sol",
    )
    assert row.wrong["date"] == ["The list says “01/02/2027”: 2 January, or 1 February? Choose the day."]
    assert row.wrong["time"] == ["Write the time as 12:30."]
    assert "1 characters over" in row.wrong["caption"][0]
    assert row.wrong["privacy_level"] == ["The list says “Friends!”. Choose who can watch."]
    assert row.wrong["account"] == ["No account here is called “@sol”. Choose the account that posts."]
    assert not row.is_savable


def test_what_tiktok_does_not_offer_this_creator_is_said(desk: SimpleNamespace) -> None:
    offered = ["SELF_ONLY", "MUTUAL_FOLLOW_FRIENDS"]
    desk.tiktok.control(creators={"luna.bakes": {"privacy_level_options": offered, "comment_disabled": True}})
    row = checked(desk)
    assert "can't post to “Everyone”" in row.wrong["privacy_level"][0]
    assert "turned comments off" in row.wrong["allow_comment"][0]


def test_branded_content_for_oneself_alone_is_refused(desk: SimpleNamespace) -> None:
    row = checked(desk, privacy="Only me", brand_content="yes")
    assert row.wrong["privacy_level"] == ["Branded content visibility cannot be set to private."]


def test_the_table_knows_all_audiences_that_branded_content_is_not_for(desk: SimpleNamespace) -> None:
    desk.tiktok.control(creators={"luna.bakes": {"private": True}})
    row = checked(desk, privacy="Followers", brand_content="yes")
    assert row.wrong["privacy_level"] == ["Branded content can be shown to everyone or to friends only."]
    offered = {audience.value for audience in row.destination.audiences}
    assert offered - {audience.value for audience in row.destination.no_brands} == {"MUTUAL_FOLLOW_FRIENDS"}
    lead = row.destination.lead
    assert f"{lead}privacy_level=FOLLOWER_OF_CREATOR" in row.destination.no_brands_if.split("|")


def test_a_past_time_is_said_without_an_offer_to_post_now(desk: SimpleNamespace) -> None:
    assert checked(desk, date="2020-06-01").wrong["time"] == [
        "This time has passed. Choose a later one, or none for a draft."
    ]


def test_a_row_without_a_time_can_be_a_draft_but_not_scheduled(desk: SimpleNamespace) -> None:
    row = checked(desk, date="", time="")
    assert (row.wrong, row.is_savable, row.is_ready) == ({}, True, False)


def test_rows_that_say_the_same_twice_are_warned_of(desk: SimpleNamespace) -> None:
    first, second = table(desk, begin(desk, WHOLE, WHOLE)).rows
    assert first.warnings == []
    assert second.warnings == [
        "Row 1 posts the same video for this account.",
        "Row 1 goes out at the same time for this account.",
    ]
    assert second.is_ready


def test_several_accounts_are_never_chosen_between(desk: SimpleNamespace) -> None:
    plain_account(desk.workspace, "sol.cooks")
    assert checked(desk).open["account"] == "Choose the account that posts."
    assert checked(desk, account="@luna.bakes").account == desk.luna


def test_many_rows_are_read_in_as_many_queries_as_one(desk: SimpleNamespace) -> None:
    account = {"account": f"@{desk.luna.username}"}

    def asked(*cells: dict[str, str]) -> int:
        batch = begin(desk, *cells)
        with CaptureQueriesContext(connection) as queries:
            rows = Table(batch, workspace=desk.workspace).rows
        assert all(row.is_ready for row in rows)
        return len(queries)

    look_at(desk.luna)  # the first question of an account makes the lane that counts them
    few = asked(WHOLE | account)
    assert asked(*(WHOLE | account for _ in range(9))) == few
