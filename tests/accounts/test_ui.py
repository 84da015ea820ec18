"""The page language: icons, pills, times with their zone, blocks that escape what people wrote."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.utils.safestring import mark_safe

from accounts.templatetags import ui
from scheduler.states import PostStatus

LISBON = "Europe/Lisbon"
NOON = datetime(2026, 11, 20, 12, 30, 5, tzinfo=UTC)


def render(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


@pytest.fixture(autouse=True)
def november() -> object:
    with time_machine.travel(datetime(2026, 11, 19, 9, 0, tzinfo=UTC), tick=False):
        yield


def test_an_icon_is_a_reference_into_the_sprite_that_screen_readers_skip() -> None:
    html = render("{% icon 'clock' %}")
    assert 'aria-hidden="true"' in html
    assert re.search(r'href="[^"]*icons[.\w]*\.svg#clock"', html)


def test_an_icon_that_the_sprite_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="no icon named 'clok'"):
        render("{% icon 'clok' %}")


@pytest.mark.parametrize("look", ui.LOOKS.values(), ids=lambda look: look.word)
def test_every_look_has_its_icon_in_the_sprite(look: ui.Look) -> None:
    assert f"#{look.icon}" in render("{% icon name %}", name=look.icon)


@pytest.mark.parametrize("status", PostStatus)
def test_every_status_of_a_post_has_a_word_an_icon_and_a_tone(status: PostStatus) -> None:
    html = render("{% status_pill status %}", status=status)
    look = ui.LOOKS[status.value]
    assert f'data-status="{look.tone}"' in html
    assert look.word in html
    assert f"#{look.icon}" in html


def test_a_post_on_hold_says_so_whatever_its_status() -> None:
    html = render("{% status_pill 'scheduled' hold='needs_reconnect' %}")
    assert "On hold" in html
    assert "Scheduled" not in html


def test_a_part_that_is_kept_is_escaped_for_a_text_that_is_not_safe() -> None:
    assert "<i>New</i>" in ui.pill("draft", mark_safe("<i>New</i>"))

    assert "&lt;i&gt;New&lt;/i&gt;" in ui.pill("draft", "<i>New</i>")


def test_a_pill_in_no_known_tone_is_refused() -> None:
    with pytest.raises(ValueError, match="no status tone"):
        render("{% pill 'red' 'Word' %}")


@pytest.mark.parametrize(
    ("instant", "zone", "words"),
    [
        (NOON, LISBON, "Fri 20 Nov, 12:30"),
        (NOON, ZoneInfo("Asia/Tokyo"), "Fri 20 Nov, 21:30"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), LISBON, "Thu 2 Jul, 00:30"),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), LISBON, "Fri 1 Jan 2027, 00:00"),
        (None, LISBON, ""),
    ],
)
def test_a_time_is_written_in_the_words_of_its_zone(
    instant: datetime | None, zone: str | ZoneInfo, words: str
) -> None:
    assert render("{{ instant|local:zone }}", instant=instant, zone=zone) == words


def test_the_year_is_named_by_the_year_of_the_zone_not_of_utc() -> None:
    with time_machine.travel(datetime(2026, 12, 31, 20, 0, tzinfo=UTC), tick=False):
        eve = datetime(2026, 12, 31, 21, 0, tzinfo=UTC)
        assert render("{{ eve|local:'Asia/Tokyo' }}", eve=eve) == "Fri 1 Jan, 06:00"
        assert render("{{ eve|local:'Europe/Lisbon' }}", eve=eve) == "Thu 31 Dec, 21:00"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("full", "Fri 20 Nov, 12:30"),
        ("time", "12:30"),
        ("seconds", "12:30:05"),
        ("day", "Friday 20 November"),
    ],
)
def test_a_moment_carries_its_instant_for_machines(form: str, words: str) -> None:
    html = render("{% moment noon zone form %}", noon=NOON, zone=LISBON, form=form)
    assert html == f'<time datetime="2026-11-20T12:30:05+00:00">{words}</time>'


def test_no_moment_is_written_for_nothing() -> None:
    assert render("{% moment nothing 'UTC' %}", nothing=None) == ""


@pytest.mark.parametrize(
    ("zone", "label"),
    [(LISBON, "Lisbon time"), ("America/Argentina/Buenos_Aires", "Buenos Aires time"), ("UTC", "UTC")],
)
def test_a_zone_is_named_after_its_city(zone: str, label: str) -> None:
    assert render("{% zone_label zone %}", zone=ZoneInfo(zone)) == label


@pytest.mark.parametrize(
    "source",
    [
        "{% panel words %}{{ words }}{% endpanel %}",
        "{% banner 'failed' %}{{ words }}{% endbanner %}",
        "{% note 'attention' %}{{ words }}{% endnote %}",
        "{% empty_state words %}{{ words }}{% endempty_state %}",
        "{% timeline_item 'failed' 'x' words %}{{ words }}{% endtimeline_item %}",
        "{% technical_details %}<dt>log</dt><dd>{{ words }}</dd>{% endtechnical_details %}",
        "{% pill 'draft' words %}",
        "{% avatar words words %}",
        "{% cover words %}",
    ],
)
def test_what_people_write_is_escaped_once(source: str) -> None:
    html = render(source, words='<b onclick="go()">&')
    assert "<b" not in html
    assert "&amp;lt;" not in html


def test_an_account_without_a_picture_shows_its_first_letter() -> None:
    assert ">L<" in render("{% avatar '' '@luna' %}")


def test_a_panel_is_a_region_named_by_its_heading() -> None:
    html = render("{% panel 'Who can watch' id='s4' %}x{% endpanel %}")
    assert '<section class="panel sec" aria-labelledby="s4">' in html
    assert '<h2 id="s4">Who can watch</h2>' in html


@pytest.mark.parametrize(
    ("page", "forced", "current"),
    [("post_detail", None, True), ("accounts", None, False), ("accounts", "calendar", True)],
)
def test_the_rail_lights_the_entry_of_the_page(page: str, forced: str | None, current: bool) -> None:
    request = SimpleNamespace(
        workspace=SimpleNamespace(slug="harbour"), resolver_match=SimpleNamespace(url_name=page)
    )
    context = Context({"request": request, "nav": forced})
    entry = ui.nav_entry(context, "calendar", "Calendar", "calendar-days")
    assert entry["current"] is current
