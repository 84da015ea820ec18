"""The page of an account's posting slots: its week, a form that adds to it, and its copy to other accounts."""

from __future__ import annotations

import re
from datetime import time
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import get_text_list
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from accounts.access import workspace_required
from accounts.permissions import Action, can
from scheduler import slots, times, weeks
from scheduler.forms import RowOfWorkspace, connected
from scheduler.models import PostingSlot
from tiktok.models import TikTokAccount

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

PAGE = "scheduler/slots.html"
PART = "scheduler/slots/week.html"
UNFINISHED = 422
MANY = re.compile(r"[,;\n]+")


class Times(forms.CharField):
    """Times of day divided by commas, as a person writes them; whole minutes."""

    def clean(self, value: Any) -> list[time]:
        parts = [part for part in MANY.split(super().clean(value)) if part.strip()]
        if not parts:
            raise ValidationError("Write a time, as 12:30.")
        try:
            found = {times.parse_time(part).replace(second=0) for part in parts}
        except times.NotATime as problem:
            raise ValidationError(str(problem)) from problem
        return sorted(found)


class AddForm(forms.Form):
    """New slots: every one of the times on every one of the weekdays."""

    weekdays = forms.TypedMultipleChoiceField(
        label="Days",
        choices=list(enumerate(times.WEEKDAYS)),
        coerce=int,
        error_messages={"required": "Choose at least one day."},
    )
    times = Times(label="Times", max_length=200, error_messages={"required": "Write a time, as 12:30."})


class CopyForm(forms.Form):
    """The accounts that are to have the same week."""

    to = forms.ModelMultipleChoiceField(
        queryset=TikTokAccount.objects.none(),
        error_messages={
            "required": "Choose at least one account.",
            "invalid_choice": RowOfWorkspace.default_error_messages["invalid_choice"],
            "invalid_pk_value": RowOfWorkspace.default_error_messages["invalid_choice"],
        },
    )

    def __init__(self, data: Any = None, *, account: TikTokAccount) -> None:
        super().__init__(data)
        others = connected(account.workspace).exclude(pk=account.pk)
        self.fields["to"].queryset = others  # type: ignore[attr-defined]


class SlotsPage:
    """What one rendering shows; `focus` is the slot whose button takes the place of one that went away."""

    def __init__(self, request: WorkspaceRequest, account: TikTokAccount) -> None:
        self.request, self.account = request, account
        self.add, self.copy = AddForm(), CopyForm(account=account)
        self.focus: UUID | None = None
        self.focus_on_form = False

    @cached_property
    def slots(self) -> list[PostingSlot]:
        return weeks.slots_of(self.account)

    @property
    def days(self) -> list[tuple[str, list[PostingSlot]]]:
        return [
            (name, [slot for slot in self.slots if slot.weekday == weekday])
            for weekday, name in enumerate(times.WEEKDAYS)
        ]

    @cached_property
    def next_free(self) -> Any:
        return slots.next_free(self.account)

    @cached_property
    def others(self) -> list[TikTokAccount]:
        return list(self.copy.fields["to"].queryset.select_related("workspace"))  # type: ignore[attr-defined]

    @property
    def may_change(self) -> bool:
        return can(self.request.membership, Action.COMPOSE)

    def answer(self, *, status: int = 200) -> HttpResponse:
        """The page, or to htmx the part that changes."""
        is_part = bool(self.request.htmx and not self.request.htmx.boosted)
        context = {"page": self, "account": self.account, "nav": "accounts"}
        return render(self.request, PART if is_part else PAGE, context, status=status)

    def done(self, said: str) -> HttpResponse:
        """After a change: the part with the words, or the page anew."""
        if self.request.htmx:
            return trigger_client_event(self.answer(), "toast", {"value": said})
        messages.success(self.request, said)
        return redirect(
            "account_slots", workspace_slug=self.request.workspace.slug, account_id=self.account.pk
        )


@workspace_required(Action.VIEW)
@require_GET
def account_slots(request: WorkspaceRequest, workspace_slug: str, account_id: UUID) -> HttpResponse:
    """The account's week."""
    return SlotsPage(request, _account(request, account_id)).answer()


@workspace_required(Action.COMPOSE)
@require_POST
def slots_add(request: WorkspaceRequest, workspace_slug: str, account_id: UUID) -> HttpResponse:
    """`weekdays` (0 Monday, several) and `times` (`12:30, 18:00`)."""
    page = SlotsPage(request, _account(request, account_id))
    form = AddForm(request.POST)
    if form.is_valid():
        days, at = form.cleaned_data["weekdays"], form.cleaned_data["times"]
        try:
            new = weeks.add(
                account=page.account, places=[(day, each) for day in days for each in at], by=request.user
            )
        except weeks.TooManySlots as full:
            form.add_error("times", str(full))
        else:
            page.focus_on_form = True
            return page.done(_count(len(new), "Added") if new else "These slots were there already.")
    page.add = form
    return page.answer(status=UNFINISHED)


@workspace_required(Action.COMPOSE)
@require_POST
def slots_remove(request: WorkspaceRequest, workspace_slug: str, account_id: UUID) -> HttpResponse:
    """`slot`: the one to take away. One that is gone already is as good as removed."""
    page = SlotsPage(request, _account(request, account_id))
    before = weeks.slots_of(page.account)
    place = next((n for n, slot in enumerate(before) if str(slot.pk) == request.POST.get("slot")), None)
    if place is None:
        return page.done("This slot was gone already.")
    weeks.remove(account=page.account, slot_id=before[place].pk, by=request.user)
    rest = before[:place] + before[place + 1 :]
    page.focus = rest[min(place, len(rest) - 1)].pk if rest else None
    page.focus_on_form = not rest
    return page.done(f"Removed {before[place]}.")


@workspace_required(Action.COMPOSE)
@require_POST
def slots_copy(request: WorkspaceRequest, workspace_slug: str, account_id: UUID) -> HttpResponse:
    """`to`: the accounts that get this week in place of theirs."""
    page = SlotsPage(request, _account(request, account_id))
    form = CopyForm(request.POST, account=page.account)
    if not form.is_valid():
        page.copy = form
        return page.answer(status=UNFINISHED)
    others = list(form.cleaned_data["to"])
    weeks.copy(account=page.account, to=others, by=request.user)
    names = get_text_list([other.display_name for other in others], "and")
    return page.done(f"Copied to {names}.")


def _account(request: WorkspaceRequest, account_id: UUID) -> TikTokAccount:
    rows = connected(request.workspace).select_related("workspace")
    account: TikTokAccount = get_object_or_404(rows, pk=account_id)
    return account


def _count(number: int, verb: str) -> str:
    return f"{verb} {number} slot{'' if number == 1 else 's'}."
