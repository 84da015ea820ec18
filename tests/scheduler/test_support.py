"""What support may do to a post: asked for with a reason, on record, and never more hopeful than the evidence."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import notices, support, tasks, told
from scheduler.clock import database_now
from scheduler.models import Post, PostEvent
from scheduler.states import Stage
from tests.architecture.evidence import database_digest
from tests.people import age_proof, client_of, make_person, prove
from tests.scheduler.engine import age, attempts, fresh, publish, run, story, take_step
from tests.scheduler.rows import attempt
from tests.scheduler.table_rows import a_draft, a_post, an_account

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Ana asked on the phone, ticket 41"
ACTS = ("wake", "hold", "needs-check")


@pytest.fixture
def desk(harbour: Workspace, alice: User) -> SimpleNamespace:
    sofia = make_person("Sofia", staff=True)
    return SimpleNamespace(
        workspace=harbour, alice=alice, luna=an_account(harbour), sofia=sofia, staff=prove(client_of(sofia))
    )


def place(post: Post, act: str) -> str:
    return reverse("admin:scheduler_post_act", args=[post.pk, act])


def do(desk: SimpleNamespace, post: Post, act: str, why: str = WHY, status: int = 302) -> Post:
    answer = desk.staff.post(place(post, act), {"why": why})
    assert answer.status_code == status, answer.content.decode()
    return fresh(post)


def sent(desk: SimpleNamespace, *, ago: timedelta = timedelta(hours=3), **columns: Any) -> Post:
    """A post that left so long ago, without a word from TikTok since."""
    now = database_now()
    post = a_post(desk.luna, desk.alice, status="publishing", due_at=now - ago, next_step_at=now, **columns)
    attempt(post, ago=ago, stage=Stage.COMMITTED)
    return post


def recorded(desk: SimpleNamespace) -> list[AuditEvent]:
    with workspace_scope(desk.workspace):
        return list(AuditEvent.objects.filter(workspace=desk.workspace, action__startswith="post."))


def page(desk: SimpleNamespace, post: Post) -> str:
    return desk.staff.get(reverse("admin:scheduler_post_change", args=[post.pk])).content.decode()


# --- each of the three


def test_a_post_that_is_woken_is_looked_at_now_and_goes_out_no_sooner(desk: SimpleNamespace) -> None:
    post = a_post(desk.luna, desk.alice)
    woken = do(desk, post, "wake")

    assert woken.next_step_at is not None
    assert woken.next_step_at <= database_now()
    assert woken.fence == post.fence + 1
    assert (woken.status, woken.due_at) == ("scheduled", post.due_at)
    assert [line for line, _ in story(woken)] == ["retrying"]


def test_waking_ends_no_hold_by_itself(desk: SimpleNamespace) -> None:
    post = a_post(desk.luna, desk.alice, hold="daily_cap")
    assert do(desk, post, "wake").hold == "daily_cap"


def test_a_post_on_hold_by_support_is_a_draft_that_only_its_people_schedule_again(
    desk: SimpleNamespace,
) -> None:
    held = do(desk, a_post(desk.luna, desk.alice), "hold")

    assert (held.status, held.next_step_at) == ("draft", None)
    with workspace_scope(desk.workspace):
        assert PostEvent.objects.get(post=held).by == desk.sofia


def test_a_post_without_an_answer_is_handed_to_its_people_who_get_a_mail(
    desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.tell_owner, "delay", tasks.tell_owner)
    checked = do(desk, sent(desk), "needs-check")

    assert (checked.status, checked.reason) == ("needs_check", "outcome_unknown")
    assert checked.next_step_at is not None  # TikTok is still asked
    assert [message.to for message in mail.outbox] == [[desk.alice.email]]
    with workspace_scope(desk.workspace):
        assert checked.attempts.get(workspace=desk.workspace).stage == Stage.COMMITTED


def test_the_mail_that_is_promised_is_sent_though_its_message_was_lost(
    desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.tell_owner, "delay", lambda **_: None)
    monkeypatch.setattr(notices, "LEFT_TO_THE_MESSAGE", timedelta(0))
    do(desk, sent(desk), "needs-check")
    with workspace_scope(desk.workspace):
        assert told.waiting(desk.workspace) == 1

    assert notices.tell_waiting() == 1
    assert [message.to for message in mail.outbox] == [[desk.alice.email]]
    with workspace_scope(desk.workspace):
        assert told.waiting(desk.workspace) == 0


def test_a_post_on_its_way_without_a_trace_of_it_is_handed_to_its_people(desk: SimpleNamespace) -> None:
    """No step of the engine leads out of this; there is nothing to ask TikTok about."""
    now = database_now()
    post = a_post(desk.luna, desk.alice, status="publishing", due_at=now, next_step_at=now)
    attempt(post, ago=None)

    assert place(post, "needs-check") in page(desk, post)
    assert place(post, "wake") not in page(desk, post)
    checked = do(desk, post, "needs-check")
    assert (checked.status, checked.next_step_at) == ("needs_check", None)


def test_tiktoks_word_settles_what_support_marked_and_nothing_is_sent_again(studio: SimpleNamespace) -> None:
    post = run(studio.post(), until={"publishing"})
    age(post, timedelta(hours=3))
    sofia = make_person("Sofia", staff=True)
    with workspace_scope(post.workspace_id):
        support.mark_needs_check(post=fresh(post), by=sofia, why=WHY)
    settled = take_step(post)

    assert settled.status == "published"
    assert [row.commits for row in attempts(settled)] == [1]


def test_a_staged_post_that_is_woken_goes_out_once_and_in_time(studio: SimpleNamespace) -> None:
    post = take_step(studio.post())
    sofia = make_person("Sofia", staff=True)
    with workspace_scope(post.workspace_id):
        support.wake(post=fresh(post), by=sofia, why=WHY)
    settled = publish(post)

    assert settled.status == "published"
    assert [row.stage for row in attempts(settled)] == [Stage.LIVE]


# --- with a reason, on record


@pytest.mark.parametrize("act", ["wake", "hold"])
def test_each_is_on_record_for_the_owner_with_its_reason(desk: SimpleNamespace, act: str) -> None:
    post = a_post(desk.luna, desk.alice)
    do(desk, post, act)

    [event] = recorded(desk)
    assert (event.by, event.detail["why"], event.target_id) == (desk.sofia, WHY, str(post.pk))
    assert event.action == {"wake": "post.woken_by_support", "hold": "post.held_by_support"}[act]


def test_the_mark_is_on_record_too(desk: SimpleNamespace) -> None:
    do(desk, sent(desk), "needs-check")
    assert [(event.action, event.detail["why"]) for event in recorded(desk)] == [
        ("post.marked_needs_check_by_support", WHY)
    ]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("why", ["", "   "])
def test_without_a_reason_nothing_happens(desk: SimpleNamespace, act: str, why: str) -> None:
    post = sent(desk) if act == "needs-check" else a_post(desk.luna, desk.alice)
    before = database_digest()
    do(desk, post, act, why=why, status=422)
    assert database_digest() == before


@pytest.mark.parametrize("act", ACTS)
def test_looking_at_the_form_changes_nothing(desk: SimpleNamespace, act: str) -> None:
    post = sent(desk) if act == "needs-check" else a_post(desk.luna, desk.alice)
    before = database_digest()
    text = desk.staff.get(place(post, act)).content.decode()

    assert 'name="why"' in text
    assert "reads it in the audit log" in text
    assert database_digest() == before


# --- what the evidence forbids


@pytest.mark.parametrize("status", ["scheduled", "in_inbox", "failed", "published", "missed", "draft"])
def test_a_person_is_asked_only_where_the_outcome_may_be_unknown(desk: SimpleNamespace, status: str) -> None:
    post = sent(desk)
    reason = "late" if status in {"failed", "missed"} else ""
    with workspace_scope(desk.workspace):
        Post.objects.filter(pk=post.pk).update(status=status, reason=reason)
    assert do(desk, post, "needs-check").status == status
    assert recorded(desk) == []


@pytest.mark.parametrize("act", ["wake", "needs-check"])
def test_an_answer_that_may_still_come_is_not_lost(desk: SimpleNamespace, act: str) -> None:
    post = sent(desk, ago=timedelta(minutes=9))
    untouched = do(desk, post, act)

    assert (untouched.status, untouched.fence) == ("publishing", post.fence)
    assert "a worker may still wait" in page(desk, post)


def test_what_is_on_its_way_can_not_be_held(desk: SimpleNamespace) -> None:
    assert do(desk, sent(desk), "hold").status == "publishing"


def test_a_draft_has_no_next_step(desk: SimpleNamespace) -> None:
    post = a_draft(desk.luna, desk.alice)
    assert do(desk, post, "wake").fence == post.fence


def test_a_check_after_a_restore_has_nothing_to_ask_about(desk: SimpleNamespace) -> None:
    post = a_post(desk.luna, desk.alice, status="needs_check", reason="restored")
    attempt(post, ago=None)
    assert do(desk, post, "wake").next_step_at is None


def test_the_page_offers_what_can_be_done_and_says_why_the_rest_can_not(desk: SimpleNamespace) -> None:
    scheduled, left = a_post(desk.luna, desk.alice), sent(desk)
    assert [place(scheduled, act) in page(desk, scheduled) for act in ACTS] == [True, True, False]
    assert [place(left, act) in page(desk, left) for act in ACTS] == [True, False, True]
    assert "Too late to hold" in page(desk, left)


# --- for staff alone, and for nobody at a laptop left open


@pytest.mark.parametrize("act", ACTS)
def test_staff_who_have_not_given_a_password_for_five_minutes_are_asked_first(
    desk: SimpleNamespace, act: str
) -> None:
    post = sent(desk) if act == "needs-check" else a_post(desk.luna, desk.alice)
    age_proof(desk.staff, 301)
    answer = desk.staff.post(place(post, act), {"why": WHY})

    assert answer["Location"] == f"/reauthenticate/?{urlencode({'next': place(post, act)})}"
    assert fresh(post).fence == post.fence
    assert recorded(desk) == []


@pytest.mark.parametrize("act", ACTS)
def test_the_owner_herself_and_strangers_get_nothing_here(desk: SimpleNamespace, act: str) -> None:
    post = a_post(desk.luna, desk.alice)
    assert client_of(desk.alice).post(place(post, act), {"why": WHY}).status_code == 403
    assert Client().post(place(post, act), {"why": WHY})["Location"].startswith("/login/")
    assert Client(enforce_csrf_checks=True).get(place(post, act)).status_code == 302
    assert fresh(post).fence == post.fence


def test_a_form_of_another_site_does_nothing(desk: SimpleNamespace) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk.sofia)
    post = a_post(desk.luna, desk.alice)
    assert strict.post(place(post, "hold"), {"why": WHY}).status_code == 403
    assert fresh(post).status == "scheduled"


def test_no_such_act_and_no_such_post_are_not_found(desk: SimpleNamespace) -> None:
    post = a_post(desk.luna, desk.alice)
    assert desk.staff.post(place(post, "publish"), {"why": WHY}).status_code == 404
    unknown = reverse("admin:scheduler_post_act", args=["00000000-0000-4000-8000-000000000000", "wake"])
    assert desk.staff.get(unknown).status_code == 404
