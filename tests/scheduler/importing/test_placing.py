"""Rows without a time take the free slots of their accounts."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from scheduler.importing import keeping, placing
from tests.scheduler.importing.batches import (
    WHOLE,
    begin,
    page_of,
    slot,
    table,
)

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_time_that_a_colleague_gives_meanwhile_is_not_placed_over(desk: SimpleNamespace) -> None:
    slot(desk, 9)
    batch = begin(desk, {**WHOLE, "date": "", "time": ""})
    found = table(desk, batch)
    theirs = page_of(desk, batch, date="2027-06-03", time="10:00", caption="Newer")
    keeping.take(batch=batch, data=theirs)
    assert placing.place(found) == (0, 0)
    [row] = table(desk, batch).raw
    assert (row.fields["date"], row.fields["caption"]) == ("2027-06-03", "Newer")
