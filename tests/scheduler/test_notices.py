"""Nobody is left untold: the message, the sweep behind it, and a mail server that is down."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, connections
from pytest_django import Settings

from accounts.models import Membership, User
from accounts.once import alone
from accounts.tenancy import workspace_scope
from scheduler import authoring, notices
from scheduler.models import Post, PostEvent
from tests.scheduler.engine import fresh, story, take_step

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def a_little_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the message of the change had had its time."""
    monkeypatch.setattr(notices, "LEFT_TO_THE_MESSAGE", timedelta(0))


class Refusing(BaseEmailBackend):
    """A mail server that nobody reaches, or that refuses some people."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        raise ConnectionRefusedError("nobody listens")


class Picky(EmailBackend):
    """Refuses the first mail of a round for good."""

    refused = 0

    def send_messages(self, messages: list[EmailMessage]) -> int:
        if not Picky.refused:
            Picky.refused = 1
            raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"unknown")})
        return super().send_messages(messages)


def missed(studio: SimpleNamespace) -> Post:
    return take_step(studio.post(due_in=timedelta(minutes=-61)))


def told(post: Post) -> int:
    return [kind for kind, _ in story(post)].count("owner_told")


def test_news_whose_message_was_lost_is_told_by_the_sweep(studio: SimpleNamespace, mailoutbox) -> None:
    post = missed(studio)
    assert notices.tell_waiting() == 1

    [letter] = mailoutbox
    assert letter.to == [studio.alice.email]
    assert f"/posts/{post.pk}/" in letter.body
    assert told(post) == 1


def test_a_mail_writes_times_as_its_reader_does(studio: SimpleNamespace, mailoutbox) -> None:
    User.objects.filter(pk=studio.alice.pk).update(hours="12")
    due = missed(studio).due_at
    notices.tell_waiting()

    [letter] = mailoutbox
    assert f" {due:%I:%M}".lstrip(" 0") in letter.body
    assert f"\N{NO-BREAK SPACE}{'am' if due.hour < 12 else 'pm'}" in letter.body


def test_whoever_gave_no_name_is_told_by_address(studio: SimpleNamespace, mailoutbox) -> None:
    User.objects.filter(pk=studio.alice.pk).update(name="")
    post = missed(studio)
    assert notices.tell_waiting() == 1
    with workspace_scope(studio.workspace):
        line = PostEvent.objects.get(post=post, kind="owner_told")
    assert line.detail["to"] == studio.alice.email


def test_nobody_is_told_twice_by_message_and_sweep(studio: SimpleNamespace, mailoutbox) -> None:
    post = missed(studio)
    with workspace_scope(studio.workspace):
        event = PostEvent.objects.get(post=post, status_to="missed")
        notices.tell_owner(event.pk)
        notices.tell_owner(event.pk)
    assert notices.tell_waiting() == 0

    assert (len(mailoutbox), told(post)) == (1, 1)


def test_while_the_mail_server_is_down_news_waits_and_publishing_does_not(
    studio: SimpleNamespace, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    first, second = missed(studio), missed(studio)
    assert notices.tell_waiting() == 0
    assert fresh(first).status == fresh(second).status == "missed"
    assert told(first) == 0

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert notices.tell_waiting() == 2
    assert notices.tell_waiting() == 0
    assert told(first) == told(second) == 1


@pytest.mark.parametrize("page", [1, 200])
def test_one_address_that_is_refused_keeps_nobody_else_untold(
    studio: SimpleNamespace, settings: Settings, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(notices, "AT_ONCE", page)
    settings.EMAIL_BACKEND = f"{__name__}.Picky"
    Picky.refused = 0
    first, second = missed(studio), missed(studio)

    assert notices.tell_waiting() == 1
    assert (told(first), told(second)) == (0, 1)


def test_news_that_a_person_made_or_mended_is_no_news(studio: SimpleNamespace, mailoutbox) -> None:
    mended, over = missed(studio), missed(studio)
    with workspace_scope(studio.workspace):
        authoring.move_to_drafts(post=mended, by=studio.alice)
        authoring.cancel(post=over, by=studio.alice)

    assert notices.tell_waiting() == 0
    assert mailoutbox == []


def test_what_is_older_than_three_days_is_left_alone(
    studio: SimpleNamespace, mailoutbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    missed(studio)
    monkeypatch.setattr(notices, "LOOKS_BACK", timedelta(0))

    assert notices.tell_waiting() == 0


def test_whoever_left_the_workspace_is_not_told_of_its_posts(
    studio: SimpleNamespace, bob: User, mailoutbox
) -> None:
    post = missed(studio)
    with workspace_scope(studio.workspace):
        Post.objects.filter(pk=post.pk).update(consent_by=bob)
        Membership.objects.filter(workspace=studio.workspace, user=bob).delete()
    notices.tell_waiting()

    [letter] = mailoutbox
    assert letter.to == [studio.alice.email]


def test_a_member_who_agreed_is_told_and_the_owner_is_not(
    studio: SimpleNamespace, bob: User, mailoutbox
) -> None:
    post = missed(studio)
    with workspace_scope(studio.workspace):
        Post.objects.filter(pk=post.pk).update(consent_by=bob)
    notices.tell_waiting()

    assert [letter.to for letter in mailoutbox] == [[bob.email]]


def test_while_one_process_tells_another_does_not(studio: SimpleNamespace, mailoutbox) -> None:
    post = missed(studio)
    with workspace_scope(studio.workspace):
        event = PostEvent.objects.get(post=post, status_to="missed")
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"tell_owner {event.pk}"])
        notices.tell_waiting()
        assert mailoutbox == []
    finally:
        other.close()
    notices.tell_waiting()
    assert len(mailoutbox) == 1


def test_a_name_is_free_again_after_an_error() -> None:
    def stumble() -> None:
        with alone("a name") as mine:
            assert mine
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert cursor.fetchone() == (0,)
