"""When the composer's post goes out: as chosen, as typed, and what is free on that day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from scheduler import slots
from scheduler.clock import database_now
from scheduler.forms import WhenForm

if TYPE_CHECKING:
    from datetime import datetime, time

    from accounts.models import Workspace
    from scheduler.composer.accounts import ForAccounts
    from scheduler.destinations import Destination
    from scheduler.forms import PostForm


@dataclass
class Timing:
    """The time of one composer."""

    whose: ForAccounts

    @property
    def form(self) -> PostForm:
        return self.whose.form

    @property
    def workspace(self) -> Workspace:
        return self.whose.request.workspace

    @property
    def choice(self) -> str:
        """`pick`, `now` or `next`, as chosen; the next free slot where nothing is and there is one."""
        value = str(self.form["when"].value() or "")
        return value if value in {"pick", "now"} else "next" if self.whose.offers_slots else "pick"

    def due_at(self, destination: Destination) -> datetime | None:
        """The instant that is meant for that account, as far as it can be told."""
        if self.choice == "now":
            return database_now()
        if self.choice == "next":
            return destination.slot.at if destination.slot else None
        due_at: datetime | None = self._picked.due.get("due_at")
        return due_at

    @cached_property
    def _picked(self) -> WhenForm:
        """The day and the time in the form, sent or only shown, as far as they can be read."""
        typed = {name: self.form[name].value() for name in ("date", "time", "fold")}
        when = WhenForm(typed, workspace=self.workspace)
        when.is_valid()
        return when

    @cached_property
    def free_times(self) -> list[time]:
        """The slots of the picked day that are free for all of its accounts, on the workspace's clocks."""
        day = self._picked.cleaned_data.get("date")
        return slots.shared_times(self.whose.chosen, day) if day else []

    @property
    def wall_clock(self) -> str:
        """What the workspace's clocks show, by the database: `2026-11-20T12:30:05`."""
        here = database_now().astimezone(self.workspace.zone)
        return here.replace(tzinfo=None).isoformat(timespec="seconds")
