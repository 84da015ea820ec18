"""The table of posts: every filter in the address, pages that cost the same anywhere, views of one's own."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User, Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler import keyset
from scheduler.models import Post, SavedFilter
from scheduler.post_filters import Filters, of_query
from tests.people import client_of, join, make_person
from tests.scheduler.pages import address
from tests.scheduler.rows import attempt
from tests.scheduler.table_rows import NOON, a_draft, a_post, an_account, posts

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(harbour: Workspace, alice: User) -> SimpleNamespace:
    return SimpleNamespace(workspace=harbour, alice=alice, luna=an_account(harbour), browser=client_of(alice))


def ask(
    desk: SimpleNamespace, name: str = "posts", headers: dict[str, str] | None = None, **query: Any
) -> Any:
    return desk.browser.get(address(desk.workspace, name), query, headers=headers or {})


def words(desk: SimpleNamespace, name: str = "posts", **query: Any) -> str:
    answer = ask(desk, name, **query)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(page: str, *captions: str) -> list[str]:
    return [caption for caption in captions if f">{caption}</a>" in page]


# --- what a row says


def test_a_row_tells_caption_account_time_zone_status_and_who_wrote_it(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice, caption="Berry cake\nand more", due_zone="Europe/Lisbon")

    page = words(desk)

    assert shown(page, "Berry cake")
    assert "Luna Bakes" in page
    assert ">Mon 1 Mar 2027, 12:00</time>" in page
    assert "Lisbon time" in page
    assert '<span class="badge" data-status="scheduled">' in page
    assert ">Alice</td>" in page


def test_a_time_that_was_meant_in_another_zone_says_so(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice, due_zone="Asia/Tokyo")

    assert "21:00 Tokyo time" in words(desk)


def test_what_did_not_go_out_says_why(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice, status="failed", reason="media_missing")

    assert "The video file is gone" in words(desk)


def test_a_workspace_without_posts_says_how_to_begin(desk: SimpleNamespace) -> None:
    assert "Plan your first post" in words(desk)
    assert "Nothing has gone out yet" in words(desk, "post_history")


def test_a_filter_that_finds_nothing_says_what_was_asked_and_how_to_undo_it(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice)

    page = words(desk, status="failed", text="cake", account=str(desk.luna.pk), first="2027-03-02")

    assert "No post matches" in page
    assert "Not posted · Luna Bakes · from 2 March 2027 · “cake”" in page
    assert "Clear the filter" in page


# --- filters


def test_posts_are_filtered_by_status_and_hold(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice, caption="Waits")
    a_post(desk.luna, desk.alice, caption="Held", hold="daily_cap")
    a_post(desk.luna, desk.alice, caption="Unclear", status="needs_check", reason="outcome_unknown")
    a_draft(desk.luna, desk.alice, caption="Draft")
    names = ("Waits", "Held", "Unclear", "Draft")

    assert shown(words(desk), *names) == list(names)
    assert shown(words(desk, status="scheduled"), *names) == ["Waits"]
    assert shown(words(desk, status="on_hold"), *names) == ["Held"]
    assert shown(words(desk, status="needs_check"), *names) == ["Unclear"]
    assert shown(words(desk, status="attention"), *names) == ["Held", "Unclear"]


def test_posts_are_filtered_by_account_and_by_who_wrote_them(desk: SimpleNamespace, bob: User) -> None:
    fern = an_account(desk.workspace, "fern.fold")
    a_post(desk.luna, desk.alice, caption="Loaf")
    a_post(fern, bob, caption="Linen")

    assert shown(words(desk, account=str(fern.pk)), "Loaf", "Linen") == ["Linen"]
    assert shown(words(desk, person=str(desk.alice.pk)), "Loaf", "Linen") == ["Loaf"]


def test_days_are_the_workspaces_and_both_ends_belong_to_them(desk: SimpleNamespace) -> None:
    desk.workspace.time_zone = "Asia/Tokyo"
    desk.workspace.save()
    a_post(desk.luna, desk.alice, caption="Late", due_at=datetime(2027, 3, 1, 14, 59, tzinfo=UTC))
    a_post(desk.luna, desk.alice, caption="Next", due_at=datetime(2027, 3, 1, 15, tzinfo=UTC))

    assert shown(words(desk, first="2027-03-01", last="2027-03-01"), "Late", "Next") == ["Late"]
    assert shown(words(desk, first="2027-03-02"), "Late", "Next") == ["Next"]


def test_words_are_looked_for_in_caption_and_title(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice, caption="The 100% rye LOAF")
    a_post(desk.luna, desk.alice, caption="Nothing here", title="Rye week")
    a_post(desk.luna, desk.alice, caption="Cake")

    page = words(desk, text="rye")

    assert shown(page, "The 100% rye LOAF", "Rye week", "Cake") == ["The 100% rye LOAF", "Rye week"]
    assert shown(words(desk, text="100%"), "The 100% rye LOAF", "Rye week") == ["The 100% rye LOAF"]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "no-such"},
        {"account": "x"},
        {"person": "1"},
        {"first": "0001-01-01", "last": "9999-12-31"},
        {"first": "yesterday"},
        {"text": "\0"},
        {"order": "x"},
        {"after": "x~y"},
        {"after": "2027-03-01T12:00:00~00000000-0000-0000-0000-000000000000"},
        {"before": "~"},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_as_if_nobody_had_asked(desk: SimpleNamespace, query: dict[str, str]) -> None:
    a_post(desk.luna, desk.alice, caption="Loaf")

    assert shown(words(desk, **query), "Loaf")
    assert Filters.read(query) == Filters()


def test_a_filter_comes_back_from_its_own_address(desk: SimpleNamespace) -> None:
    filters = Filters.read(
        {
            "status": "failed",
            "account": str(desk.luna.pk),
            "last": "2027-03-01",
            "text": "a & b",
            "order": "soonest",
        }
    )

    assert of_query(filters.query) == filters
    assert Filters().query == ""


# --- order and pages


def walk(workspace: Workspace, *, soonest: bool, back: bool = False, size: int = 7) -> list[list[Post]]:
    """Every page from one end to the other, by the marks that the pages offer."""
    pages, mark = [], {}
    if back:
        mark = {"after": str(keyset.Mark.of(walk(workspace, soonest=soonest, size=size)[-2][-1]))}
    with workspace_scope(workspace):
        while True:
            page = keyset.page_of(Filters().rows(workspace), soonest=soonest, size=size, **mark)
            pages.append(page.posts)
            mark = {"before": page.before} if back else {"after": page.after}
            if not any(mark.values()):
                return pages


@pytest.mark.parametrize("soonest", [True, False])
def test_the_pages_hold_every_post_once_in_order(desk: SimpleNamespace, soonest: bool) -> None:
    posts(desk.luna, desk.alice, 9)
    posts(desk.luna, desk.alice, 9, due_at=NOON)
    posts(desk.luna, desk.alice, 9, status="draft", due_at=None)
    end = datetime.max.replace(tzinfo=UTC)

    seen = [post for page in walk(desk.workspace, soonest=soonest) for post in page]
    back = [post for page in walk(desk.workspace, soonest=soonest, back=True)[::-1] for post in page]

    assert len(seen) == len({post.pk for post in seen}) == 27
    assert seen == sorted(seen, key=lambda post: (post.due_at or end, post.pk), reverse=not soonest)
    assert back == seen


def test_the_pager_leads_on_and_back_within_the_filter(desk: SimpleNamespace) -> None:
    posts(desk.luna, desk.alice, keyset.PAGE + 1)

    first = ask(desk, status="scheduled")
    after = first.context["table"].page.after
    second = ask(desk, status="scheduled", after=after)
    before = second.context["table"].page.before

    assert "?status=scheduled&amp;after=" in first.content.decode()
    assert len(second.context["table"].page.posts) == 1
    assert ask(desk, status="scheduled", before=before).context["table"].page.posts == (
        first.context["table"].page.posts
    )


def test_a_mark_with_nothing_behind_it_leads_to_the_first_page(desk: SimpleNamespace) -> None:
    first = a_post(desk.luna, desk.alice, caption="Loaf")

    assert shown(words(desk, after=str(keyset.Mark.of(first))), "Loaf")


def test_the_order_is_turned_by_a_link_that_keeps_the_filter(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice, caption="First", due_at=NOON)
    a_post(desk.luna, desk.alice, caption="Last", due_at=NOON + timedelta(days=1))

    latest, soonest = words(desk, text="st"), words(desk, text="st", order="soonest")

    assert latest.index(">Last<") < latest.index(">First<")
    assert soonest.index(">First<") < soonest.index(">Last<")
    assert "?text=st&amp;order=soonest" in latest


@pytest.mark.parametrize("name", ["posts", "post_history"])
def test_more_posts_cost_no_more_queries(desk: SimpleNamespace, name: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            words(desk, name)
        return len(queries)

    posts(desk.luna, desk.alice, 2, status="published")
    few = count()
    for each in posts(an_account(desk.workspace, "fern.fold"), desk.alice, 60, status="published"):
        attempt(each)

    assert count() == few


@pytest.mark.slow
def test_ten_thousand_posts_stay_quick_at_the_deepest_page_and_in_every_filter(desk: SimpleNamespace) -> None:
    rows = posts(desk.luna, desk.alice, 10_000, status="published")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE scheduler_post")
    deep = keyset.Mark.of(rows[100])

    with workspace_scope(desk.workspace):
        plan = keyset._dated(Filters().rows(desk.workspace), up=False, mark=deep)[: keyset.PAGE].explain()
    assert "post_by_due_time" in plan
    assert "Seq Scan" not in plan

    for query in (
        {"after": str(deep)},
        {"text": "Loaf 77"},
        {"status": "attention"},
        {"person": desk.alice.pk},
    ):
        assert quickest(desk, **query) < 1, query  # far less on an idle machine, which a test never has


def quickest(desk: SimpleNamespace, **query: Any) -> float:
    """Seconds of the best of five answers."""
    return min(timed(desk, **query) for _ in range(5))


def timed(desk: SimpleNamespace, **query: Any) -> float:
    began = time.monotonic()
    words(desk, **query)
    return time.monotonic() - began


# --- htmx, roles


def test_htmx_gets_the_list_under_its_own_address(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice)

    answer = ask(desk, headers={"HX-Request": "true"}, status="scheduled", text="", account="")

    assert answer.content.decode().lstrip().startswith('<div class="posts" id="posts">')
    assert answer["HX-Push-Url"].endswith("/posts/?status=scheduled")


def test_who_may_only_look_is_offered_nothing_to_do(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice)
    viewer = make_person("Vera")
    join(desk.workspace, viewer, Role.VIEWER)

    assert 'name="posts"' in words(desk)
    desk.browser = client_of(viewer)
    assert 'name="posts"' not in words(desk)
    assert "Export" not in words(desk)


# --- one's own views


def save(desk: SimpleNamespace, name: str, query: str = "status=failed&text=rye") -> Any:
    data = {"name": name, "query": query}
    return desk.browser.post(address(desk.workspace, "filter_save"), data)


def test_a_filter_is_kept_under_a_name_for_its_person_alone(desk: SimpleNamespace, bob: User) -> None:
    assert save(desk, "  Rye   trouble ")["Location"].endswith("/posts/?status=failed&text=rye")

    assert ">Rye trouble</a>" in words(desk)
    assert 'aria-current="true">Rye trouble</a>' in words(desk, status="failed", text="rye")
    desk.browser = client_of(bob)
    assert "Rye trouble" not in words(desk)


def test_a_name_is_kept_once_and_the_last_filter_wins(desk: SimpleNamespace) -> None:
    save(desk, "Mine")
    save(desk, "Mine", "status=draft")

    with workspace_scope(desk.workspace):
        assert [row.query for row in SavedFilter.objects.filter(workspace=desk.workspace)] == ["status=draft"]


@pytest.mark.parametrize(
    ("name", "told"), [(" ", "Give the view a name."), ("x" * 41, "up to 40 characters")]
)
def test_a_view_without_a_proper_name_is_refused_with_a_sentence(
    desk: SimpleNamespace, name: str, told: str
) -> None:
    answer = save(desk, name)

    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_only_its_own_person_removes_a_view(desk: SimpleNamespace, bob: User) -> None:
    save(desk, "Mine")
    with workspace_scope(desk.workspace):
        row = SavedFilter.objects.get(workspace=desk.workspace)
    there = address(desk.workspace, "filter_remove", row.pk)

    assert client_of(bob).post(there).status_code == 404
    assert desk.browser.post(there).status_code == 302
    assert ">Mine</a>" not in words(desk)


def test_needs_check_is_a_view_of_the_table(desk: SimpleNamespace) -> None:
    assert 'posts/?status=needs_check">Needs check</a>' in words(desk)


# --- history


def test_the_history_holds_what_is_over_with_its_evidence(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice, caption="Waits")
    live = a_post(desk.luna, desk.alice, caption="Out", status="published", published_at=NOON)
    a_post(desk.luna, desk.alice, caption="Lost", status="missed", reason="late")
    attempt(
        live, publish_id="v_pub_77", post_ids=["7301"], share_url="https://www.tiktok.com/@luna/video/7301"
    )

    page = words(desk, "post_history")

    assert shown(page, "Waits", "Out", "Lost") == ["Out", "Lost"]
    assert "v_pub_77" in page
    assert "7301" in page
    assert "Open on TikTok" in page
    assert ">12:00:00</time>" in page
    assert "Nothing was sent" in page


def test_the_history_is_filtered_by_outcome(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice, caption="Out", status="published")
    a_post(desk.luna, desk.alice, caption="Lost", status="missed", reason="late")

    assert shown(words(desk, "post_history", status="missed"), "Out", "Lost") == ["Lost"]
