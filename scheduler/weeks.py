"""Changing the posting slots of an account: add, remove, copy to other accounts. Which are free is `slots`.

Nothing that is planned moves with them: a post keeps the time it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time
from typing import TYPE_CHECKING

from django.db import transaction

from accounts import audit, hours
from scheduler.models import PostingSlot

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from tiktok.models import TikTokAccount

MOST = 7 * 15
"""Slots of one account in a week: TikTok takes around 15 of its posts a day (tiktok-api.md 14)."""


class TooManySlots(Exception):
    """More than `MOST`; the message is a sentence for the person."""

    def __init__(self) -> None:
        super().__init__(f"An account has up to {MOST} slots a week. Remove some first.")


def slots_of(account: TikTokAccount) -> list[PostingSlot]:
    """The account's week, Monday first."""
    return list(PostingSlot.objects.filter(workspace_id=account.workspace_id, account=account))


def add(*, account: TikTokAccount, places: Iterable[tuple[int, time]], by: User) -> list[PostingSlot]:
    """Slots at these weekdays (0 Monday) and times, to the minute; returns those that are new.

    Raises TooManySlots, with nothing added.
    """
    week = sorted({(weekday, at.replace(second=0, microsecond=0)) for weekday, at in places})
    with transaction.atomic():
        new = _put(account, week)
        _record("slots.added", account, new, by)
    return new


def remove(*, account: TikTokAccount, slot_id: UUID, by: User) -> PostingSlot | None:
    """Take a slot out of the week; None where it is gone already."""
    with transaction.atomic():
        rows = PostingSlot.objects.filter(workspace_id=account.workspace_id, account=account)
        slot: PostingSlot | None = rows.select_for_update().filter(pk=slot_id).first()
        if slot is not None:
            _record("slots.removed", account, [slot], by)
            rows.filter(pk=slot_id).delete()
    return slot


def copy(*, account: TikTokAccount, to: Sequence[TikTokAccount], by: User) -> None:
    """Give other accounts of the workspace exactly this week, in place of their own."""
    week = [(slot.weekday, slot.at) for slot in slots_of(account)]
    with transaction.atomic():
        for other in to:
            PostingSlot.objects.filter(workspace_id=account.workspace_id, account=other).delete()
            _record("slots.copied", other, _put(other, week), by)


def _put(account: TikTokAccount, week: Sequence[tuple[int, time]]) -> list[PostingSlot]:
    """Add what is not there yet; two people at once add it once, by the database's key."""
    known = {(slot.weekday, slot.at) for slot in slots_of(account)}
    missing = [place for place in week if place not in known]
    if len(known) + len(missing) > MOST:
        raise TooManySlots
    rows = [
        PostingSlot(workspace_id=account.workspace_id, account=account, weekday=weekday, at=at)
        for weekday, at in missing
    ]
    return list(PostingSlot.objects.bulk_create(rows, ignore_conflicts=True))


def _record(action: str, account: TikTokAccount, slots: Sequence[PostingSlot], by: User) -> None:
    if slots:
        with hours.following():  # a record reads the same, whoever made it
            words = [str(slot) for slot in slots]
        audit.record(action=action, by=by, target=account, detail={"slots": words})
