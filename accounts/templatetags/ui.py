"""The words of the page language that templates share: icons, status pills, times with their zone, blocks.

A template built-in, so no `{% load %}` is needed. Markup lives in `templates/components/`; this module gives it
names and arguments. `templates/components/README.md` shows each in use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, time, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import template
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import hours

register = template.Library()

kept = lru_cache(maxsize=4096, typed=True)
"""For parts that stand on one page hundreds of times and are made of their arguments alone; a text that is safe and one
that is not are told apart, because they are of two types."""


class Look(NamedTuple):
    """How a status is shown: the tone is the CSS `data-status`, never a colour."""

    tone: str
    word: str
    icon: str


# ui.md 5.2: one icon, one word, one tint; `hold` is a post of any status that waits for a reason.
LOOKS: Mapping[str, Look] = {
    "draft": Look("draft", "Draft", "pencil-line"),
    "in_review": Look("review", "Needs approval", "user-check"),
    "scheduled": Look("scheduled", "Scheduled", "clock"),
    "publishing": Look("publishing", "Publishing", "loader-circle"),
    "in_inbox": Look("inbox", "In TikTok inbox", "inbox"),
    "published": Look("published", "Published", "circle-check"),
    "hold": Look("attention", "On hold", "triangle-alert"),
    "needs_check": Look("check", "Needs check", "circle-question-mark"),
    "missed": Look("missed", "Missed", "calendar-clock"),
    "failed": Look("failed", "Not posted", "octagon-alert"),
    "cancelled": Look("cancelled", "Cancelled", "x"),
}
TONES = frozenset(look.tone for look in LOOKS.values())

# Which pages light which entry of the rail.
SECTIONS: Mapping[str, frozenset[str]] = {
    "calendar": frozenset({"calendar", "calendar_fill", "post_detail", "post_edit", "post_move"}),
    "posts": frozenset({"posts"}),
    "post_new": frozenset({"post_new", "media_pick"}),
    "library": frozenset({"library", "library_file", "media_tags", "media_rename", "media_remove"}),
    "repeat_list": frozenset({"repeat_list", "post_repeat"}),
    "snippets": frozenset({"snippets", "snippet_edit"}),
    "analytics": frozenset({"analytics", "analytics_export"}),
    "accounts": frozenset({"accounts", "account_slots", "connect_link_make"}),
    "notifications": frozenset({"notifications"}),
    "workspace_settings": frozenset({"workspace_settings", "publishing_settings"}),
}


# --- icons, pills, pictures


@lru_cache(maxsize=1)
def _icon_names() -> frozenset[str]:
    sprite = finders.find("icons.svg")
    return frozenset(re.findall(r'<symbol id="([^"]+)"', Path(str(sprite)).read_text(encoding="utf-8")))


@register.simple_tag
@kept
def icon(name: str) -> SafeString:
    """A Lucide icon from `static/icons.svg`, hidden from screen readers; a name it lacks raises `ValueError`."""
    if name not in _icon_names():
        raise ValueError(f"static/icons.svg has no icon named {name!r}")
    turning = " spin" if name == "loader-circle" else ""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        turning,
        static("icons.svg"),
        name,
    )


@register.simple_tag
@kept
def pill(tone: str, word: str, icon: str = "") -> SafeString:
    """A badge with free words in one of the status tones; an unknown tone raises `ValueError`."""
    return _component("pill", tone=_known(tone), word=word, icon=icon)


@register.simple_tag
def status_pill(status: str, hold: object = "") -> SafeString:
    """The badge of a post's status (design 4.5); with a truthy `hold` it says that the post is on hold."""
    return pill(*LOOKS["hold" if hold else str(status)])


@register.simple_tag
@kept
def avatar(url: str, name: str, size: str = "md") -> SafeString:
    """The square picture of an account (decorative: its name stands beside it), or the first letter of the name."""
    return _component("avatar", url=url, letter=(name.lstrip("@")[:1] or "?").upper(), size=size)


@register.simple_tag
@kept
def cover(url: str = "") -> SafeString:
    """The 9:16 picture of a video (decorative), or an empty frame."""
    return _component("cover", url=url)


# --- times; a zone is an IANA name or a tzinfo, and every time on a page names its zone nearby


def _in_zone(moment: datetime, zone: str | tzinfo) -> datetime:
    return moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


@register.filter
def local(moment: datetime | None, zone: str | tzinfo) -> str:
    """`Fri 20 Nov, 12:30`; the year only when it is not this year's; nothing for nothing."""
    if moment is None:
        return ""
    there = _in_zone(moment, zone)
    year = "" if there.year == _in_zone(timezone.now(), zone).year else f" {there.year}"
    return f"{there:%a} {there.day} {there:%b}{year}, {hours.write(there)}"


@register.filter
def local_time(moment: datetime | None, zone: str | tzinfo) -> str:
    """`12:30`."""
    return "" if moment is None else hours.write(_in_zone(moment, zone))


@register.filter
def local_seconds(moment: datetime | None, zone: str | tzinfo) -> str:
    """`12:30:05`, for a timeline."""
    return "" if moment is None else hours.write(_in_zone(moment, zone), seconds=True)


@register.filter
def local_minute(moment: datetime, zone: str | tzinfo) -> str:
    """`30` of 12:30, for a script."""
    return f"{_in_zone(moment, zone):%M}"


@register.filter
def local_day(moment: datetime | None, zone: str | tzinfo) -> str:
    """`Friday 20 November`."""
    if moment is None:
        return ""
    there = _in_zone(moment, zone)
    return f"{there:%A} {there.day} {there:%B}"


@register.filter
def clock(at: datetime | time) -> str:
    """`12:30`, of a time that stands on the right clock already."""
    return hours.write(at)


@register.filter
def typed_time(value: object) -> str:
    """What stands in a field for a time, as the person would type it; nothing for nothing."""
    return hours.typed(str(value)) if value else ""


@register.simple_tag
def time_typing() -> SafeString:
    """Attributes of a field for a time: on 12 hours a phone's keyboard needs letters, for am and pm."""
    if hours.chosen() is hours.Hours.HALF:
        return format_html('inputmode="text" placeholder="{}"', "12:30 pm")
    return format_html('inputmode="numeric" placeholder="{}"', "12:30")


FORMS = {"full": local, "time": local_time, "seconds": local_seconds, "day": local_day}


@register.simple_tag
def moment(instant: datetime | None, zone: str | tzinfo, form: str = "full") -> SafeString:
    """The time in words of that zone inside `<time datetime>`; forms: `full`, `time`, `seconds`, `day`."""
    if instant is None:
        return SafeString("")
    return format_html('<time datetime="{}">{}</time>', instant.isoformat(), FORMS[form](instant, zone))


@register.simple_tag
def zone_label(zone: str | tzinfo) -> str:
    """`Lisbon time` for `Europe/Lisbon`, `UTC` for `UTC`."""
    name = str(zone)
    return f"{name.rpartition('/')[2].replace('_', ' ')} time" if "/" in name else name


@register.filter
def as_json(value: object) -> str:
    """For an attribute that a script reads."""
    return json.dumps(value)


# --- blocks


def _component(name: str, **values: object) -> SafeString:
    return render_to_string(f"components/{name}.html", values)


def _known(tone: str) -> str:
    if tone not in TONES:
        raise ValueError(f"{tone!r} is no status tone; there are {', '.join(sorted(TONES))}")
    return tone


@register.simple_block_tag
def panel(content: str, title: str = "", id: str = "") -> SafeString:
    """A white card; with a title it is a region named by its `<h2 id=…>`."""
    return _component("panel", content=content, title=title, id=id)


@register.simple_block_tag
def banner(content: str, tone: str, icon: str = "") -> SafeString:
    """A message across the page; a link with class `btn` goes to its right."""
    return _component("banner", content=content, tone=_known(tone), icon=icon)


@register.simple_block_tag
def note(content: str, tone: str = "scheduled", icon: str = "info") -> SafeString:
    """A small message inside a form."""
    return _component("note", content=content, tone=_known(tone), icon=icon)


@register.simple_block_tag
def empty_state(content: str, title: str) -> SafeString:
    """What stands where nothing is yet: a title, a sentence, one main button."""
    return _component("empty_state", content=content, title=title)


@register.simple_block_tag
def timeline_item(content: str, tone: str = "", icon: str = "circle-check", when: str = "") -> SafeString:
    """One line of a `.timeline`; without a tone it is neutral."""
    return _component("timeline_item", content=content, tone=tone and _known(tone), icon=icon, when=when)


@register.simple_block_tag
def technical_details(content: str) -> SafeString:
    """Folded away: `<dt>`/`<dd>` pairs with codes and log ids."""
    return _component("technical_details", content=content)


# --- navigation


@register.inclusion_tag("components/nav_entry.html", takes_context=True)
def nav_entry(
    context: template.Context, section: str, label: str, icon: str, badge: int = 0, query: str = ""
) -> dict[str, Any]:
    """A link of the rail or the bottom bar; shows nothing while its page is not installed.

    With a `badge` it says how many of its things want a look, and leads to those: to its page with `query`.
    It is current on the pages of `SECTIONS`; a view may force it with the context variable `nav`.
    """
    request = context.get("request")
    try:
        url = reverse(section, kwargs={"workspace_slug": request.workspace.slug}) if request else ""
    except NoReverseMatch:
        url = ""
    match = getattr(request, "resolver_match", None)
    here = context.get("nav") or (match.url_name if match else "")
    return {
        "url": f"{url}?{query}" if url and badge and query else url,
        "label": label,
        "badge": badge,
        "icon": icon,
        "section": section,
        "current": here in SECTIONS[section],
    }
