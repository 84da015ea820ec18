"""Giving rows without a time the free posting slots of their accounts, as `filling` does with drafts.

The row then says the slot's day and time like any other, to be looked at and agreed to; nothing is reserved.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from scheduler import filling, slots
from scheduler.importing import keeping
from scheduler.models import Post

if TYPE_CHECKING:
    from datetime import datetime

    from scheduler.importing.table import Table
    from scheduler.slots import FreeSlot


def place(table: Table) -> tuple[int, int]:
    """Write times into the undated rows that have an account: how many were placed, and how many found no slot."""
    accounts = {str(account.pk): account for account in table.accounts}
    rows = {
        Post(account=accounts[row.fields["account"]]): row
        for row in table.undated
        if row.fields["account"] in accounts
    }
    wanted = {post.account_id: post.account for post in rows if post.account}
    free = _free(table, slots.upcoming(list(wanted.values())))
    found = {rows[each.post].key: _at(each.slot) for each in filling.plan(list(rows), free)}
    return keeping.place(batch=table.batch, times=found), len(rows) - len(found)


def _free(table: Table, free: Iterator[FreeSlot]) -> Iterator[FreeSlot]:
    """Those at whose minute no other row of the import goes out."""
    taken: set[tuple[UUID, datetime]] = {
        (row.account.pk, _minute(row.post.due_at))
        for row in table.rows
        if row.account and row.post and row.post.due_at
    }
    return (slot for slot in free if (slot.account.pk, _minute(slot.at)) not in taken)


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def _at(slot: FreeSlot) -> dict[str, str]:
    """A slot in an hour that comes twice is the first of them (`times.on_day`)."""
    clock = f"{slot.local:%H:%M:%S}" if slot.local.second else f"{slot.local:%H:%M}"
    return {"date": slot.local.date().isoformat(), "time": clock, "fold": "0"}
