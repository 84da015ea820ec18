"""Recurring posts: the list of them, and the series of one post: start, stop, skip one, agree to the next ones."""

from __future__ import annotations

import re
from datetime import date, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import workspace_required
from accounts.permissions import Action
from scheduler import authoring, policies, repeating, times
from scheduler.content import is_draft_for_app
from scheduler.creators import look_at
from scheduler.models import Post
from scheduler.queries import find_post
from scheduler.recurrence import MOST_TIMES, MOST_WEEKS, Rule
from scheduler.series import SeriesPage, running

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

PAGE = "scheduler/repeats/series.html"
UNFINISHED = 422
CONFLICT = 409
SHOWN = re.compile(r"^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([0-9]{1,8})$")


class RepeatForm(forms.Form):
    """A rule, as a person writes it. After `is_valid()`, `rule_after(day)` is it."""

    weekdays = forms.TypedMultipleChoiceField(
        choices=list(enumerate(times.WEEKDAYS)),
        coerce=int,
        error_messages={"required": "Choose at least one day."},
    )
    at = forms.CharField(max_length=20, error_messages={"required": "Write a time, as 12:30."})
    every_weeks = forms.TypedChoiceField(
        choices=[(n, f"{n} weeks" if n > 1 else "week") for n in range(1, MOST_WEEKS + 1)],
        coerce=int,
        initial=1,
    )
    ends = forms.ChoiceField(choices=[("never", ""), ("until", ""), ("count", "")], initial="never")
    until = forms.DateField(required=False, error_messages={"invalid": "Choose a day."})
    count = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_TIMES,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), f"Write a number from 1 to {MOST_TIMES}."
        ),
    )

    def clean_at(self) -> time:
        try:
            return times.parse_time(self.cleaned_data["at"]).replace(second=0)
        except times.NotATime as problem:
            raise ValidationError(str(problem)) from problem

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        ends = cleaned.get("ends")
        if ends == "until" and not cleaned.get("until") and "until" not in self.errors:
            self.add_error("until", "Choose the last day.")
        if ends == "count" and not cleaned.get("count") and "count" not in self.errors:
            self.add_error("count", "Write how many copies.")
        for other in {"until", "count"} - {str(ends)}:
            self.errors.pop(other, None)
            cleaned[other] = None
        return cleaned

    def rule_after(self, day: date) -> Rule:
        chosen = self.cleaned_data
        return Rule(
            weekdays=frozenset(chosen["weekdays"]),
            at=chosen["at"],
            starts=day,
            every_weeks=chosen["every_weeks"],
            until=chosen["until"],
            times=chosen["count"],
        )


@workspace_required(Action.VIEW)
@require_GET
def repeat_list(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """Every recurring post of the workspace."""
    return render(
        request, "scheduler/repeats/list.html", {"series": running(request.workspace), "nav": "calendar"}
    )


@workspace_required(Action.VIEW)
@require_GET
def post_repeat(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    """The series of a post, or the form that begins one; of a copy, the series it belongs to."""
    post = find_post(request, post_id)
    repeat = repeating.series_of(post)
    if repeat is not None and repeat.post_id != post.pk:
        return _back(request, repeat.post)
    return _show(request, post)


@workspace_required(Action.COMPOSE)
@require_POST
def repeat_start(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    """Have the post come back."""
    post, form = find_post(request, post_id), RepeatForm(request.POST)
    if not form.is_valid():
        return _show(request, post, form=form, status=UNFINISHED)
    day = times.day_in(post.due_at, request.workspace.time_zone) if post.due_at else date.max
    try:
        repeat = repeating.start(post=post, rule=form.rule_after(day), by=request.user)
    except policies.NotPossible as no:
        return _show(request, post, form=form, notice=str(no), status=CONFLICT)
    count = repeat.copies.count()
    messages.success(
        request, f"{repeat.rule.words}. {_copies(count)} made as drafts; none goes out unagreed."
    )
    return _back(request, post)


@workspace_required(Action.COMPOSE)
@require_POST
def repeat_stop(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    """No more copies; drafts that nobody touched are cancelled."""
    post = find_post(request, post_id)
    repeat = repeating.series_of(post)
    if repeat is not None:
        cancelled = repeating.stop(repeat=repeat, by=request.user)
        messages.success(request, f"Stopped. {_copies(len(cancelled))} cancelled; what you scheduled stays.")
    return _back(request, repeat.post if repeat else post)


@workspace_required(Action.PUBLISH)
@require_POST
def repeat_skip(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    """`copy`: the post of the one day that is left out; the series goes on."""
    post = find_post(request, post_id)
    copy = _copy(request, post)
    if copy is not None:
        try:
            authoring.cancel(post=copy, by=request.user)
        except policies.NotPossible as no:
            return _show(request, post, notice=str(no), status=CONFLICT)
        messages.success(request, "Skipped. The series goes on.")
    return _back(request, post)


@workspace_required(Action.COMPOSE)
@require_POST
def repeat_match(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    """`copy`: a draft that is to say again what the post says."""
    post = find_post(request, post_id)
    copy, repeat = _copy(request, post), repeating.series_of(post)
    if copy is not None and repeat is not None:
        try:
            repeating.match(repeat=repeat, post_id=copy.pk, by=request.user)
        except (policies.NotPossible, authoring.StaleVersion):
            notice = "Somebody changed this copy meanwhile. Look at it, then try again."
            return _show(request, post, notice=notice, status=CONFLICT)
        messages.success(request, "The copy says what the post says.")
    return _back(request, post)


@workspace_required(Action.PUBLISH)
@require_POST
def repeat_agree(request: WorkspaceRequest, workspace_slug: str, post_id: UUID) -> HttpResponse:
    """`shown`: each copy as `id:version`; TikTok is asked about the creator once, now."""
    post = find_post(request, post_id)
    repeat = repeating.series_of(post)
    matches = [SHOWN.match(text) for text in request.POST.getlist("shown")]
    shown = [(UUID(match[1]), int(match[2])) for match in matches if match]
    if repeat is None or post.account is None or not shown:
        return _back(request, post)
    look = None if is_draft_for_app(post) else look_at(post.account)
    if look is not None and look.info is None:
        return _show(request, post, notice=f"Nothing was scheduled. {look.title}.", status=CONFLICT)
    answers = repeating.agree(
        repeat=repeat, shown=shown, by=request.user, creator=look.info if look else None
    )
    refused = [answer for answer in answers if answer.refused]
    done = len(answers) - len(refused)
    if not refused:
        messages.success(request, f"{_copies(done)} scheduled.")
        return _back(request, post)
    notice = f"{_copies(done)} scheduled, {len(refused)} not. {refused[0].refused}"
    return _show(request, post, notice=notice, status=CONFLICT)


def _copy(request: WorkspaceRequest, post: Post) -> Post | None:
    """The copy of this post's series that the form names."""
    copies = Post.objects.filter(workspace=request.workspace, repeat_copy__repeat__post=post)
    named = request.POST.get("copy", "")
    return next((copy for copy in copies if str(copy.pk) == named), None)


def _show(
    request: WorkspaceRequest,
    post: Post,
    *,
    form: RepeatForm | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    page = SeriesPage(post, request.membership, form=form or _proposal(request, post), notice=notice)
    return render(request, PAGE, {"page": page, "post": post, "nav": "calendar"}, status=status)


def _proposal(request: WorkspaceRequest, post: Post) -> RepeatForm:
    """Weekly, on the weekday and at the time of the post."""
    if post.due_at is None:
        return RepeatForm()
    local = post.due_at.astimezone(request.workspace.zone)
    return RepeatForm(initial={"weekdays": [local.weekday()], "at": f"{local:%H:%M}"})


def _copies(count: int) -> str:
    return f"{count} cop{'y' if count == 1 else 'ies'}"


def _back(request: WorkspaceRequest, post: Post) -> HttpResponse:
    return redirect("post_repeat", workspace_slug=request.workspace.slug, post_id=post.pk)
