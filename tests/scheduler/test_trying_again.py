"""A person says that what a post waits for is over: TikTok is asked now, and what it answers is what counts."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from accounts.tenancy import workspace_scope
from scheduler import caps, tasks, timeline
from scheduler.clock import database_now
from scheduler.models import Post, PostEvent
from scheduler.policies import NotPossible
from scheduler.states import EventKind, PostStatus, Reason, Stage
from scheduler.transitions import Said, move
from scheduler.trying_again import try_again
from tests.people import client_of
from tests.scheduler.engine import attempts, fresh, run, story, take_step
from tests.scheduler.pages import address, standing
from tests.scheduler.rows import attempt, copy_of

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
FULL = Said("spam_risk_too_many_pending_share", "inbox_init", "log-1").columns


@pytest.fixture
def waiting(studio: SimpleNamespace) -> Post:
    """The sixth draft of a creator who left five unfinished."""
    for _ in range(5):
        draft = studio.post(mode="inbox")
        attempt(draft, ago=HOUR, stage=Stage.COMMITTED)
        standing(draft, status="in_inbox")
    return take_step(studio.post(mode="inbox"))


def ask_again(studio: SimpleNamespace, post: Post) -> Post:
    with workspace_scope(studio.workspace):
        try_again(post=post, by=studio.alice)
    return fresh(post)


def drafts(studio: SimpleNamespace) -> int:
    with workspace_scope(studio.workspace):
        return caps.drafts_waiting(studio.luna, database_now()).used


def test_a_draft_goes_out_once_somebody_says_that_the_earlier_ones_are_finished(
    studio: SimpleNamespace, waiting: Post
) -> None:
    assert waiting.hold == Reason.PENDING_SHARES
    assert attempts(waiting) == []

    ask_again(studio, waiting)

    assert run(waiting, until={"in_inbox"}).status == PostStatus.IN_INBOX


def test_what_is_said_of_drafts_changes_none_of_them_and_counts_for_no_later_one(
    studio: SimpleNamespace, waiting: Post
) -> None:
    assert drafts(studio) == 5
    ask_again(studio, waiting)

    with workspace_scope(studio.workspace):
        assert Post.objects.filter(status=PostStatus.IN_INBOX).count() == 5
    assert drafts(studio) == 0
    run(waiting, until={"in_inbox"})
    for _ in range(4):
        attempt(standing(studio.post(mode="inbox"), status="in_inbox"), ago=-HOUR, stage=Stage.COMMITTED)
    assert take_step(studio.post(mode="inbox")).hold == Reason.PENDING_SHARES


def test_what_is_said_to_be_finished_counts_no_more_below_the_cap_either(
    studio: SimpleNamespace, waiting: Post
) -> None:
    ask_again(studio, waiting)
    with workspace_scope(studio.workspace):
        finished = Post.objects.filter(status=PostStatus.IN_INBOX).order_by("pk").first()
    standing(finished, status="published")

    assert drafts(studio) == 0
    attempt(standing(studio.post(mode="inbox"), status="in_inbox"), ago=-HOUR, stage=Stage.COMMITTED)
    assert drafts(studio) == 1


def test_where_tiktok_still_says_no_the_post_waits_again(studio: SimpleNamespace, waiting: Post) -> None:
    studio.tiktok.control(
        faults=[
            {
                "kind": "error",
                "endpoint": "inbox_init",
                "code": "spam_risk_too_many_pending_share",
                "http_status": 403,
            }
        ]
    )
    ask_again(studio, waiting)

    held = run_until_held(waiting)

    assert (held.status, held.hold, held.code) == ("scheduled", "pending_shares", FULL["code"])


def run_until_held(post: Post) -> Post:
    for _ in range(6):
        post = take_step(post)
        if post.hold:
            return post
    raise AssertionError(f"never on hold: {story(post)}")


def test_all_drafts_of_the_creator_are_asked_about_and_nobody_elses(studio: SimpleNamespace) -> None:
    now = database_now()
    mine, beside = (
        standing(studio.post(mode="inbox"), hold="pending_shares", next_step_at=now + HOUR, **FULL)
        for _ in range(2)
    )
    other = standing(
        studio.post(mode="inbox", account=copy_of(studio.luna, "milo.runs")),
        hold="pending_shares",
        next_step_at=now + HOUR,
    )
    direct = standing(studio.post(), hold="daily_cap", next_step_at=now + HOUR)

    ask_again(studio, mine)

    assert [fresh(post).hold for post in (mine, beside, other, direct)] == [
        "",
        "",
        "pending_shares",
        "daily_cap",
    ]
    assert fresh(beside).code == ""
    assert all(fresh(post).next_step_at <= database_now() for post in (mine, beside))
    assert fresh(other).next_step_at == now + HOUR


def test_an_answer_that_never_came_is_asked_for_now(studio: SimpleNamespace) -> None:
    post = standing(studio.post(due_in=-timedelta(minutes=1)), troubles=2, next_step_at=database_now() + HOUR)

    again = ask_again(studio, post)

    assert again.next_step_at <= database_now()
    assert again.troubles == 2  # the count of what is given up on goes on
    assert again.fence == post.fence + 1


@pytest.mark.parametrize(
    "columns",
    [
        {"hold": ""},
        {"hold": "needs_reconnect"},
        {"hold": "needs_reconnect", "troubles": 1},
        {"hold": "app_cap"},
        {"hold": "daily_cap"},
        {"hold": "tiktok_refused"},
        {"status": "failed", "reason": "tiktok_trouble", "troubles": 6},
        {"status": "publishing", "troubles": 1, "hold": ""},
        {"status": "in_inbox"},
        {"status": "needs_check", "reason": "outcome_unknown"},
    ],
    ids=str,
)
def test_nothing_else_is_hurried(studio: SimpleNamespace, columns: dict[str, object]) -> None:
    post = standing(studio.post(), **columns)

    with pytest.raises(NotPossible, match="does not wait for anything"):
        ask_again(studio, post)

    assert (fresh(post).fence, fresh(post).next_step_at) == (post.fence, post.next_step_at)


def test_the_engine_is_woken_and_need_not_wait_for_the_tick(
    studio: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(tasks.wake_post, "delay", lambda *, post_id: woken.append(post_id))
    post = standing(studio.post(), hold="pending_shares", next_step_at=database_now() + HOUR, **FULL)

    ask_again(studio, post)

    assert woken == [str(post.pk)]


def test_the_timeline_says_who_asked(studio: SimpleNamespace, waiting: Post) -> None:
    ask_again(studio, waiting)

    with workspace_scope(studio.workspace):
        event = PostEvent.objects.get(workspace=studio.workspace, kind=EventKind.RELEASED)
        line = timeline.line_of(event, account="Luna Bakes", zone=studio.workspace.zone)
    assert line.title == f"{studio.alice.name or studio.alice.email} asked to try again"
    assert line.why == ""


def test_the_button_asks_and_its_page_says_so(studio: SimpleNamespace, waiting: Post) -> None:
    browser = client_of(studio.alice)

    answer = browser.post(
        address(studio.workspace, "post_try_again", waiting.pk), follow=True
    ).content.decode()

    assert "We ask TikTok now." in answer
    assert "I&#x27;ve finished them" not in answer
    assert fresh(waiting).hold == ""


def test_pressed_twice_it_says_that_there_is_nothing_to_ask(studio: SimpleNamespace, waiting: Post) -> None:
    browser = client_of(studio.alice)
    browser.post(address(studio.workspace, "post_try_again", waiting.pk))

    answer = browser.post(address(studio.workspace, "post_try_again", waiting.pk))

    assert answer.status_code == 409
    assert "does not wait for anything" in answer.content.decode()


def test_a_missed_draft_offers_to_publish_and_not_to_ask(studio: SimpleNamespace, waiting: Post) -> None:
    with workspace_scope(studio.workspace):
        move(waiting, PostStatus.MISSED, fence=waiting.fence, next_step_at=None, reason=Reason.PENDING_SHARES)

    page = client_of(studio.alice).get(address(studio.workspace, "post_detail", waiting.pk)).content.decode()

    assert "/try-again/" not in page
    assert "/retry/" in page
