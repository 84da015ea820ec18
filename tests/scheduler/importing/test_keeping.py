"""An import between two visits: what is typed stays, work is never dropped, room is limited."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db.models import F
from django.http import QueryDict

from accounts.models import Workspace
from accounts.tenancy import workspace_scope
from scheduler.importing import keeping, storing
from scheduler.importing.joining import MOST_FILES
from scheduler.importing.lists import MOST_ROWS, ListRefused
from scheduler.models import BulkImport
from scheduler.policies import NotPossible
from tests.scheduler.importing.batches import (
    WHOLE,
    agreed,
    begin,
    files,
    posts,
    table,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_typed_is_kept_and_the_note_of_the_list_goes(desk: SimpleNamespace) -> None:
    batch = begin(desk, {**WHOLE, "date": "01/02/2027"})
    data = QueryDict("rows=r1&r1-date=2027-02-01&r1-time=9.15&r1-caption=Rye\0&r1-allow_duet=on")
    assert keeping.take(batch=batch, data=data).differs
    assert not keeping.take(batch=batch, data=data).differs

    [row] = table(desk, batch).raw
    assert row.fields["caption"] == "Rye"
    assert (row.fields["allow_duet"], row.fields["allow_comment"]) == ("on", "")
    assert "date" not in row.notes


def test_videos_for_which_there_is_no_room_are_counted(desk: SimpleNamespace) -> None:
    batch = begin(desk)
    many = ",".join(str(uuid4()) for _ in range(MOST_FILES + 2))
    assert keeping.take(batch=batch, data=files(many, seen="")).left_out == 2
    assert len(batch.files) == MOST_FILES


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
