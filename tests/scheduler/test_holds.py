"""Mail about posts on hold: once for each reason, together, and to whom they belong."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from accounts.models import User
from accounts.tenancy import workspace_scope
from scheduler import holds
from scheduler.clock import database_now
from scheduler.models import Post, PostEvent
from scheduler.states import EventKind, Reason
from scheduler.transitions import keep, note
from tests.scheduler.engine import fresh, story
from tiktok.models import TikTokAccount
from tiktok.signals import account_needs_reconnect

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


def held(post: Post, reason: Reason, by: User | None = None) -> Post:
    """As a step that meets the reason."""
    with workspace_scope(post.workspace_id):
        keep(post, fence=post.fence, hold=reason, **({"consent_by": by} if by else {}))
        note(post, EventKind.HELD, reason=reason)
    return post


def released(post: Post) -> Post:
    with workspace_scope(post.workspace_id):
        keep(post, fence=post.fence, hold="")
    return post


def test_a_lost_connection_is_one_mail_about_all_its_posts_once(studio: SimpleNamespace, mailoutbox) -> None:
    posts = [studio.post(due_in=hours * HOUR) for hours in (1, 2, 300)]
    with workspace_scope(studio.workspace):
        account_needs_reconnect.send(sender=TikTokAccount, account=studio.luna)
    assert holds.tell_owners() == 1
    assert holds.tell_owners() == 0

    [letter] = mailoutbox
    assert letter.to == [studio.alice.email]
    assert letter.subject == "3 posts on hold – Harbour Social"
    assert all(f"/posts/{post.pk}/" in letter.body for post in posts)
    assert letter.body.count("We lost the connection to Luna Bakes. ") == 3
    assert story(fresh(posts[0]))[-1] == ("owner_told", "needs_reconnect")


def test_each_person_reads_of_their_own_posts(studio: SimpleNamespace, bob: User, mailoutbox) -> None:
    mine = held(studio.post(due_in=HOUR), Reason.DAILY_CAP)
    his = held(studio.post(due_in=HOUR), Reason.DAILY_CAP, by=bob)
    assert holds.tell_owners() == 2

    told = {letter.to[0]: letter.body for letter in mailoutbox}
    assert f"/posts/{mine.pk}/" in told[studio.alice.email]
    assert f"/posts/{his.pk}/" in told[bob.email]
    assert f"/posts/{his.pk}/" not in told[studio.alice.email]


@pytest.mark.parametrize("reason", [Reason.PAUSED, Reason.APP_CAP, Reason.APP_CONFIGURATION])
def test_what_somebody_else_has_to_end_is_told_once_the_post_is_overdue(
    studio: SimpleNamespace, mailoutbox, reason: Reason
) -> None:
    held(studio.post(due_in=HOUR), reason)
    late = held(studio.post(due_in=timedelta(minutes=-2)), reason)
    assert holds.tell_owners() == 1

    [letter] = mailoutbox
    assert letter.subject == "A post on hold – Harbour Social"
    assert f"/posts/{late.pk}/" in letter.body


def test_a_hold_that_is_lifted_only_to_look_again_is_no_news(studio: SimpleNamespace) -> None:
    post = held(studio.post(due_in=HOUR), Reason.DAILY_CAP)
    assert holds.tell_owners() == 1

    held(released(post), Reason.DAILY_CAP)
    assert holds.tell_owners() == 0


def test_another_reason_is_news(studio: SimpleNamespace) -> None:
    post = held(studio.post(due_in=HOUR), Reason.DAILY_CAP)
    holds.tell_owners()
    held(released(post), Reason.NEEDS_RECONNECT)

    assert holds.tell_owners() == 1


def test_the_same_reason_is_news_on_another_day(studio: SimpleNamespace) -> None:
    post = studio.post(due_in=HOUR)
    with workspace_scope(studio.workspace):
        PostEvent.objects.create(
            workspace=studio.workspace,
            post=post,
            at=database_now() - timedelta(days=2),
            kind=EventKind.OWNER_TOLD,
            reason=Reason.DAILY_CAP,
            detail={"held": Reason.DAILY_CAP},
        )
    held(post, Reason.DAILY_CAP)

    assert holds.tell_owners() == 1


def test_a_post_that_was_released_meanwhile_is_not_told_of(studio: SimpleNamespace, mailoutbox) -> None:
    released(held(studio.post(due_in=HOUR), Reason.DAILY_CAP))

    assert holds.tell_owners() == 0
    assert mailoutbox == []


def test_while_the_mail_server_is_down_everybody_stays_untold(studio: SimpleNamespace, settings) -> None:
    held(studio.post(due_in=HOUR), Reason.DAILY_CAP)
    settings.EMAIL_BACKEND = "tests.scheduler.test_notices.Refusing"
    assert holds.tell_owners() == 0

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert holds.tell_owners() == 1
