"""The calendar: a week of the workspace as a plain list by day, on the workspace's own clocks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import get_text_list
from django.views.decorators.http import require_GET

from accounts.access import workspace_required
from accounts.permissions import Action, can
from scheduler import times
from scheduler.clock import database_now
from scheduler.models import Post
from scheduler.queries import at_risk, attention, posts_of_week, undated_drafts
from tiktok.models import TikTokAccount

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

WEEK = timedelta(days=7)
DRAFTS_SHOWN = 20


@dataclass(frozen=True)
class Day:
    """One day of the week and its posts, by time."""

    date: date
    is_today: bool
    posts: list[Post]
    quiet: str = ""
    """The names of the days of a run that passed without posts: the run stands as one line."""


@workspace_required(Action.VIEW)
@require_GET
def calendar(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """`?week=2026-11-16`: the week of that day; this week where nothing readable is asked for."""
    workspace = request.workspace
    today = database_now().astimezone(workspace.zone).date()
    monday = times.week_of(_asked(request.GET.get("week", ""), today))
    context = {
        "days": folded(
            _days(list(posts_of_week(workspace, monday)), monday, today, workspace.time_zone), today
        ),
        "drafts": undated_drafts(workspace)[:DRAFTS_SHOWN],
        "attention": list(attention(workspace)),
        "posts_at_risk": list(at_risk(workspace)),
        "lost_accounts": TikTokAccount.objects.filter(workspace=workspace, status="needs_reconnect"),
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": monday - WEEK,
        "after": monday + WEEK,
        "this_week": times.week_of(today) == monday,
        "has_posts": Post.objects.filter(workspace=workspace).exists(),
        "may_compose": can(request.membership, Action.COMPOSE),
    }
    return render(request, "scheduler/calendar.html", context)


def _asked(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if abs(day - today) < timedelta(days=10 * 365) else today


def _days(posts: list[Post], monday: date, today: date, zone: str) -> list[Day]:
    by_date = defaultdict(list)
    for post in posts:
        if post.due_at is not None:
            by_date[times.day_in(post.due_at, zone)].append(post)
    dates = [monday + timedelta(days=number) for number in range(7)]
    return [Day(each, each == today, by_date[each]) for each in dates]


def folded(days: list[Day], today: date) -> list[Day]:
    """The week with what is over and was empty folded, so that this week starts near today; other weeks as they are."""
    if not any(day.is_today for day in days):
        return days
    shown: list[Day] = []
    for is_quiet, run in groupby(days, key=lambda day: day.date < today and not day.posts):
        each = list(run)
        shown += (
            [replace(each[0], quiet=get_text_list([f"{day.date:%A}" for day in each], "and"))]
            if is_quiet
            else each
        )
    return shown
