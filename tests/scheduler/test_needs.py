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
from accounts.tenancy import workspace_scope
from scheduler import notices
from scheduler.models import Post, PostEvent
from scheduler.states import PostStatus, Reason
from scheduler.transitions import move
from tests.people import client_of, join, make_person
from tests.scheduler.engine import fresh, take_step
from tests.scheduler.pages import address, standing

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


def test_a_lost_account_leaves_room_for_what_else_needs_somebody(desk: SimpleNamespace) -> None:
    standing(desk.post(), **CASES["on hold"])
    standing(desk.post(), **CASES["failed"])
    lose(desk)

    lost, failed = banners(page(desk, "calendar"))

    assert "We lost the connection to Luna Bakes" in lost
    assert "TikTok could not take this post" in failed


def test_a_lost_account_for_which_nothing_waits_leads_to_the_accounts(desk: SimpleNamespace) -> None:
    lose(desk)

    [banner] = banners(page(desk, "calendar"))

    assert f'href="{address(desk.workspace, "accounts")}">Reconnect' in banner


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
