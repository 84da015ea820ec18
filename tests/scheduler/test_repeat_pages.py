"""The pages of recurring posts: begin, look at the copies, agree to the next, skip one, stop, and the list of all."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User, Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler import authoring, repeating
from scheduler.clock import database_now
from scheduler.models import Post
from scheduler.recurrence import Rule
from tests.factories import make_account, make_media, make_post
from tests.people import client_of, join, make_person
from tests.sandbox_process import Sandbox
from tests.scheduler.accounts import plain_account
from tests.scheduler.pages import address

pytestmark = pytest.mark.django_db(transaction=True)

LISBON = ZoneInfo("Europe/Lisbon")


@pytest.fixture
def browser(alice: User) -> Client:
    return client_of(alice)


@pytest.fixture
def post(tiktok: Sandbox, harbour: Workspace, alice: User) -> Post:
    """Of Luna Bakes, tomorrow at 12:30."""
    day = database_now().astimezone(LISBON).date() + timedelta(days=1)
    due_at = datetime.combine(day, time(12, 30), LISBON)
    return make_post(
        make_account(harbour, tiktok), make_media(harbour), alice, due_at=due_at, caption="Friday loaf"
    )


def day_of(post: Post) -> date:
    assert post.due_at is not None
    return post.due_at.astimezone(LISBON).date()


def weekly(post: Post, by: User) -> list[Post]:
    """Begins a weekly series and returns its copies."""
    day = day_of(post)
    rule = Rule(weekdays=frozenset({day.weekday()}), at=time(12, 30), starts=day)
    with workspace_scope(post.workspace_id):
        repeating.start(post=post, rule=rule, by=by)
    return copies(post)


def copies(post: Post) -> list[Post]:
    with workspace_scope(post.workspace_id):
        return list(Post.objects.filter(repeat_copy__repeat__post=post).order_by("due_at"))


def page_of(post: Post, name: str = "post_repeat") -> str:
    return address(post.workspace, name, post.pk)


def sent(post: Post, **changes: Any) -> dict[str, Any]:
    form = {"weekdays": [str(day_of(post).weekday())], "at": "12:30", "every_weeks": "1", "ends": "never"}
    return form | changes


def shown(*posts: Post) -> dict[str, list[str]]:
    return {"shown": [f"{each.pk}:{each.version}" for each in posts]}


def test_the_posts_page_leads_to_the_form_that_proposes_its_own_time(browser: Client, post: Post) -> None:
    assertContains(browser.get(address(post.workspace, "post_detail", post.pk)), page_of(post))

    page = browser.get(page_of(post))

    assertContains(page, "When it comes back")
    assertContains(page, 'value="12:30"')
    assertContains(page, f'name="weekdays" value="{day_of(post).weekday()}" checked')


def test_beginning_makes_drafts_and_shows_them(browser: Client, post: Post) -> None:
    page = browser.post(page_of(post, "repeat_start"), sent(post), follow=True)

    assertRedirects(page, page_of(post))
    assertContains(page, "3 copies made as drafts; none goes out unagreed.")
    assertContains(page, "Schedule the next 3 copies")
    assertContains(page, "By posting, you agree to TikTok's")
    assertContains(page, "Lisbon time")
    assert {copy.status for copy in copies(post)} == {"draft"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weekdays": []}, "Choose at least one day."),
        ({"at": "noon"}, "Write the time as 12:30."),
        ({"at": ""}, "Write a time, as 12:30."),
        ({"ends": "until"}, "Choose the last day."),
        ({"ends": "count"}, "Write how many copies."),
        ({"ends": "count", "count": "0"}, "Write a number from 1 to 200."),
    ],
)
def test_what_cannot_be_read_is_explained(
    browser: Client, post: Post, changes: dict[str, Any], said: str
) -> None:
    answer = browser.post(page_of(post, "repeat_start"), sent(post, **changes))

    assertContains(answer, said, status_code=422)
    assert copies(post) == []


def test_a_series_that_would_have_no_day_is_refused(browser: Client, post: Post) -> None:
    answer = browser.post(
        page_of(post, "repeat_start"), sent(post, ends="until", until=day_of(post).isoformat())
    )

    assertContains(answer, "No day is left for a copy.", status_code=409)


def test_the_end_that_was_not_chosen_does_not_count(browser: Client, post: Post) -> None:
    browser.post(page_of(post, "repeat_start"), sent(post, ends="count", count="1", until="nonsense"))

    assert len(copies(post)) == 1


def test_a_draft_without_a_time_is_told_what_it_lacks(
    browser: Client, harbour: Workspace, alice: User
) -> None:
    with workspace_scope(harbour):
        draft = authoring.create(workspace=harbour, by=alice, fields={"caption": "Loaf"})

    page = browser.get(page_of(draft))

    assertContains(page, "Give this post a day and a time first")
    assert (
        browser.post(
            page_of(draft, "repeat_start"), {"weekdays": "1", "at": "9", "every_weeks": "1", "ends": "never"}
        ).status_code
        == 409
    )


def test_one_button_schedules_the_copies_that_were_shown(browser: Client, post: Post, alice: User) -> None:
    made = weekly(post, alice)

    page = browser.post(page_of(post, "repeat_agree"), shown(*made[:2]), follow=True)

    assertContains(page, "2 copies scheduled.")
    assert [copy.status for copy in copies(post)] == ["scheduled", "scheduled", "draft"]
    assert all(copy.consent_by_id == alice.pk for copy in copies(post)[:2])


def test_a_copy_that_changed_meanwhile_is_named_and_left(browser: Client, post: Post, alice: User) -> None:
    first, second, _ = weekly(post, alice)
    with workspace_scope(post.workspace_id):
        authoring.edit(post=first, version=1, by=alice, fields={"caption": "Rye"})

    answer = browser.post(page_of(post, "repeat_agree"), shown(first, second))

    assertContains(answer, "1 copy scheduled, 1 not. Somebody changed it meanwhile.", status_code=409)
    assertContains(answer, "Differs from the post", status_code=409)
    assert [copy.status for copy in copies(post)] == ["draft", "scheduled", "draft"]


def test_nothing_is_scheduled_while_tiktok_does_not_answer(
    browser: Client, post: Post, alice: User, settings: Settings
) -> None:
    made = weekly(post, alice)
    settings.TIKTOK_CLIENT_KEY = ""

    assertNotContains(browser.get(page_of(post)), "Schedule the next 3 copies")
    answer = browser.post(page_of(post, "repeat_agree"), shown(*made))

    assertContains(answer, "Nothing was scheduled.", status_code=409)
    assert {copy.status for copy in copies(post)} == {"draft"}


@pytest.mark.parametrize("text", ["", "nonsense", "00000000-0000-0000-0000-000000000000:1", "-" * 36 + ":1"])
def test_what_nobody_was_shown_is_not_scheduled(browser: Client, post: Post, alice: User, text: str) -> None:
    weekly(post, alice)

    assert browser.post(page_of(post, "repeat_agree"), {"shown": [text]}).status_code == 302
    assert {copy.status for copy in copies(post)} == {"draft"}


def test_a_changed_copy_can_be_made_to_match(browser: Client, post: Post, alice: User) -> None:
    first, *_ = weekly(post, alice)
    with workspace_scope(post.workspace_id):
        authoring.edit(post=first, version=1, by=alice, fields={"caption": "Rye"})
    assertContains(browser.get(page_of(post)), "Make it match")

    browser.post(page_of(post, "repeat_match"), {"copy": str(first.pk)})

    assert copies(post)[0].caption == "Friday loaf"


def test_one_copy_is_skipped_and_the_series_goes_on(browser: Client, post: Post, alice: User) -> None:
    first, *_ = weekly(post, alice)
    its_page = browser.get(address(post.workspace, "post_detail", first.pk))
    assertContains(its_page, "This is the copy of that day.")
    assertContains(its_page, "Skip this one")

    page = browser.post(page_of(post, "repeat_skip"), {"copy": str(first.pk)}, follow=True)

    assertContains(page, "Skipped. The series goes on.")
    assert [copy.status for copy in copies(post)] == ["cancelled", "draft", "draft"]


def test_only_a_copy_of_this_series_is_skipped(browser: Client, post: Post, alice: User) -> None:
    weekly(post, alice)

    browser.post(page_of(post, "repeat_skip"), {"copy": str(post.pk)})

    with workspace_scope(post.workspace_id):
        post.refresh_from_db()
    assert post.status == "scheduled"


def test_stopping_is_offered_on_the_posts_page_and_cancels_the_drafts(
    browser: Client, post: Post, alice: User
) -> None:
    weekly(post, alice)
    assertContains(browser.get(address(post.workspace, "post_detail", post.pk)), "Stop repeating")

    page = browser.post(page_of(post, "repeat_stop"), follow=True)

    assertContains(page, "Stopped. 3 copies cancelled; what you scheduled stays.")
    assertContains(page, "When it comes back")
    assert {copy.status for copy in copies(post)} == {"cancelled"}


def test_a_copy_leads_to_the_series_it_belongs_to(browser: Client, post: Post, alice: User) -> None:
    first, *_ = weekly(post, alice)

    assertRedirects(browser.get(page_of(first)), page_of(post))


def test_the_list_names_every_series_and_what_waits(browser: Client, post: Post, alice: User) -> None:
    empty = browser.get(address(post.workspace, "repeat_list"))
    assertContains(empty, "No post repeats")
    weekly(post, alice)

    page = browser.get(address(post.workspace, "repeat_list"))

    assertContains(page, "Friday loaf")
    assertContains(page, f"Every {day_of(post):%A} at 12:30 Lisbon time")
    assertContains(page, "3 to agree to")


def test_the_list_costs_the_same_for_many_series(
    browser: Client, harbour: Workspace, alice: User, django_assert_max_num_queries: Any
) -> None:
    luna = plain_account(harbour, "luna.bakes")
    for number in range(5):
        due_in = timedelta(days=1, minutes=number)
        weekly(make_post(luna, make_media(harbour), alice, due_in=due_in), alice)

    with django_assert_max_num_queries(16):
        assertContains(browser.get(address(harbour, "repeat_list")), "to agree to", count=5)


def test_a_viewer_sees_the_series_and_no_buttons(post: Post, alice: User) -> None:
    weekly(post, alice)
    viewer = make_person("Vera")
    join(post.workspace, viewer, Role.VIEWER)

    page = client_of(viewer).get(page_of(post))

    assertContains(page, "Copies to come")
    for word in ("Skip", "Stop repeating", "Schedule the next"):
        assertNotContains(page, f"{word}</button>")
    assertNotContains(page, "By posting, you agree")
