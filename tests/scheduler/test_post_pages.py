"""The page of a post: every status says what happened and offers what is safe, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Workspace
from accounts.permissions import Role
from accounts.templatetags.ui import local
from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.models import Post, PublishAttempt
from scheduler.states import PostStatus, Reason
from scheduler.times import next_minute
from scheduler.transitions import move
from tests.people import client_of, join, make_person
from tests.scheduler.engine import attempts, fresh, publish, run, take_step
from tests.scheduler.pages import address
from tiktok.client import codes
from tiktok.signals import account_disconnected

pytestmark = pytest.mark.django_db(transaction=True)

VERBS = ("post_cancel", "post_to_drafts", "post_retry", "post_try_again", "post_reschedule", "post_answer")


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    studio.browser = client_of(studio.alice)
    return studio


def put(post: Post, **columns: Any) -> Post:
    """The post in another state, as the engine would have left it."""
    with workspace_scope(post.workspace_id):
        Post.objects.filter(pk=post.pk).update(**columns)
    return fresh(post)


def page_of(desk: SimpleNamespace, post: Post, **headers: str) -> Any:
    return desk.browser.get(address(desk.workspace, "post_detail", post.pk), headers=headers)


def press(desk: SimpleNamespace, verb: str, post: Post, **data: str) -> Any:
    return desk.browser.post(address(desk.workspace, verb, post.pk), data, follow=True)


# --- what it says


STATES = {
    "draft": {"next_step_at": None},
    "scheduled": {},
    "publishing": {},
    "published": {"next_step_at": None},
    "failed": {"reason": "privacy_gone", "next_step_at": None},
    "needs_check": {"reason": "outcome_unknown", "next_step_at": None},
    "missed": {"reason": "late", "next_step_at": None},
    "cancelled": {"next_step_at": None},
}


@pytest.mark.parametrize("status", STATES)
def test_every_status_has_its_page(desk: SimpleNamespace, status: str) -> None:
    post = put(desk.post(), status=status, **STATES[status])

    answer = page_of(desk, post)

    assert answer.status_code == 200
    assert "Autumn loaf" in answer.content.decode()
    assert "UTC" in answer.content.decode()


@pytest.mark.parametrize(
    ("columns", "title", "button"),
    [
        ({"status": "failed", "reason": "privacy_gone"}, "can&#x27;t post to “Everyone”", "Edit the post"),
        ({"status": "failed", "reason": "tiktok_trouble"}, "TikTok could not take this post", "Post now"),
        ({"status": "missed", "reason": "late"}, "We were too late", "Post now"),
        ({"status": "missed", "reason": "paused"}, "Publishing is paused", "Post now"),
        ({"status": "missed", "reason": "app_cap"}, "TikTok is busy", "Post now"),
        ({"status": "missed", "reason": "needs_reconnect"}, "We lost the connection", "Post now"),
        ({"status": "needs_check", "reason": "outcome_unknown"}, "Did this go out?", "It is on TikTok"),
        ({"hold": "needs_reconnect"}, "We lost the connection", "Reconnect"),
        (
            {
                "status": "failed",
                "reason": "tiktok_refused",
                "code": "spam_risk_text",
                "surface": "fail_reason",
            },
            "TikTok found the caption risky",
            "Edit the caption",
        ),
    ],
)
def test_a_failure_says_its_cause_and_the_one_thing_to_do(
    desk: SimpleNamespace, columns: dict[str, str], title: str, button: str
) -> None:
    over = {} if "hold" in columns else {"next_step_at": None}
    page = page_of(desk, put(desk.post(), **columns, **over)).content.decode()

    assert title in page.split('id="why">')[1].split("</h2>")[0]
    assert button in page.split('class="outcome-body"')[1].split("</section>")[0]


def test_a_missed_post_says_how_late_it_was(desk: SimpleNamespace) -> None:
    post = desk.post(due_in=-timedelta(minutes=102, seconds=30))
    with workspace_scope(post.workspace_id):
        move(post, PostStatus.MISSED, fence=post.fence, next_step_at=None, reason=Reason.LATE)

    assert "We were 1 h 42 min late, so we didn&#x27;t post" in outcome_of(
        page_of(desk, post).content.decode()
    )


def test_an_overdue_post_shows_its_place_and_until_when_it_goes_out(desk: SimpleNamespace) -> None:
    earlier = [desk.post(due_in=-timedelta(minutes=minutes)) for minutes in (70, 50, 40)]
    put(earlier[1], hold="daily_cap")
    late = desk.post(due_in=-timedelta(minutes=30))

    told = outcome_of(page_of(desk, late).content.decode())

    assert "1 post of this workspace was due before it and goes first" in told
    assert "Lisbon time" in told
    assert "It is the next of this workspace" in outcome_of(page_of(desk, earlier[2]).content.decode())


def test_a_punctual_post_has_no_place(desk: SimpleNamespace) -> None:
    assert "is late" not in page_of(desk, desk.post(due_in=-timedelta(seconds=30))).content.decode()


def test_a_day_later_is_the_same_time_to_the_second(desk: SimpleNamespace) -> None:
    due = (database_now() + timedelta(days=2)).replace(hour=12, minute=30, second=15, microsecond=0)
    post = put(desk.post(due_at=due), hold="daily_cap")
    page = page_of(desk, post).content.decode()
    shown = due.astimezone(desk.workspace.zone)
    assert f'name="time" value="{shown:%H:%M}:15"' in page
    assert f" at {shown:%H:%M}</button>" in page


def test_a_missed_post_is_not_said_to_wait(desk: SimpleNamespace) -> None:
    post = put(desk.post(), status="missed", reason="paused", next_step_at=None)

    assert "goes out once it is resumed" not in outcome_of(page_of(desk, post).content.decode())


def outcome_of(page: str) -> str:
    return page.split('class="outcome"')[1].split("</section>")[0]


def test_a_post_at_risk_says_so_before_its_time(desk: SimpleNamespace) -> None:
    post = put(desk.post(), risk="privacy_gone", risk_sentence="Luna Bakes can't post to friends any more.")

    told = outcome_of(page_of(desk, post).content.decode())

    assert "This post may not go out" in told
    assert "Edit the post" in told


def test_a_post_that_is_tried_again_says_when(desk: SimpleNamespace) -> None:
    at = next_minute(desk.post().due_at + timedelta(hours=1)).astimezone(desk.workspace.zone)
    post = put(desk.post(), troubles=1, next_step_at=at - timedelta(seconds=7))

    page = page_of(desk, post).content.decode()

    assert f"{at:%H:%M} (Lisbon time)" in outcome_of(page).split("Trying again at")[1].split("</h2>")[0]
    assert "Try now" in outcome_of(page)
    assert "Trying again" in page.split('class="post-title"')[1].split("</p>")[0]
    now = page_of(desk, put(post, next_step_at=at - timedelta(days=1))).content.decode()
    assert "Trying again now" in outcome_of(now)


def test_a_try_of_another_day_says_which(desk: SimpleNamespace) -> None:
    at = next_minute(desk.post().due_at) + timedelta(days=3)

    told = outcome_of(page_of(desk, put(desk.post(), troubles=1, next_step_at=at)).content.decode())

    assert f"Trying again at {local(at, 'Europe/Lisbon')} (Lisbon time)" in told


@pytest.mark.parametrize("status", ["failed", "missed"])
def test_a_time_that_has_passed_is_not_proposed_again(desk: SimpleNamespace, status: str) -> None:
    post = put(desk.post(), status=status, **STATES[status])

    page = page_of(desk, post).content.decode()

    assert 'name="time" id="id_time"' in page
    assert 'value=""' in page.split('id="id_time"')[1].split(">")[0]


def test_what_only_a_person_says_is_not_put_into_tiktoks_mouth(desk: SimpleNamespace) -> None:
    post = put(desk.post(), status="needs_check", reason="outcome_unknown", next_step_at=None)

    press(desk, "post_answer", post, live="yes")
    told = outcome_of(page_of(desk, fresh(post)).content.decode())

    assert "Alice says so" in told
    assert "TikTok has the post" not in told


def test_a_post_that_only_waits_has_no_empty_space_for_buttons(desk: SimpleNamespace) -> None:
    outcome = outcome_of(page_of(desk, put(desk.post(), hold="app_configuration")).content.decode())

    assert "The operator of this site has to fix something" in outcome
    assert "outcome-body" not in outcome


UNAUDITED = {
    "hold": "app_configuration",
    "code": "unaudited_client_can_only_post_to_private_accounts",
    "surface": "video_init",
}


def how_to(page: str) -> str:
    return outcome_of(page).split('<details class="how-to">')[1].split("</details>")[0]


def test_an_account_that_has_to_be_private_is_shown_how_and_then_tried_again(desk: SimpleNamespace) -> None:
    post = put(desk.post(due_in=timedelta(hours=3), privacy_level="SELF_ONLY"), **UNAUDITED)
    beside = put(desk.post(due_in=timedelta(hours=4)), **UNAUDITED)
    of_the_operator = put(desk.post(due_in=timedelta(hours=5)), hold="app_configuration")

    steps = how_to(page_of(desk, post).content.decode())

    assert "make the account private" in steps
    assert "Leave this post at “Only me”" in steps
    assert "The account is private, try again" in steps
    assert "Choose “Only me”" in how_to(page_of(desk, beside).content.decode())
    press(desk, "post_try_again", post)
    assert [fresh(each).hold for each in (post, beside, of_the_operator)] == ["", "", "app_configuration"]


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "failed", "reason": "unaudited", "next_step_at": None},
        {"risk": "unaudited", "risk_sentence": "Until TikTok approves this app …"},
    ],
)
def test_where_we_find_it_before_tiktok_does_the_same_steps_stand(
    desk: SimpleNamespace, columns: dict[str, Any]
) -> None:
    page = page_of(desk, put(desk.post(), **columns)).content.decode()

    assert "make the account private" in how_to(page)
    assert "try again" not in how_to(page)


def test_an_account_that_is_still_public_makes_the_post_wait_again(desk: SimpleNamespace) -> None:
    desk.tiktok.control(settings={"unaudited": True})
    held = take_step(desk.post(privacy_level="SELF_ONLY"))
    assert held.code == UNAUDITED["code"]

    page = press(desk, "post_try_again", held).content.decode()
    again = take_step(fresh(held))

    assert (again.hold, again.code) == ("app_configuration", UNAUDITED["code"])
    assert "On hold: Until TikTok approves this app, Luna Bakes must be a private account" in page
    assert "Alice asked to try again" in page
    assert "operator" not in page


def test_a_disconnected_account_is_the_cause_whatever_held_the_post_before(desk: SimpleNamespace) -> None:
    post = put(desk.post(), hold="app_configuration", code="unaudited_client", surface="video_init")
    with workspace_scope(desk.workspace):
        account_disconnected.send(sender=type(desk.luna), account=desk.luna)

    outcome = outcome_of(page_of(desk, post).content.decode())

    assert fresh(post).code == ""
    assert "Luna Bakes is disconnected" in outcome
    assert f'action="{address(desk.workspace, "connect_begin")}"' in outcome
    assert f'name="account" value="{desk.luna.pk}"' in outcome
    assert "Reconnect" in outcome


def test_who_may_not_connect_is_led_to_the_accounts(desk: SimpleNamespace) -> None:
    editor = make_person("Ben")
    join(desk.workspace, editor, Role.EDITOR)
    desk.browser = client_of(editor)

    outcome = outcome_of(page_of(desk, put(desk.post(), hold="needs_reconnect")).content.decode())

    assert "<form" not in outcome
    assert f'href="{address(desk.workspace, "accounts")}"' in outcome


@pytest.mark.parametrize(
    ("code", "surface", "title"),
    [
        ("server_error", "video_init", "We lost the connection to Luna Bakes"),
        ("auth_removed", "fail_reason", codes.row_for("auth_removed", codes.Surface.FAIL_REASON).title),
    ],
)
def test_tiktoks_words_for_a_lost_connection_stand_only_where_they_are_about_it(
    desk: SimpleNamespace, code: str, surface: str, title: str
) -> None:
    post = put(desk.post(), hold="needs_reconnect", code=code, surface=surface)

    assert title.format(account="Luna Bakes") in outcome_of(page_of(desk, post).content.decode())


def test_looking_comes_before_the_answers_and_nothing_moves_meanwhile(desk: SimpleNamespace) -> None:
    post = desk.post()
    with workspace_scope(desk.workspace):
        PublishAttempt.objects.create(
            workspace=desk.workspace,
            post=post,
            account_id=post.account_id,
            number=1,
            stage="committed",
            publish_id="v_pub_file~v2.1",
            commits=1,
            upload_expires_at=post.due_at,
            commit_intent_at=post.due_at,
            last_byte_at=post.due_at,
            video_size=9,
            chunk_size=9,
            chunk_count=1,
        )
    page = page_of(
        desk, put(post, status="needs_check", reason="outcome_unknown", next_step_at=None)
    ).content.decode()
    look, yes, no = (
        outcome_of(page).index(word) for word in ("look at @", "It is on TikTok", "It is not there")
    )

    assert look < yes < no
    assert "btn primary" in outcome_of(page)[:look]
    assert "primary" not in outcome_of(page)[look:]
    assert "<progress" not in page


def test_a_time_is_said_on_the_workspaces_clock_and_once_on_the_one_it_was_planned_by(
    desk: SimpleNamespace,
) -> None:
    friday = datetime(2026, 12, 4, 12, 30, tzinfo=UTC)
    tokyo = {"due_local": "2026-12-04T21:30:00", "due_zone": "Asia/Tokyo"}
    head = (
        page_of(desk, desk.post(due_at=friday, **tokyo))
        .content.decode()
        .split("post-title")[1]
        .split("</header>")[0]
    )
    assert "12:30</time> Lisbon time" in head
    assert head.count("planned as Fri 4 Dec, 21:30 Tokyo time") == 1
    here = {"due_local": "2026-12-04T12:30:00", "due_zone": "Europe/Lisbon"}
    head = (
        page_of(desk, desk.post(due_at=friday, **here))
        .content.decode()
        .split("post-title")[1]
        .split("</header>")[0]
    )
    assert "planned as" not in head


def test_what_stands_on_the_profile_is_not_said_to_be_on_its_way(desk: SimpleNamespace) -> None:
    desk.tiktok.control(settings={"moderation_seconds": 0.0})
    assert "few minutes to appear" not in page_of(desk, publish(desk.post())).content.decode()
    soon = put(
        desk.post(due_in=timedelta(hours=1)),
        status="published",
        next_step_at=None,
        published_at=database_now(),
    )
    assert "few minutes to appear" in page_of(desk, soon).content.decode()


def test_a_published_post_shows_its_number_and_never_a_made_up_link(desk: SimpleNamespace) -> None:
    desk.tiktok.control(settings={"moderation_seconds": 0.0})
    post = publish(desk.post())
    page = page_of(desk, post).content.decode()

    assert "Published by Luna Bakes" in page
    assert f"{desk.tiktok.base_url}/@luna.bakes" in page
    assert "/video/" not in page.replace(f"/media/{post.media_id}/video/", "")


def test_a_published_post_without_a_number_is_a_normal_state(desk: SimpleNamespace) -> None:
    post = publish(desk.post(privacy_level="SELF_ONLY"))

    assert "Link pending" in page_of(desk, post).content.decode()


def test_the_evidence_of_each_attempt_is_folded_away(desk: SimpleNamespace) -> None:
    post = publish(desk.post())
    with workspace_scope(desk.workspace):
        attempt = post.attempts.get()
    page = page_of(desk, post).content.decode()

    ended = local(attempt.ended_at, "Europe/Lisbon")
    assert f'Published, <time datetime="{attempt.ended_at.isoformat()}">{ended}</time>' in page
    assert "Lisbon time." in page.split("<strong>Attempt 1</strong>")[1].split("</p>")[0]
    assert "Technical details" in page
    assert attempt.publish_id in page
    assert "PUBLISH_COMPLETE" in page


# --- asking again


def live(desk: SimpleNamespace, post: Post) -> str:
    return page_of(desk, post).content.decode().split('id="live"')[1].split(">")[0]


def test_the_live_part_asks_quickly_near_the_due_time_and_slowly_before(desk: SimpleNamespace) -> None:
    soon, later = desk.post(due_in=timedelta(seconds=30)), desk.post(due_in=timedelta(hours=3))

    assert 'hx-trigger="every 3s"' in live(desk, soon)
    assert 'hx-trigger="every 10s"' in live(desk, later)


def test_the_live_part_asks_slowly_after_the_first_minute_of_publishing(desk: SimpleNamespace) -> None:
    desk.tiktok.fault("stuck")
    post = run(desk.post(), until={"publishing"})
    assert 'hx-trigger="every 3s"' in live(desk, post)

    with workspace_scope(desk.workspace):
        PublishAttempt.objects.update(started_at=database_now() - timedelta(minutes=2))

    assert 'hx-trigger="every 10s"' in live(desk, post)


@pytest.mark.parametrize("status", ["published", "failed", "missed", "cancelled", "draft", "needs_check"])
def test_the_live_part_stops_asking_once_nothing_more_happens(desk: SimpleNamespace, status: str) -> None:
    post = put(desk.post(), status=status, **STATES[status])

    assert "hx-trigger" not in live(desk, post)


def test_an_unchanged_part_is_answered_with_nothing(desk: SimpleNamespace) -> None:
    post = desk.post(due_in=timedelta(hours=3))
    asks = live(desk, post).split('hx-get="')[1].split('"')[0]

    unchanged = desk.browser.get(asks, headers={"HX-Request": "true"})
    put(post, hold="needs_reconnect")
    changed = desk.browser.get(asks, headers={"HX-Request": "true"})

    assert unchanged.status_code == 204
    assert changed.status_code == 200
    assert "We lost the connection" in changed.content.decode()
    assert "<html" not in changed.content.decode()


# --- what may be done


def test_a_scheduled_post_is_cancelled(desk: SimpleNamespace) -> None:
    post = desk.post(due_in=timedelta(hours=3))

    answer = press(desk, "post_cancel", post)

    assert fresh(post).status == "cancelled"
    assert "Cancelled" in answer.content.decode()


def test_a_scheduled_post_goes_back_to_drafts(desk: SimpleNamespace) -> None:
    post = desk.post(due_in=timedelta(hours=3))

    press(desk, "post_to_drafts", post)

    assert fresh(post).status == "draft"


def test_a_failed_post_is_tried_again(desk: SimpleNamespace) -> None:
    post = put(desk.post(), status="failed", reason="tiktok_trouble", next_step_at=None)

    press(desk, "post_retry", post, version=str(post.version))

    assert fresh(post).status == "scheduled"


def test_nobody_publishes_what_a_colleague_changed_since_they_looked(desk: SimpleNamespace) -> None:
    post = put(desk.post(), status="failed", reason="tiktok_trouble", next_step_at=None)
    seen = page_of(desk, post).content.decode().split('name="version" value="')[1].split('"')[0]
    put(post, version=post.version + 1, caption="Rye, not wheat")

    refused = press(desk, "post_retry", post, version=seen)
    page = refused.content.decode()

    assert (refused.status_code, fresh(post).status) == (409, "failed")
    assert "Somebody changed this post meanwhile" in page
    assert "Rye, not wheat" in page
    assert f'name="version" value="{post.version + 1}"' in page.split('class="outcome-body"')[1]
    press(desk, "post_retry", post)
    assert fresh(post).status == "failed", "a form without a version agrees to nothing"


@pytest.mark.parametrize(("live", "status"), [("yes", "published"), ("no", "failed")])
def test_a_person_answers_what_became_of_it(desk: SimpleNamespace, live: str, status: str) -> None:
    post = put(desk.post(), status="needs_check", reason="outcome_unknown", next_step_at=None)

    press(desk, "post_answer", post, live=live)

    assert fresh(post).status == status


def test_a_post_that_may_yet_appear_is_denied_twice(desk: SimpleNamespace) -> None:
    desk.tiktok.fault("stuck")
    post = run(desk.post(), until={"publishing"})
    post = put(take_step(post), status="needs_check", reason="still_processing")

    assert "it may yet appear" in outcome_of(page_of(desk, post).content.decode())
    asked = press(desk, "post_answer", post, live="no")
    assert (asked.status_code, fresh(post).status) == (409, "needs_check")
    assert 'name="sure" value="yes"' in outcome_of(asked.content.decode())

    press(desk, "post_answer", post, live="no", sure="yes")
    assert fresh(post).status == "failed"
    assert [attempt.stage for attempt in attempts(post)] == ["abandoned"]


def test_no_answer_changes_nothing(desk: SimpleNamespace) -> None:
    post = put(desk.post(), status="needs_check", reason="outcome_unknown", next_step_at=None)

    press(desk, "post_answer", post, live="maybe")

    assert fresh(post).status == "needs_check"


@pytest.mark.parametrize("verb", ["post_cancel", "post_to_drafts", "post_retry"])
def test_what_comes_too_late_is_refused_with_a_sentence(desk: SimpleNamespace, verb: str) -> None:
    post = put(desk.post(), status="publishing")

    answer = desk.browser.post(address(desk.workspace, verb, post.pk))

    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()
    assert fresh(post).status == "publishing"


def test_a_post_on_its_way_says_why_it_is_fixed(desk: SimpleNamespace) -> None:
    page = page_of(desk, put(desk.post(), status="publishing")).content.decode()

    assert "on its way to TikTok, so it can&#x27;t be changed" in page
    assert "Cancel this post" not in page
    assert ">Edit</a>" not in page


def test_what_was_sent_ahead_can_still_be_changed_and_the_page_says_so(desk: SimpleNamespace) -> None:
    post = take_step(desk.post(due_in=timedelta(seconds=50)))
    assert [attempt.stage for attempt in attempts(post)] == ["staged"]

    page = page_of(desk, post).content.decode()

    assert "this post can still be changed or cancelled" in page
    assert "Cancel this post" in page


def test_a_draft_leads_to_its_schedule(desk: SimpleNamespace) -> None:
    draft = put(desk.post(), status="draft", next_step_at=None)
    when = f'href="{address(desk.workspace, "post_edit", draft.pk)}#s-when"'

    assert when in page_of(desk, draft).content.decode()
    assert when not in page_of(desk, put(draft, status="cancelled")).content.decode()


@pytest.mark.parametrize(("overdue", "seconds"), [({}, 3), ({"hold": "daily_cap"}, 10)])
def test_what_may_go_out_at_any_moment_is_looked_at_often(
    desk: SimpleNamespace, overdue: dict[str, str], seconds: int
) -> None:
    late = put(desk.post(due_in=-timedelta(minutes=20)), **overdue)

    assert f'hx-trigger="every {seconds}s"' in live(desk, late)


# --- another time


def test_a_post_moves_to_another_time(desk: SimpleNamespace) -> None:
    post = desk.post(due_in=timedelta(hours=3))

    press(desk, "post_reschedule", post, date="2027-06-01", time="9", version=str(post.version))

    assert fresh(post).due_local == "2027-06-01T09:00:00"


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ({"date": "2024-06-01", "time": "9"}, 422, "passed"),
        ({"date": "2027-06-01", "time": ""}, 422, "Choose a time."),
        ({"date": "2027-03-28", "time": "01:30"}, 422, "Use 02:00"),
        ({"date": "2027-06-01", "time": "9", "version": "99"}, 409, "Somebody changed this post"),
    ],
)
def test_a_time_that_will_not_do_is_said(
    desk: SimpleNamespace, data: dict[str, str], status: int, sentence: str
) -> None:
    post = desk.post(due_in=timedelta(hours=3))

    answer = press(desk, "post_reschedule", post, **{"version": str(post.version)} | data)

    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert fresh(post).due_local == post.due_local


# --- who may


def test_a_viewer_reads_but_changes_nothing(desk: SimpleNamespace) -> None:
    viewer = make_person("Vera")
    join(desk.workspace, viewer, Role.VIEWER)
    post = desk.post(due_in=timedelta(hours=3))
    browser = client_of(viewer)

    page = browser.get(address(desk.workspace, "post_detail", post.pk))

    assert page.status_code == 200
    assert "Cancel this post" not in page.content.decode()
    for verb in VERBS:
        assert browser.post(address(desk.workspace, verb, post.pk)).status_code == 403


def test_a_post_of_another_workspace_is_not_found(
    desk: SimpleNamespace, elsewhere: Workspace, charlie
) -> None:
    post = desk.post(due_in=timedelta(hours=3))
    stranger = client_of(charlie)

    for name in ("post_detail", *VERBS):
        ask = stranger.get if name == "post_detail" else stranger.post
        assert ask(address(elsewhere, name, post.pk)).status_code == 404
        assert ask(address(desk.workspace, name, post.pk)).status_code == 404
    assert fresh(post).status == "scheduled"


@pytest.mark.parametrize("verb", VERBS)
def test_a_link_changes_nothing(desk: SimpleNamespace, verb: str) -> None:
    post = desk.post(due_in=timedelta(hours=3))

    assert desk.browser.get(address(desk.workspace, verb, post.pk)).status_code == 405
