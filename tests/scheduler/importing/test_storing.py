"""Rows become posts once, as they were agreed to, and say why where they do not."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.http import QueryDict

from accounts.models import Workspace
from accounts.tenancy import workspace_scope
from scheduler.importing import keeping, storing
from scheduler.models import Media
from tests.factories import make_media
from tests.scheduler.importing.batches import (
    WHOLE,
    agreed,
    begin,
    page_of,
    posts,
    table,
)

pytestmark = pytest.mark.django_db(transaction=True)


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
