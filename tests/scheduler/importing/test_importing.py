"""An import from its list to posts: matched, told what is wrong, placed, kept, and made posts once."""

from __future__ import annotations

import unicodedata
from datetime import time
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.importing import keeping, placing, storing
from scheduler.importing.checked import CheckedRow
from scheduler.importing.joining import MOST_FILES
from scheduler.importing.lists import MOST_ROWS, ListRefused
from scheduler.importing.table import Table
from scheduler.models import BulkImport, Media, Post, PostingSlot
from scheduler.policies import NotPossible
from tests.factories import make_media
from tests.scheduler.accounts import plain_account

pytestmark = pytest.mark.django_db(transaction=True)

WHOLE = {
    "file": "rye.mp4",
    "caption": "Rye, slowly",
    "date": "2027-06-01",
    "time": "12:30",
    "privacy": "Everyone",
    "comment": "yes",
}


@pytest.fixture
def desk(studio: SimpleNamespace, in_harbour: Any) -> SimpleNamespace:
    """Alice's workspace, with “rye.mp4” in its library."""
    studio.rye = make_media(studio.workspace, original_name="rye.mp4")
    return studio


def begin(desk: SimpleNamespace, *cells: dict[str, str]) -> BulkImport:
    return keeping.begin(workspace=desk.workspace, by=desk.alice, cells=list(cells))


def table(desk: SimpleNamespace, batch: BulkImport) -> Table:
    return Table(keeping.find(batch.pk, workspace=desk.workspace), workspace=desk.workspace)


def checked(desk: SimpleNamespace, **cells: str) -> CheckedRow:
    [row] = table(desk, begin(desk, {**WHOLE, **cells})).rows
    return row


def add(desk: SimpleNamespace, batch: BulkImport, *files: Media) -> None:
    data = QueryDict(mutable=True)
    data["files"] = ",".join(str(file.pk) for file in files)
    keeping.take(batch=batch, data=data)


def posts(desk: SimpleNamespace) -> list[Post]:
    return list(Post.objects.filter(workspace=desk.workspace).order_by("due_at"))


# --- which file a row means


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
        keeping.add_rows_for(batch=batch, files=[spare])
    now = table(desk, batch)
    assert [row.media for row in now.rows] == [desk.rye, spare]
    assert now.without_row == []


# --- what is wrong with it, and what is only not chosen yet


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


def test_a_past_time_is_said_in_the_words_of_the_composer(desk: SimpleNamespace) -> None:
    assert checked(desk, date="2020-06-01").wrong["time"] == [
        "This time has passed. Choose a later one, or post now."
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


# --- times


def slot(desk: SimpleNamespace, hour: int) -> None:
    for weekday in range(7):
        PostingSlot.objects.create(
            workspace=desk.workspace, account=desk.luna, weekday=weekday, at=time(hour)
        )


def test_rows_without_a_time_take_the_free_slots_in_order(desk: SimpleNamespace) -> None:
    slot(desk, 9)
    batch = begin(desk, *({**WHOLE, "date": "", "time": ""} for _ in range(3)))
    assert placing.place(table(desk, batch)) == (3, 0)
    due = [row.post.due_at for row in table(desk, batch).rows]
    assert due == sorted(set(due))
    assert all(row.is_ready for row in table(desk, batch).rows)


def test_a_slot_that_another_row_stands_at_is_taken(desk: SimpleNamespace) -> None:
    slot(desk, 9)
    undated = {**WHOLE, "date": "", "time": ""}
    batch = begin(desk, undated)
    placing.place(table(desk, batch))
    [row] = table(desk, batch).raw
    keeping.append(batch=batch, cells=[undated])
    placing.place(table(desk, batch))

    first, second = table(desk, batch).raw
    assert first.fields["date"] == row.fields["date"]
    assert second.fields["date"] > first.fields["date"]


def test_rows_that_find_no_slot_stay_without_a_time(desk: SimpleNamespace) -> None:
    batch = begin(desk, {**WHOLE, "date": "", "time": ""})
    assert placing.place(table(desk, batch)) == (0, 1)


def test_many_rows_are_read_in_as_many_queries_as_one(desk: SimpleNamespace) -> None:
    account = {"account": f"@{desk.luna.username}"}

    def asked(*cells: dict[str, str]) -> int:
        batch = begin(desk, *cells)
        with CaptureQueriesContext(connection) as queries:
            rows = Table(batch, workspace=desk.workspace).rows
        assert all(row.is_ready for row in rows)
        return len(queries)

    few = asked(WHOLE | account)
    assert asked(*(WHOLE | account for _ in range(9))) == few


# --- kept


def test_what_is_typed_is_kept_and_the_note_of_the_list_goes(desk: SimpleNamespace) -> None:
    batch = begin(desk, {**WHOLE, "date": "01/02/2027"})
    data = QueryDict("rows=r1&r1-date=2027-02-01&r1-time=9.15&r1-caption=Rye\0&r1-allow_duet=on")
    assert keeping.take(batch=batch, data=data).differs
    assert not keeping.take(batch=batch, data=data).differs

    [row] = table(desk, batch).raw
    assert row.fields["caption"] == "Rye"
    assert (row.fields["allow_duet"], row.fields["allow_comment"]) == ("on", "")
    assert "date" not in row.notes


def test_a_row_that_the_page_did_not_know_of_stays_as_it_is(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE, WHOLE)
    keeping.take(batch=batch, data=QueryDict("rows=r1&r1-caption=Mine&rows=r9&r9-caption=Nobody's"))
    assert [row.fields["caption"] for row in table(desk, batch).raw] == ["Mine", "Rye, slowly"]


def page_of(desk: SimpleNamespace, batch: BulkImport, **changes: str) -> QueryDict:
    """What a page sends that shows the first row as it is now, with these changes."""
    row = table(desk, batch).rows[0].row
    data = QueryDict(mutable=True)
    data.update({"rows": row.key, "r1-seen": row.seen} | row.form_data)
    data["page"] = changes.pop("page", "")
    data.update({f"r1-{name}": text for name, text in changes.items()})
    return data


def test_two_pages_change_what_was_changed_on_each(desk: SimpleNamespace) -> None:
    batch = begin(desk, {**WHOLE, "file": ""})
    mine, theirs = page_of(desk, batch), page_of(desk, batch)
    mine["r1-caption"], theirs["r1-media"] = "Mine", str(desk.rye.pk)
    keeping.take(batch=batch, data=theirs)

    assert keeping.take(batch=batch, data=mine).differs

    [row] = table(desk, batch).raw
    assert (row.fields["caption"], row.fields["media"]) == ("Mine", str(desk.rye.pk))


def test_a_page_that_stands_open_undoes_nothing_and_hears_of_it(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE)
    idle = page_of(desk, batch)
    assert keeping.take(batch=batch, data=idle).differs, "its video is settled"
    keeping.take(batch=batch, data=page_of(desk, batch, caption="Other"))

    assert keeping.take(batch=batch, data=idle).differs

    assert table(desk, batch).raw[0].fields["caption"] == "Other"
    assert not keeping.take(batch=batch, data=page_of(desk, batch)).differs


def test_what_two_pages_wrote_into_one_field_is_for_a_person_to_choose(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE)
    mine = page_of(desk, batch, caption="Mine", time="13:45", page="one")
    theirs = page_of(desk, batch, caption="Theirs", page="two")
    keeping.take(batch=batch, data=theirs)

    taken = keeping.take(batch=batch, data=mine)

    assert (taken.clashes, taken.is_new) == ({"r1": {"caption": "Mine"}}, True)
    [row] = table(desk, batch).raw
    assert (row.fields["caption"], row.fields["time"]) == ("Theirs", "13:45")


def test_a_page_that_writes_faster_than_it_is_answered_clashes_with_nobody(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE)
    first = page_of(desk, batch, caption="Rye, sl", page="one")
    second = page_of(desk, batch, caption="Rye, slowly and well", page="one")
    keeping.take(batch=batch, data=first)
    assert keeping.take(batch=batch, data=second).clashes == {}
    assert table(desk, batch).raw[0].fields["caption"] == "Rye, slowly and well"


def test_the_same_words_on_two_pages_are_no_clash(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE)
    sent = {page: page_of(desk, batch, caption="Same", page=page) for page in ("one", "two")}
    for page in sent:
        assert keeping.take(batch=batch, data=sent[page]).clashes == {}


def test_what_was_written_into_a_row_that_is_gone_is_told(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE)
    idle, busy = page_of(desk, batch), page_of(desk, batch, caption="Long thought")
    keeping.drop(batch=batch, key="r1")
    assert keeping.take(batch=batch, data=idle).lost == []
    [told] = keeping.take(batch=batch, data=busy).lost
    assert told.startswith("Row 1 is not here any more")
    assert "caption “Long thought”" in told


def test_two_pages_that_add_videos_lose_none(desk: SimpleNamespace) -> None:
    ids = [str(make_media(desk.workspace, original_name=f"{number}.mp4").pk) for number in range(3)]
    batch = begin(desk)
    keeping.take(batch=batch, data=files(f"{ids[0]},{ids[1]}", seen=""))
    keeping.take(batch=batch, data=files(f"{ids[0]},{ids[2]}", seen=ids[0]))
    assert batch.files == ids
    keeping.take(batch=batch, data=files(ids[1], seen=f"{ids[0]},{ids[1]}"))
    assert batch.files == ids[1:]


def test_videos_for_which_there_is_no_room_are_counted(desk: SimpleNamespace) -> None:
    batch = begin(desk)
    many = ",".join(str(uuid4()) for _ in range(MOST_FILES + 2))
    assert keeping.take(batch=batch, data=files(many, seen="")).left_out == 2
    assert len(batch.files) == MOST_FILES


def files(sent: str, *, seen: str) -> QueryDict:
    return QueryDict(urlencode({"files": sent, "files_seen": seen}))


def test_an_import_that_was_discarded_meanwhile_is_gone_for_every_change(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE)
    found = table(desk, batch)
    keeping.discard(batch=keeping.find(batch.pk, workspace=desk.workspace))
    with pytest.raises(keeping.ImportGone):
        keeping.take(batch=batch, data=QueryDict("rows=r1&r1-caption=Mine"))
    with pytest.raises(keeping.ImportGone):
        storing.schedule(found, by=desk.alice, agreed=agreed(found))
    assert posts(desk) == []


def test_an_hour_that_comes_twice_stays_chosen_until_the_time_is_another(desk: SimpleNamespace) -> None:
    batch = begin(desk, {**WHOLE, "date": "2027-10-31", "time": "01:30"})
    whole = "rows=r1&r1-date=2027-10-31&r1-privacy_level=PUBLIC_TO_EVERYONE"
    keeping.take(batch=batch, data=QueryDict(f"{whole}&r1-time=01:30&r1-fold=1"))
    assert table(desk, batch).rows[0].is_ready
    keeping.take(batch=batch, data=QueryDict(f"{whole}&r1-time=01:45&r1-fold=1"))
    assert table(desk, batch).raw[0].fields["fold"] == ""


def test_more_rows_than_an_import_takes_are_refused_whole(desk: SimpleNamespace) -> None:
    batch = begin(desk, *[WHOLE] * (MOST_ROWS - 1))
    with pytest.raises(ListRefused, match="room for 1 more"):
        keeping.append(batch=batch, cells=[WHOLE, WHOLE])
    assert len(table(desk, batch).raw) == MOST_ROWS - 1


def test_as_many_as_are_kept_wait_and_no_work_makes_room_for_another(desk: SimpleNamespace) -> None:
    first, *_ = [begin(desk, WHOLE) for _ in range(keeping.MOST_KEPT)]
    with pytest.raises(NotPossible, match="20 imports are not finished yet"):
        begin(desk, WHOLE)
    assert keeping.find(first.pk, workspace=desk.workspace) is not None

    keeping.discard(batch=first)
    begin(desk, WHOLE)
    assert len(keeping.unfinished(desk.workspace)) == keeping.MOST_KEPT


def test_only_what_is_finished_makes_room(desk: SimpleNamespace) -> None:
    waiting = begin(desk, WHOLE)
    done = begin(desk, WHOLE)
    storing.save_drafts(table(desk, done), by=desk.alice)
    for _ in range(keeping.MOST_KEPT):
        begin(desk)
    assert keeping.find(done.pk, workspace=desk.workspace) is None
    assert keeping.find(waiting.pk, workspace=desk.workspace) is not None


def test_what_nobody_worked_on_for_so_long_is_removed(desk: SimpleNamespace) -> None:
    old = begin(desk, WHOLE)
    BulkImport.objects.filter(workspace=desk.workspace).update(kept_at=F("kept_at") - keeping.KEPT_FOR)
    begin(desk, WHOLE)
    assert keeping.find(old.pk, workspace=desk.workspace) is None


def test_an_import_of_another_workspace_is_not_found(desk: SimpleNamespace, elsewhere: Workspace) -> None:
    batch = begin(desk, WHOLE)
    with workspace_scope(elsewhere):
        assert keeping.find(batch.pk, workspace=elsewhere) is None


# --- posts


def agreed(found: Table) -> dict[str, str]:
    return {row.row.key: row.digest for row in found.ready}


def test_agreed_rows_are_scheduled_and_the_others_stay(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE, {**WHOLE, "privacy": ""}, {**WHOLE, "time": "13:30"})
    found = table(desk, batch)
    assert storing.schedule(found, by=desk.alice, agreed=agreed(found)) == 2

    left = table(desk, batch)
    assert [row.number for row in left.raw] == [2]
    assert [(each.number, each.done) for each, _, _ in left.done] == [(1, "Scheduled"), (3, "Scheduled")]
    first, second = posts(desk)
    assert (first.status, first.consent_by, first.media) == ("scheduled", desk.alice, desk.rye)
    assert (first.privacy_level, first.allow_comment, first.allow_duet) == ("PUBLIC_TO_EVERYONE", True, False)
    assert second.due_local == "2027-06-01T13:30:00"


def test_a_row_that_changed_after_it_was_seen_is_not_scheduled(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE)
    seen = agreed(table(desk, batch))
    keeping.take(
        batch=batch,
        data=QueryDict(
            "rows=r1&r1-caption=Other&r1-date=2027-06-01&r1-time=12:30&r1-privacy_level=SELF_ONLY"
        ),
    )
    assert storing.schedule(table(desk, batch), by=desk.alice, agreed=seen) == 0
    assert table(desk, batch).raw[0].told == storing.CHANGED
    assert posts(desk) == []


@pytest.mark.parametrize("agrees", [True, False])
def test_what_a_colleague_writes_while_posts_are_made_is_neither_lost_nor_posted(
    desk: SimpleNamespace, agrees: bool
) -> None:
    """The table is read once, and TikTok and a transaction a row take their time."""
    batch = begin(desk, WHOLE, {**WHOLE, "caption": "Wheat"})
    found = table(desk, batch)
    yes = agreed(found)
    keeping.take(batch=batch, data=page_of(desk, batch, caption="Newer"))
    if agrees:
        assert storing.schedule(found, by=desk.alice, agreed=yes) == 1
    else:
        assert storing.save_drafts(found, by=desk.alice) == 1

    assert [post.caption for post in posts(desk)] == ["Wheat"]
    [row] = table(desk, batch).raw
    assert (row.number, row.fields["caption"], row.told) == (1, "Newer", storing.CHANGED)


def test_why_a_row_was_refused_is_said_on_what_a_colleague_wrote_meanwhile(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE)
    found = table(desk, batch)
    keeping.take(batch=batch, data=page_of(desk, batch, caption="Newer"))
    storing.schedule(found, by=desk.alice, agreed={"r1": "another digest"})
    [row] = table(desk, batch).raw
    assert (row.fields["caption"], row.told) == ("Newer", storing.CHANGED)


def test_a_time_that_a_colleague_gives_meanwhile_is_not_placed_over(desk: SimpleNamespace) -> None:
    slot(desk, 9)
    batch = begin(desk, {**WHOLE, "date": "", "time": ""})
    found = table(desk, batch)
    theirs = page_of(desk, batch, date="2027-06-03", time="10:00", caption="Newer")
    keeping.take(batch=batch, data=theirs)
    assert placing.place(found) == (0, 0)
    [row] = table(desk, batch).raw
    assert (row.fields["date"], row.fields["caption"]) == ("2027-06-03", "Newer")


def test_a_row_nobody_agreed_to_is_left_alone(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE)
    assert storing.schedule(table(desk, batch), by=desk.alice, agreed={"r9": "x"}) == 0
    assert [row.told for row in table(desk, batch).raw] == [""]


def test_pressing_twice_makes_one_post(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE)
    first, second = table(desk, batch), table(desk, batch)
    seen = agreed(first)
    assert agreed(second) == seen
    assert storing.schedule(first, by=desk.alice, agreed=seen) == 1
    assert storing.schedule(second, by=desk.alice, agreed=seen) == 0
    assert len(posts(desk)) == 1


def test_a_row_that_tiktok_refuses_stays_and_says_why(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE, {**WHOLE, "time": "13:30"})
    found = table(desk, batch)
    seen = agreed(found)
    Media.objects.filter(workspace=desk.workspace, pk=desk.rye.pk).update(
        status="refused", refusals=["It is broken."]
    )
    assert storing.schedule(found, by=desk.alice, agreed=seen) == 0
    assert [row.told for row in table(desk, batch).raw] == ["It is broken.", "It is broken."]
    assert posts(desk) == []


def test_drafts_are_saved_of_all_that_can_be_kept(desk: SimpleNamespace) -> None:
    batch = begin(
        desk,
        {"file": "rye.mp4"},
        {**WHOLE, "file": "wheat.mp4"},
        {**WHOLE, "date": "soon"},
        {**WHOLE, "privacy": ""},
    )
    assert storing.save_drafts(table(desk, batch), by=desk.alice) == 2
    assert [row.number for row in table(desk, batch).raw] == [2, 3]
    assert [(post.status, post.consent_by) for post in posts(desk)] == [("draft", None)] * 2


def test_a_choice_of_a_foreign_row_is_an_error_at_its_field(
    desk: SimpleNamespace, elsewhere: Workspace
) -> None:
    theirs = make_media(elsewhere)
    with workspace_scope(desk.workspace):
        batch = begin(desk, {"file": ""})
        chosen = f"rows=r1&r1-media={theirs.pk}&r1-account={uuid4()}"
        keeping.take(batch=batch, data=QueryDict(chosen))
        [row] = table(desk, batch).rows
    assert row.errors == {
        "media": ["This was not found in this workspace. Choose again."],
        "account": ["This was not found in this workspace. Choose again."],
    }
