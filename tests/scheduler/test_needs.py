"""Something failed: the banner of every page, the badge in the menu, the card in the calendar and the mail say it with
the sentence and the button of the post's own page, and lead there (ui.md 3.1 d)."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.mail import EmailMessage

from accounts.permissions import Role
from accounts.templatetags.ui import local
from accounts.tenancy import workspace_scope
from scheduler import holds, notices
from scheduler.models import Post, PostEvent
from scheduler.states import PostStatus, Reason
from scheduler.transitions import move
from tests.people import client_of, join, make_person
from tests.scheduler.engine import fresh, take_step
from tests.scheduler.pages import address, standing
from tests.scheduler.rows import copy_of
from tiktok import health
from tiktok import notices as account_notices
from tiktok.models import StatusReason
from tiktok.signals import account_connected

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("posts", "post_history", "library", "accounts", "snippets", "repeat_list", "analytics", "post_new")
CASES = {
    "failed": {"status": "failed", "reason": "tiktok_trouble"},
    "missed": {"status": "missed", "reason": "late"},
    "unclear": {"status": "needs_check", "reason": "outcome_unknown"},
    "on hold": {"hold": "needs_reconnect"},
}
BUTTONS = {
    "failed": "Post now",
    "missed": "Post now",
    "unclear": "Check now",
    "on hold": "Reconnect",
}


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    studio.browser = client_of(studio.alice)
    return studio


def late(desk: SimpleNamespace) -> Post:
    post = desk.post(due_in=-timedelta(minutes=42, seconds=20))
    with workspace_scope(desk.workspace):
        move(post, PostStatus.MISSED, fence=post.fence, next_step_at=None, reason=Reason.LATE)
    return fresh(post)


def page(desk: SimpleNamespace, name: str, *args: Any, **query: str) -> str:
    return unescape(desk.browser.get(address(desk.workspace, name, *args), query).content.decode())


def banners(text: str) -> list[str]:
    return re.findall(r'<div class="banner".*?</div></div>', text, re.S)


def the_title(desk: SimpleNamespace, post: Post) -> str:
    return page(desk, "post_detail", post.pk).split('id="why">')[1].split("</h2>")[0]


@pytest.mark.parametrize("case", CASES)
def test_the_places_say_what_the_page_of_the_post_says(desk: SimpleNamespace, case: str) -> None:
    post = late(desk) if case == "missed" else standing(desk.post(), **CASES[case])
    title, button = the_title(desk, post), BUTTONS[case]
    there = address(desk.workspace, "post_detail", post.pk)
    if case == "missed":
        assert title == "We were 42 min late, so we didn't post"

    for name in (*PAGES, "calendar"):
        [banner] = banners(page(desk, name))
        assert f"<strong>{title}</strong>" in banner, name
        assert f'<a class="btn" href="{there}">{button}</a>' in banner, name

    card = page(desk, "calendar").split(f'id="p-{post.pk}"')[1].split("</article>")[0]
    assert f"<span>{title}</span>" in card
    assert button in card.split('class="pc-fix">')[1]
    assert f'href="{there}"' in card


def test_the_mail_says_it_too(desk: SimpleNamespace, mailoutbox: list[EmailMessage]) -> None:
    post = take_step(desk.post(due_in=-timedelta(minutes=61)))
    with workspace_scope(desk.workspace):
        notices.tell_owner(PostEvent.objects.get(post=post, status_to="missed").pk)

    [letter] = mailoutbox
    assert letter.subject.startswith(the_title(desk, post))
    assert letter.body.startswith(the_title(desk, post))
    assert f"Post now: {notices.link_to(post)}" in letter.body


def letter_about(desk: SimpleNamespace, mailoutbox: list[EmailMessage]) -> str:
    """The text of the mail about what is on hold, sent now."""
    assert holds.tell_owners() == 1
    return str(mailoutbox.pop().body)


def test_the_mail_offers_no_button_that_the_page_has_not(
    desk: SimpleNamespace, mailoutbox: list[EmailMessage]
) -> None:
    busy = {"code": "reached_active_user_cap", "surface": "video_init"}
    post = standing(desk.post(due_in=-timedelta(minutes=10)), hold="app_cap", **busy)

    text = letter_about(desk, mailoutbox)

    assert "Try now" not in page(desk, "post_detail", post.pk)
    assert "Try now" not in text
    assert f"See the post: {notices.link_to(post)}" in text


def test_the_mail_promises_a_reader_what_their_role_may(
    desk: SimpleNamespace, mailoutbox: list[EmailMessage]
) -> None:
    vera = make_person("Vera")
    join(desk.workspace, vera, Role.VIEWER)
    full = {"hold": "pending_shares"}
    mine = standing(desk.post(), **full)
    assert f"I've finished them, try again: {notices.link_to(mine)}" in letter_about(desk, mailoutbox)

    hers = standing(desk.post(), consent_by=vera, **full)

    assert f"See the post: {notices.link_to(hers)}" in letter_about(desk, mailoutbox)


def test_the_menu_counts_what_waits_and_leads_to_it(desk: SimpleNamespace) -> None:
    assert 'class="count"' not in page(desk, "library")
    standing(desk.post(), **CASES["failed"])
    standing(desk.post(), **CASES["on hold"])

    entries = re.findall(r'<a href="([^"]*)" data-section="posts".*?</a>', page(desk, "library"), re.S)

    assert entries == [f"{address(desk.workspace, 'posts')}?status=attention"] * 2
    assert page(desk, "library").count('<b class="count">2</b>') == 2


def test_several_with_one_cause_are_told_as_one(desk: SimpleNamespace) -> None:
    posts = [standing(desk.post(due_in=timedelta(hours=hour)), **CASES["on hold"]) for hour in (1, 2, 3)]

    [banner] = banners(page(desk, "library"))

    assert "<strong>We lost the connection to Luna Bakes</strong>" in banner
    assert "3 posts." in banner
    assert address(desk.workspace, "post_detail", posts[0].pk) in banner


def lose(desk: SimpleNamespace, **columns: str) -> None:
    """As the engine does: the post that met it keeps TikTok's code, the others only the reason."""
    columns = {"status": "needs_reconnect", "status_reason": "refresh_refused"} | columns
    with workspace_scope(desk.workspace):
        type(desk.luna).objects.filter(pk=desk.luna.pk).update(**columns)


def test_a_lost_account_is_told_with_one_sentence_and_one_button_wherever_it_is(
    desk: SimpleNamespace,
) -> None:
    said = {"code": "access_token_invalid", "surface": "video_init"}
    met, beside = (standing(desk.post(), hold="needs_reconnect", **each) for each in (said, {}))
    lose(desk, status_code="invalid_grant")
    title, there = "Luna Bakes disconnected us from TikTok", address(desk.workspace, "post_detail", met.pk)

    for name in ("posts", "library", "calendar"):
        [banner] = banners(page(desk, name))
        assert f"<strong>{title}</strong>" in banner, name
        assert "2 posts." in banner, name
        assert f'<a class="btn" href="{there}">Reconnect</a>' in banner, name
    for post in (met, beside):
        assert the_title(desk, post) == title
        card = page(desk, "calendar").split(f'id="p-{post.pk}"')[1].split("</article>")[0]
        assert f"<span>{title}</span>" in card
        assert "Reconnect</span>" in card.split('class="pc-fix">')[1]
        assert banners(page(desk, "post_detail", post.pk)) == []


def test_the_card_of_a_lost_account_and_its_mail_say_what_its_posts_say(
    desk: SimpleNamespace, mailoutbox: list[EmailMessage]
) -> None:
    post = desk.post(due_in=timedelta(hours=1))
    with workspace_scope(desk.workspace):
        health.mark_lost(desk.luna, reason=StatusReason.REFRESH_REFUSED, code="invalid_grant")
        account_notices.tell(desk.luna.pk)
    told = page(desk, "post_detail", post.pk).split('id="why">')[1]
    title, sentence = told.split("</h2>")[0], told.split("<p>")[1].split("</p>")[0]

    card = page(desk, "accounts").split(f'id="account-{desk.luna.pk}"')[1].split('id="links"')[0]

    assert title == "Luna Bakes disconnected us from TikTok"
    assert f"<strong>{title}.</strong> {sentence}" in card
    assert "Reconnect</button>" in card
    [letter] = mailoutbox
    assert letter.subject.startswith(title)
    assert letter.body.startswith(f"{title}\n\n{sentence}\n\nReconnect: ")


def test_what_our_own_server_cannot_read_is_not_put_into_tiktoks_mouth(desk: SimpleNamespace) -> None:
    post = standing(desk.post(), hold="needs_reconnect")
    lose(desk, status_reason="unreadable")

    why = page(desk, "post_detail", post.pk).split('id="why">')[1].split("</section>")[0]

    assert "The stored connection cannot be opened on this server. Its posts wait until somebody" in why


def test_a_lost_account_with_nothing_planned_is_told_on_every_page(desk: SimpleNamespace) -> None:
    lose(desk, status_code="invalid_grant")
    there = f"{address(desk.workspace, 'accounts')}#account-{desk.luna.pk}"

    for name in {*PAGES, "calendar"} - {"accounts"}:
        [banner] = banners(page(desk, name))
        assert "<strong>Luna Bakes disconnected us from TikTok</strong>" in banner, name
        assert f'href="{there}">Reconnect' in banner, name
    assert banners(page(desk, "accounts")) == [], "its card says it, first of all"


def badge(text: str, section: str) -> str:
    entry = text.split(f'data-section="{section}"')[1].split("</a>")[0]
    return "".join(re.findall(r'<b class="count">(\d+)</b>', entry))


def test_the_menu_says_where_a_lost_account_is(desk: SimpleNamespace) -> None:
    assert badge(page(desk, "library"), "accounts") == ""
    for hour in (1, 2):
        standing(desk.post(due_in=timedelta(hours=hour)), hold="needs_reconnect")
    standing(desk.post(due_in=timedelta(hours=3)), **CASES["failed"])
    lose(desk)

    text = page(desk, "library")

    assert (badge(text, "accounts"), badge(text, "posts")) == ("1", "3")
    lost, failed = banners(text)
    assert "2 posts. " in lost
    assert "TikTok could not take this post" in failed


def test_the_page_says_what_the_same_fix_releases_and_the_fix_does(desk: SimpleNamespace) -> None:
    causes = ("needs_reconnect", "scope_missing", "account_disconnected", "daily_cap")
    posts = [
        standing(desk.post(due_in=timedelta(hours=hour), due_zone="Europe/Lisbon"), hold=hold)
        for hour, hold in enumerate(causes, start=1)
    ]
    standing(desk.post(account=copy_of(desk.luna, "fern.clay")), hold="needs_reconnect")
    lose(desk)

    text = re.sub(r"<[^>]+>", "", page(desk, "post_detail", posts[0].pk))

    when = local(posts[1].due_at, "Europe/Lisbon")
    assert f"Reconnecting releases 2 more posts of Luna Bakes, the first {when} Lisbon time." in text
    with workspace_scope(desk.workspace):
        account_connected.send(sender=type(desk.luna), account=desk.luna)
    assert [fresh(post).hold for post in posts] == ["", "", "", "daily_cap"]


def test_one_other_post_is_named_as_the_one(desk: SimpleNamespace) -> None:
    post, other = (standing(desk.post(due_in=timedelta(hours=h)), hold="needs_reconnect") for h in (1, 2))
    told = re.sub(r"<[^>]+>", "", page(desk, "post_detail", post.pk))
    assert f"Reconnecting releases 1 more post of Luna Bakes: {local(other.due_at, 'UTC')} UTC." in told

    standing(other, hold="daily_cap")
    assert "Reconnecting releases" not in page(desk, "post_detail", post.pk)


def test_a_lost_account_leaves_room_for_what_else_needs_somebody(desk: SimpleNamespace) -> None:
    standing(desk.post(), **CASES["on hold"])
    standing(desk.post(), **CASES["failed"])
    lose(desk)

    lost, failed = banners(page(desk, "calendar"))

    assert "We lost the connection to Luna Bakes" in lost
    assert "TikTok could not take this post" in failed


def test_several_with_causes_of_their_own_lead_to_the_list(desk: SimpleNamespace) -> None:
    standing(desk.post(), **CASES["failed"])
    standing(desk.post(), **CASES["on hold"])

    [banner] = banners(page(desk, "library"))

    assert "2 posts need you." in banner
    assert f'href="{address(desk.workspace, "posts")}?status=attention">Show them' in banner


def test_a_post_does_not_announce_itself_on_its_own_page(desk: SimpleNamespace) -> None:
    post = standing(desk.post(), **CASES["failed"])
    other = desk.post()

    assert banners(page(desk, "post_detail", post.pk)) == []
    assert len(banners(page(desk, "post_detail", other.pk))) == 1


def test_nobody_is_promised_a_button_that_they_may_not_press(desk: SimpleNamespace) -> None:
    standing(desk.post(), **CASES["failed"])
    viewer = make_person("Vera")
    join(desk.workspace, viewer, Role.VIEWER)
    desk.browser = client_of(viewer)

    [banner] = banners(page(desk, "library"))

    assert "See the post" in banner
    assert "Post now" not in banner


def test_while_all_is_well_nothing_is_announced(desk: SimpleNamespace) -> None:
    desk.post()

    assert banners(page(desk, "library")) == []
