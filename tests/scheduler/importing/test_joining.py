"""What two pages write into one import: nothing lost, nothing undone, both shown where they clash."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.http import QueryDict

from scheduler.importing import keeping
from tests.factories import make_media
from tests.scheduler.importing.batches import (
    WHOLE,
    begin,
    files,
    page_of,
    table,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_row_that_the_page_did_not_know_of_stays_as_it_is(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE, WHOLE)
    keeping.take(batch=batch, data=QueryDict("rows=r1&r1-caption=Mine&rows=r9&r9-caption=Nobody's"))
    assert [row.fields["caption"] for row in table(desk, batch).raw] == ["Mine", "Rye, slowly"]


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


def test_a_time_is_the_same_however_it_is_written(desk: SimpleNamespace) -> None:
    batch = begin(desk, WHOLE)
    idle = page_of(desk, batch, time="12:30 pm")
    keeping.drop(batch=batch, key="r1")
    assert keeping.take(batch=batch, data=idle).lost == []
