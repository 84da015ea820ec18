"""How numbers are written, and the panel of numbers on the page of a post."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import template

from accounts.permissions import Action, can
from accounts.templatetags.ui import local_time
from scheduler.analytics.panel import PostNumbersPanel
from scheduler.states import PostStatus

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from scheduler.analytics.chart import Chart
    from scheduler.models import Post

register = template.Library()

NOT_COUNTED = "–"
MINUS = "\N{MINUS SIGN}"
LARGE = ((10**9, "B"), (10**6, "M"), (10**3, "K"))


@register.filter
def grouped(count: int | None) -> str:
    """`12,304`; a dash for what was not counted."""
    return NOT_COUNTED if count is None else f"{count:,}"


@register.filter
def grown(count: int) -> str:
    """By how much it changed: `+32`, or with a minus sign, or `±0`."""
    return f"{'+' if count > 0 else MINUS if count < 0 else '±'}{abs(count):,}"


@register.filter
def on_scale(value: int) -> str:
    """`500`, `7.5K`, `1.5M`: short enough to stand beside a chart on a phone."""
    for worth, unit in LARGE:
        if value >= worth:
            return f"{value / worth:g}{unit}"
    return str(value)


@register.filter
def day_short(day: date) -> str:
    """`20 Nov`."""
    return f"{day.day} {day:%b}"


@register.simple_tag
def moment_of(chart: Chart, instant: datetime, zone: tzinfo) -> str:
    """A label of the time axis: the hour where the chart is short, else the day."""
    return local_time(instant, zone) if chart.is_short else day_short(instant.astimezone(zone))


@register.filter
def count_of(counts: dict[str, int], name: str) -> int | None:
    """One count of a tally."""
    return counts.get(name)


@register.inclusion_tag("scheduler/analytics/panel.html", takes_context=True)
def post_numbers(context: template.Context, post: Post) -> dict[str, Any]:
    """What a published post has earned; of any other post nothing."""
    if post.status != PostStatus.PUBLISHED:
        return {}
    request = context["request"]
    return {
        "request": request,
        "panel": PostNumbersPanel(post, request.GET.get("numbers", "")),
        "post": post,
        "may_connect": can(request.membership, Action.CONNECT),
        "may_export": can(request.membership, Action.MANAGE),
        "csrf_token": context.get("csrf_token"),
    }
