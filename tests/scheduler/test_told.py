"""The page "Notifications": every mail about a post, to whom it went, and what still waits to be sent."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import holds, notices, rezoning, risks, told, zone_moves
from scheduler.models import Post, PostEvent
from scheduler.rezoning import Keep
from scheduler.states import EventKind, PostStatus, Reason
from scheduler.transitions import keep, move, note
from tests.people import client_of
from tests.scheduler.pages import address

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def lines(workspace: Workspace) -> list[tuple[str, str]]:
    """(news, to), newest first."""
    with workspace_scope(workspace):
        return [(letter.news, letter.to) for letter in told.letters(told.sent(workspace))]


def waiting(workspace: Workspace) -> int:
    with workspace_scope(workspace):
        return told.waiting(workspace)


def failed(post: Post) -> Post:
    with workspace_scope(post.workspace_id):
        move(post, PostStatus.FAILED, fence=post.fence, next_step_at=None, reason=Reason.TOO_LONG)
    return post


def held(post: Post) -> Post:
    with workspace_scope(post.workspace_id):
        keep(post, fence=post.fence, hold=Reason.DAILY_CAP)
        note(post, EventKind.HELD, reason=Reason.DAILY_CAP)
    return post


def at_risk(post: Post) -> Post:
    with workspace_scope(post.workspace_id):
        keep(post, fence=post.fence, risk=Reason.PRIVACY_GONE, risk_sentence="Audience gone.")
    return post


def test_each_kind_of_news_has_its_words(studio: SimpleNamespace, mailoutbox) -> None:
    held(studio.post(due_in=HOUR))
    holds.tell_owners()
    at_risk(studio.post(due_in=HOUR))
    risks.tell_owners()
    failed(studio.post(due_in=HOUR))
    with workspace_scope(studio.workspace):
        notices.tell_owner(PostEvent.objects.get(status_to=PostStatus.FAILED).pk)

    assert lines(studio.workspace) == [
        ("Not posted", "Alice"),
        ("May not go out", "Alice"),
        ("On hold: Luna Bakes reached TikTok's limit for today", "Alice"),
    ]
    assert len(mailoutbox) == 3


def test_a_change_of_clocks_is_listed_too(studio: SimpleNamespace, bob: User, mailoutbox) -> None:
    studio.post(due_in=timedelta(days=30))
    with workspace_scope(studio.workspace):
        rezoning.change_zone(workspace=studio.workspace, time_zone="Asia/Tokyo", keep=Keep.CLOCK, by=bob)
    zone_moves.tell_owners()
    assert lines(studio.workspace) == [("Goes out at another moment", "Alice")]


def test_what_nobody_could_be_told_yet_is_counted(studio: SimpleNamespace, mailoutbox) -> None:
    held(studio.post(due_in=HOUR))
    at_risk(studio.post(due_in=HOUR))
    failed(studio.post(due_in=HOUR))
    assert waiting(studio.workspace) == 3
    holds.tell_owners()
    risks.tell_owners()
    assert waiting(studio.workspace) == 1


def test_the_page_names_post_news_reader_and_time_with_its_zone(studio: SimpleNamespace, mailoutbox) -> None:
    post = held(studio.post(due_in=HOUR, caption="Rye before dawn"))
    holds.tell_owners()
    failed(studio.post(due_in=HOUR))
    page = client_of(studio.alice).get(address(studio.workspace, "notifications")).content.decode()
    for words in ("Rye before dawn", "On hold: ", "To Alice", "Times in Lisbon time", f"/posts/{post.pk}/"):
        assert words in page
    assert "One message about a post is still to be sent." in page


def test_another_workspaces_mails_are_not_here(
    studio: SimpleNamespace, elsewhere: Workspace, charlie: User
) -> None:
    held(studio.post(due_in=HOUR, caption="Rye before dawn"))
    holds.tell_owners()
    page = client_of(charlie).get(address(elsewhere, "notifications")).content.decode()
    assert "Rye" not in page
    assert "Nothing to tell yet" in page
    assert (lines(elsewhere), waiting(elsewhere)) == ([], 0)


def test_a_page_costs_as_many_queries_for_fifty_as_for_one(
    studio: SimpleNamespace, django_assert_max_num_queries
) -> None:
    browser, where = client_of(studio.alice), address(studio.workspace, "notifications")
    held(studio.post(due_in=HOUR))
    holds.tell_owners()
    with django_assert_max_num_queries(40) as few:
        browser.get(where)
    with workspace_scope(studio.workspace):
        post = Post.objects.get()
        for _ in range(60):
            note(post, EventKind.OWNER_TOLD, held=Reason.DAILY_CAP, to="Alice")
    with django_assert_max_num_queries(len(few)):
        page = browser.get(where).content.decode()
    assert page.count("On hold: ") == 50
    assert "Page 1 of 2" in page
