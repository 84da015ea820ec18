"""What may keep a post from going out, found while there is time, and told once."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from accounts.models import User
from accounts.tenancy import workspace_scope
from scheduler import caps, preflight, risks, switches
from scheduler.clock import Clock, database_now
from scheduler.lanes import WakeUp
from scheduler.lease import Lease
from scheduler.models import Post
from scheduler.preparing import first_step_at
from scheduler.states import NextStep, Reason
from scheduler.transitions import keep
from scheduler.work import Work
from tests.scheduler.engine import fresh, story
from tests.scheduler.rows import attempt
from tests.scheduler.test_notices import Refusing  # noqa: F401  (named in a setting)
from tiktok.models import TikTokAccount

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


def reasons(post: Post) -> list[Reason | None]:
    row = fresh(post)
    with workspace_scope(post.workspace_id):
        return [problem.reason for problem in preflight.problems_now(row)]


def change(account: TikTokAccount, **columns: Any) -> None:
    with workspace_scope(account.workspace_id):
        TikTokAccount.objects.filter(pk=account.pk).update(**columns)


def looked_at(post: Post) -> Post:
    """Take the step of the hour before, under a lease as a worker holds it."""
    with workspace_scope(post.workspace_id):
        row = fresh(post)
        wake_up = WakeUp(row.workspace_id, row.pk, row.fence, NextStep.CHECK, None)
        lease = Lease.take(wake_up)
        assert lease is not None
        preflight.look_ahead(Work(lease, Clock.measure(), row, row.media, None))
    return fresh(post)


# --- at save


def test_a_post_that_may_go_out_has_no_problem(studio: SimpleNamespace) -> None:
    assert reasons(studio.post(due_in=HOUR)) == []


def test_a_lost_connection_is_a_problem(studio: SimpleNamespace) -> None:
    post = studio.post(due_in=HOUR)
    change(studio.luna, status="needs_reconnect", status_reason="refresh_refused")

    assert reasons(post) == [Reason.NEEDS_RECONNECT]


def test_a_connection_that_ends_before_the_post_is_due_is_a_problem_in_words(studio: SimpleNamespace) -> None:
    change(studio.luna, refresh_expires_at=database_now() + 3 * HOUR)
    early, late = studio.post(due_in=HOUR), studio.post(due_in=4 * HOUR)

    assert reasons(early) == []
    assert reasons(late) == [Reason.NEEDS_RECONNECT]
    with workspace_scope(studio.workspace):
        [problem] = preflight.problems_now(fresh(late))
    assert "The connection to Luna Bakes ends on" in problem.sentence


def test_a_permission_that_the_creator_took_back_is_a_problem(studio: SimpleNamespace) -> None:
    direct, draft = studio.post(due_in=HOUR), studio.post(due_in=HOUR, mode="inbox")
    change(studio.luna, scopes=["user.info.basic", "video.upload"])

    assert reasons(direct) == [Reason.SCOPE_MISSING]
    assert reasons(draft) == []


def test_a_file_that_is_gone_is_a_problem(studio: SimpleNamespace) -> None:
    post = studio.post(due_in=HOUR)
    default_storage.delete(fresh(post).media.storage_key)

    assert reasons(post) == [Reason.MEDIA_MISSING]


def test_the_sixteenth_post_of_a_day_is_seen_days_ahead(studio: SimpleNamespace, settings: Settings) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 2
    days = timedelta(days=3)
    first, second, third = (studio.post(due_in=days + hours * HOUR) for hours in (0, 1, 2))
    next_day = studio.post(due_in=days + 25 * HOUR)

    assert [reasons(post) for post in (first, second)] == [[], []]
    assert reasons(third) == [Reason.DAILY_CAP]
    assert reasons(next_day) == []
    with workspace_scope(studio.workspace):
        [problem] = preflight.problems_now(fresh(third))
    assert "this would be number 3" in problem.sentence


def test_what_was_posted_counts_with_what_is_planned(studio: SimpleNamespace, settings: Settings) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 2
    live = studio.post()
    attempt(live, ago=HOUR)
    with workspace_scope(studio.workspace):
        Post.objects.filter(pk=live.pk).update(status="published", next_step_at=None)
    studio.post(due_in=HOUR)

    assert reasons(studio.post(due_in=2 * HOUR)) == [Reason.DAILY_CAP]


def test_a_sixth_draft_is_a_problem(studio: SimpleNamespace) -> None:
    drafts = [studio.post(due_in=minutes * HOUR / 60, mode="inbox") for minutes in range(10, 16)]

    assert reasons(drafts[4]) == []
    assert reasons(drafts[5]) == [Reason.PENDING_SHARES]


def test_a_pause_and_the_apps_cap_are_shown_too(studio: SimpleNamespace) -> None:
    post = studio.post(due_in=HOUR / 2)
    caps.note_app_cap(database_now())
    switches.pause_workspace(workspace=studio.workspace, by=studio.alice)

    assert reasons(post) == [Reason.APP_CAP, Reason.PAUSED]


def test_a_draft_without_account_or_time_has_nothing_to_look_at(studio: SimpleNamespace) -> None:
    with workspace_scope(studio.workspace):
        assert preflight.problems_now(Post(workspace=studio.workspace)) == []


# --- an hour before


def test_the_first_look_is_an_hour_before_where_there_is_an_hour(studio: SimpleNamespace) -> None:
    now = database_now()
    far, near = fresh(studio.post(due_in=5 * HOUR)), fresh(studio.post(due_in=HOUR / 2))

    assert preflight.first_look(far, now) == (NextStep.CHECK, far.due_at - HOUR)
    assert preflight.first_look(near, now) == (NextStep.START, first_step_at(near))


def test_a_post_that_may_go_out_is_looked_at_and_waits_for_its_first_step(studio: SimpleNamespace) -> None:
    post = looked_at(studio.post(due_in=HOUR))

    assert (post.risk, post.risk_sentence, post.hold) == ("", "", "")
    assert post.looked_ahead_at is not None
    assert (post.next_step, post.next_step_at) == (NextStep.START, first_step_at(post))
    assert len(studio.tiktok.requests(endpoint="creator_info")) == 1


def test_an_audience_that_the_creator_no_longer_offers_is_a_risk(studio: SimpleNamespace) -> None:
    studio.tiktok.control(creators={"luna.bakes": {"private": True}})
    post = looked_at(studio.post(due_in=HOUR))

    assert post.risk == Reason.PRIVACY_GONE
    assert "Everyone" in post.risk_sentence
    assert post.status == "scheduled"


def test_a_risk_that_is_mended_is_cleared(studio: SimpleNamespace) -> None:
    post = studio.post(due_in=HOUR)
    with workspace_scope(studio.workspace):
        keep(post, fence=post.fence, risk=Reason.PAUSED, risk_sentence="x", risk_told_at=database_now())
    post = looked_at(post)

    assert (post.risk, post.risk_sentence, post.risk_told_at) == ("", "", None)


def test_trouble_at_tiktok_is_no_risk(studio: SimpleNamespace) -> None:
    studio.tiktok.fault("error", "creator_info", code="internal_error")
    post = looked_at(studio.post(due_in=HOUR))

    assert (post.risk, post.troubles) == ("", 0)
    assert post.looked_ahead_at is not None


def test_a_banned_creator_is_a_risk_in_tiktoks_words(studio: SimpleNamespace) -> None:
    studio.tiktok.control(creators={"luna.bakes": {"banned": True}})
    post = looked_at(studio.post(due_in=HOUR))

    assert post.risk == Reason.TIKTOK_REFUSED
    assert "Luna Bakes" in post.risk_sentence


def test_a_paused_workspace_asks_tiktok_nothing(studio: SimpleNamespace) -> None:
    switches.pause_workspace(workspace=studio.workspace, by=studio.alice)
    post = looked_at(studio.post(due_in=HOUR))

    assert post.risk == Reason.PAUSED
    assert studio.tiktok.requests(endpoint="creator_info") == []


# --- the owner is told


def at_risk(post: Post, by: User | None = None) -> Post:
    with workspace_scope(post.workspace_id):
        keep(
            post,
            fence=post.fence,
            risk=Reason.PRIVACY_GONE,
            risk_sentence="Luna can't post to “Everyone” any more.",
            **({"consent_by": by} if by else {}),
        )
    return post


def test_all_posts_newly_at_risk_are_told_in_one_mail_once(studio: SimpleNamespace, mailoutbox) -> None:
    posts = [at_risk(studio.post(due_in=hours * HOUR)) for hours in (1, 2, 3)]
    studio.post(due_in=HOUR)
    assert risks.tell_owners() == 1
    assert risks.tell_owners() == 0

    [letter] = mailoutbox
    assert letter.to == [studio.alice.email]
    assert letter.subject == "3 posts may not go out – Harbour Social"
    assert letter.body.count("/posts/") == 3
    assert all(f"/posts/{post.pk}/" in letter.body for post in posts)
    assert letter.body.count("can't post to “Everyone”") == 3
    assert fresh(posts[0]).risk_told_at is not None
    assert story(posts[0])[-1] == ("owner_told", "privacy_gone")


def test_a_post_that_falls_into_risk_later_is_told_alone(studio: SimpleNamespace, mailoutbox) -> None:
    at_risk(studio.post(due_in=HOUR))
    risks.tell_owners()
    at_risk(studio.post(due_in=HOUR))
    risks.tell_owners()

    assert [letter.subject for letter in mailoutbox] == ["A post may not go out – Harbour Social"] * 2


def test_each_person_reads_of_their_own_posts(studio: SimpleNamespace, bob: User, mailoutbox) -> None:
    mine, his = at_risk(studio.post(due_in=HOUR)), at_risk(studio.post(due_in=HOUR), by=bob)
    assert risks.tell_owners() == 2

    told = {letter.to[0]: letter.body for letter in mailoutbox}
    assert f"/posts/{mine.pk}/" in told[studio.alice.email]
    assert f"/posts/{his.pk}/" in told[bob.email]
    assert f"/posts/{his.pk}/" not in told[studio.alice.email]


def test_while_the_mail_server_is_down_everybody_stays_untold(
    studio: SimpleNamespace, settings: Settings
) -> None:
    post = at_risk(studio.post(due_in=HOUR))
    settings.EMAIL_BACKEND = "tests.scheduler.test_notices.Refusing"
    assert risks.tell_owners() == 0
    assert fresh(post).risk_told_at is None

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert risks.tell_owners() == 1


def test_a_post_whose_time_has_come_is_other_news(studio: SimpleNamespace, mailoutbox) -> None:
    at_risk(studio.post(due_in=-HOUR))

    assert risks.tell_owners() == 0


def test_a_post_that_is_on_hold_is_not_told_of_twice(studio: SimpleNamespace, mailoutbox) -> None:
    lost, paused = at_risk(studio.post(due_in=HOUR)), at_risk(studio.post(due_in=HOUR))
    for post, hold in ((lost, Reason.NEEDS_RECONNECT), (paused, Reason.PAUSED)):
        with workspace_scope(post.workspace_id):
            keep(post, fence=post.fence, hold=hold)
    risks.tell_owners()

    [letter] = mailoutbox
    assert f"/posts/{paused.pk}/" in letter.body
    assert f"/posts/{lost.pk}/" not in letter.body
