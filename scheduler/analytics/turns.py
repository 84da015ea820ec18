"""Whose turn it is to be counted: one account after another, on one thread, however many there are.

So numbers never take more of a worker than that thread, and of TikTok's 600 calls a minute (tiktok-api.md 14, whether
by token or by app is unknown) at most half of one app's. Whoever has waited longest is next, in whichever workspace.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.db import transaction

from accounts import shutdown
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler.analytics import measuring
from scheduler.clock import database_now
from scheduler.models import Reading
from tiktok.models import AccountStatus, TikTokAccount

EVERY = timedelta(hours=1)
"""How often an account has its turn; what is due in it depends on the age of its posts (`ages`)."""

TURNS_AT_ONCE = 50
SECONDS = 40.0
"""Of one sweep; the next one, a minute after this one began, goes on."""


def take_turns() -> int:
    """Count accounts until none is due, or this sweep has done its share; returns how many."""
    ends = time.monotonic() + SECONDS
    _enrol()
    for taken in range(TURNS_AT_ONCE):
        if shutdown.stopping() or time.monotonic() > ends:
            return taken
        reading = _claim()
        if reading is None:
            return taken
        with workspace_scope(reading.workspace_id):
            measuring.take_turn(reading)
    return TURNS_AT_ONCE


def readable() -> Any:
    """Accounts that are connected and whose creator allows at least one of the questions."""
    return TikTokAccount.objects.filter(status=AccountStatus.ACTIVE, scopes__overlap=list(measuring.SCOPES))


def _enrol() -> None:
    with cross_tenant(CrossTenant.NUMBERS):
        now = database_now()
        new = readable().filter(reading=None).values_list("workspace_id", "pk")[:TURNS_AT_ONCE]
        Reading.objects.bulk_create(
            (Reading(workspace_id=workspace, account_id=account, next_at=now) for workspace, account in new),
            ignore_conflicts=True,
        )


def _claim() -> Reading | None:
    """The one that waits longest, whose next turn is an hour from now whatever becomes of this one."""
    with cross_tenant(CrossTenant.NUMBERS), transaction.atomic():
        now = database_now()
        rows = Reading.objects.select_for_update(of=("self",), skip_locked=True).select_related("account")
        waiting = rows.filter(next_at__lte=now, account__in=readable()).order_by("next_at")
        reading: Reading | None = waiting.first()
        if reading is not None:
            Reading.objects.filter(pk=reading.pk).update(next_at=now + EVERY)
        return reading
