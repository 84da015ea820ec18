"""The page of numbers, its export, and the panel of a post: what they say, and to whom."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler.analytics import exports
from scheduler.clock import database_now
from scheduler.models import Reading
from tests.factories import make_media, make_post
from tests.people import age_proof, client_of, join, make_person, prove
from tests.scheduler.accounts import plain_account
from tests.scheduler.analytics.rows import measure, measure_account, published
from tests.scheduler.pages import address

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ALL = ["user.info.basic", "video.publish", "video.list", "user.info.stats"]


@pytest.fixture(autouse=True)
def asked_for(settings) -> None:
    settings.TIKTOK_SCOPES = ALL
    settings.TIKTOK_CLIENT_KEY, settings.TIKTOK_CLIENT_SECRET = "key", "secret"


@pytest.fixture
def luna(harbour):
    return allow(plain_account(harbour, "luna.bakes"), ALL)


@pytest.fixture
def browser(alice) -> Client:
    return prove(client_of(alice))


def allow(account, scopes):
    account.scopes = scopes
    with workspace_scope(account.workspace_id):
        account.save()
    return account


def see(browser: Client, workspace, query: str = "", **headers):
    return browser.get(f"{address(workspace, 'analytics')}?{query}", headers=headers)


def captions(page) -> list[str]:
    shown = page.context["page"]
    with workspace_scope(shown.workspace):
        return [row.post.caption for row in shown.rows]


def tiles(page) -> dict[str, int | None]:
    return {tile.name: tile.sum for tile in page.context["page"].tiles}


def test_posts_of_the_period_are_summed_and_listed(browser, harbour, luna, alice):
    for days, caption, views in ((2, "Loaf", 12_304), (20, "Rye", 96), (60, "Old", 5)):
        post = published(luna, alice, ago=days * DAY, caption=caption)
        measure(post, views, 10, 3, 1)
    measure_account(luna, 100, ago=6 * DAY)
    measure_account(luna, 132, likes=900, videos=7)

    page = see(browser, harbour)

    assert tiles(page) == {"views": 12_400, "likes": 20, "comments": 6, "shares": 2, "followers": 132}
    assert captions(page) == ["Loaf", "Rye"]
    assertContains(page, "2 posts published in the last 28 days.")
    assertContains(page, "12,400")
    assertContains(page, "+32 in 28 days")
    assertContains(page, "900 likes on 7 public videos")
    assertContains(page, "Lisbon time")
    assertContains(page, 'role="img" aria-label="Views: ')
    assert captions(see(browser, harbour, "days=90")) == ["Loaf", "Rye", "Old"]
    assert captions(see(browser, harbour, "days=7")) == ["Loaf"]


def test_nothing_measured_is_said_and_never_shown_as_zero(browser, harbour, luna, alice):
    published(luna, alice, ago=timedelta(minutes=20))
    page = see(browser, harbour)
    assert set(tiles(page).values()) == {None}
    assertContains(page, "Nothing was measured yet.")
    assertContains(page, "1 without numbers")
    assertContains(page, "Not counted yet")
    assertContains(page, "within the hour after they are public")
    assertNotContains(page, 'class="chart"')


def test_a_zero_that_tiktok_told_is_a_zero(browser, harbour, luna, alice):
    measure(published(luna, alice, ago=DAY), 0, 0, 0, 0)
    assert tiles(see(browser, harbour))["views"] == 0


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ["Rye", "Loaf", "Bun"]),
        ("published", ["Bun", "Loaf", "Rye"]),
        ("-views", ["Loaf", "Rye", "Bun"]),
        ("views", ["Rye", "Loaf", "Bun"]),
        ("nonsense", ["Rye", "Loaf", "Bun"]),
    ],
)
def test_the_table_is_sorted_and_posts_without_numbers_come_last(browser, harbour, luna, alice, sort, order):
    for days, caption, views in ((1, "Rye", 5), (2, "Loaf", 50), (3, "Bun", None)):
        post = published(luna, alice, ago=days * DAY, caption=caption)
        if views:
            measure(post, views)
    page = see(browser, harbour, f"sort={sort}")
    assert captions(page) == order
    assertContains(page, "aria-sort", count=1)


def test_one_account_can_be_chosen(browser, harbour, luna, alice):
    fern = allow(plain_account(harbour, "fernandfold"), ALL)
    for account, caption in ((luna, "Loaf"), (fern, "Fern")):
        measure(published(account, alice, ago=DAY, caption=caption), 10)
    assert captions(see(browser, harbour, f"account={fern.pk}")) == ["Fern"]
    assert tiles(see(browser, harbour))["views"] == 20
    assert len(captions(see(browser, harbour, "account=nobody"))) == 2


def test_htmx_gets_the_part_that_changes(browser, harbour, luna):
    part = see(browser, harbour, hx_request="true").content.decode()
    assert 'id="numbers"' in part
    assert "<!doctype html>" not in part


def test_another_workspaces_numbers_are_not_there(browser, harbour, luna, charlie, elsewhere):
    theirs = allow(plain_account(elsewhere, "fernandfold"), ALL)
    measure(published(theirs, charlie, ago=DAY, caption="Theirs"), 99)
    measure_account(theirs, 5_000)
    page = see(browser, harbour, f"account={theirs.pk}")
    assertNotContains(page, "Theirs")
    assert set(tiles(page).values()) == {None}


def test_a_month_of_many_posts_takes_as_many_queries_as_one(browser, harbour, luna, alice):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            see(browser, harbour)
        return len(asked)

    def count(number: int) -> None:
        measure(published(luna, alice, ago=(1 + number) * DAY, ids=(str(number),)), 5, video_id=str(number))

    count(0)
    of_one = queries()
    for number in range(1, 12):
        count(number)
    assert queries() == of_one


# --- why there are none


def test_a_permission_that_was_not_given_is_told_with_one_way_to_give_it(browser, harbour, luna):
    allow(luna, ["user.info.basic", "video.publish"])
    page = see(browser, harbour)
    assertContains(page, "Luna Bakes didn&#x27;t allow us to read its public videos", count=1)
    assertContains(page, "Reconnect and allow it", count=1)
    assertNotContains(page, "follower count, so")


def test_followers_alone_may_be_missing(browser, harbour, luna):
    allow(luna, ["user.info.basic", "video.list"])
    assertContains(see(browser, harbour), "didn&#x27;t allow us to read its follower count")


def test_a_server_that_does_not_ask_says_who_can_change_that(browser, harbour, luna, settings):
    settings.TIKTOK_SCOPES = ["user.info.basic", "video.publish"]
    allow(luna, settings.TIKTOK_SCOPES)
    allow(plain_account(harbour, "fernandfold"), settings.TIKTOK_SCOPES)
    page = see(browser, harbour)
    assertContains(page, "This server doesn&#x27;t ask creators", count=1)
    assertContains(page, "TIKTOK_SCOPES")
    assertNotContains(page, "Reconnect and allow it")


def test_an_account_without_connection_says_so(browser, harbour, luna):
    luna.status, luna.status_reason = "needs_reconnect", "refresh_refused"
    allow(luna, ALL)
    page = see(browser, harbour)
    assertContains(page, "Luna Bakes needs reconnecting, so nothing new is counted.")


def refuse(account, **columns) -> None:
    with workspace_scope(account.workspace_id):
        Reading.objects.create(
            workspace_id=account.workspace_id,
            account=account,
            next_at=database_now(),
            refused_at=database_now(),
            log_id="LOG7",
            **columns,
        )


def test_a_permission_that_tiktok_says_is_gone_is_missing(browser, harbour, luna):
    refuse(luna, scope="video.list", code="scope_not_authorized")
    assertContains(see(browser, harbour), "didn&#x27;t allow us to read its public videos")
    luna.connected_at = database_now() + DAY
    allow(luna, ALL)
    assertNotContains(see(browser, harbour), "didn&#x27;t allow us to read its public videos")


def test_trouble_at_tiktok_is_told_with_its_time_and_log_id(browser, harbour, luna):
    refuse(luna, scope="video.list", code="rate_limit_exceeded")
    page = see(browser, harbour)
    assertContains(
        page, "TikTok didn&#x27;t tell us the numbers of Luna Bakes. We ask again within the hour."
    )
    assertContains(page, "LOG7")
    assertNotContains(page, "Reconnect</button>")


def test_a_viewer_sees_the_sentence_and_who_can_help_but_no_button(harbour, luna):
    allow(luna, ["user.info.basic"])
    viewer = make_person("Vera")
    join(harbour, viewer, Role.VIEWER)
    page = see(client_of(viewer), harbour)
    assertContains(page, "An owner or admin can connect it again.")
    assertNotContains(page, "Reconnect and allow it")
    assertNotContains(page, "as CSV")


def test_without_accounts_there_is_a_way_to_the_first(browser, harbour):
    assertContains(see(browser, harbour), "No numbers yet")


# --- as a file


def export(browser: Client, workspace, form: str, query: str = "") -> list[dict[str, str]]:
    answer = browser.post(f"{address(workspace, 'analytics_export')}?{query}", {"form": form})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_post_with_its_last_numbers_is_a_row_and_never_a_formula(browser, harbour, luna, alice):
    post = published(luna, alice, ago=2 * DAY, caption="=HYPERLINK(1)")
    measure(post, 5, 4, 3, 2, ago=DAY)
    measure(post, 9, 4, None, 2)
    published(luna, alice, ago=DAY, caption="Uncounted")
    first, second = export(browser, harbour, "posts")
    assert first["caption"] == "'=HYPERLINK(1)"
    assert [first[name] for name in ("account", "views", "likes", "comments", "shares")] == [
        *("luna.bakes", "9", "4", "", "2")
    ]
    assert first["measured_at_utc"].endswith("Z")
    assert (second["views"], second["measured_at_utc"]) == ("", "")


def test_every_measurement_is_a_row(browser, harbour, luna, alice):
    post = published(luna, alice, ago=2 * DAY)
    measure(post, 5, ago=DAY)
    measure(post)
    rows = export(browser, harbour, "measurements")
    assert [(row["shown"], row["views"]) for row in rows] == [("yes", "5"), ("no", "")]
    assert {row["tiktok_video_id"] for row in rows} == {"id 71"}  # digits alone a spreadsheet would round


def test_an_export_is_read_some_posts_at_a_time(browser, harbour, luna, alice, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 2)
    for number in range(5):
        measure(published(luna, alice, ago=(5 - number) * DAY, caption=str(number)), number)
    assert [row["views"] for row in export(browser, harbour, "posts")] == list("01234")
    assert [row["caption"] for row in export(browser, harbour, "measurements")] == list("01234")


def test_accounts_are_rows(browser, harbour, luna):
    measure_account(luna, 100, likes=5)
    [row] = export(browser, harbour, "accounts", "days=7")
    assert (row["account"], row["followers"], row["likes"], row["videos"]) == ("luna.bakes", "100", "5", "")


def test_an_export_asks_for_a_password_that_was_not_given_lately(browser, harbour, luna):
    age_proof(browser, 301)
    answer = browser.post(f"{address(harbour, 'analytics_export')}?days=7", {"form": "posts"})
    back = f"{address(harbour, 'analytics')}?days=7"
    assert answer["Location"] == f"/reauthenticate/?{urlencode({'next': back})}"
    with workspace_scope(harbour):
        assert not AuditEvent.objects.filter(action="numbers.exported").exists()


def test_an_export_is_on_record(browser, harbour, luna, alice):
    export(browser, harbour, "posts", "days=7")
    with workspace_scope(harbour):
        event = AuditEvent.objects.get(action="numbers.exported")
    assert (event.by, event.detail) == (alice, {"form": "posts", "filter": "days=7"})


def test_an_editor_may_not_take_them_out(harbour, bob, luna):
    answer = client_of(bob).post(address(harbour, "analytics_export"), {"form": "posts"})
    assert answer.status_code == 403


def test_an_unknown_form_shows_the_page(browser, harbour, luna):
    assert browser.post(address(harbour, "analytics_export"), {"form": "x"}).status_code == 422


# --- on the page of a post


def panel(browser: Client, post):
    return browser.get(address(post.workspace, "post_detail", post.pk))


def test_a_published_post_shows_its_views_over_time(browser, harbour, luna, alice):
    post = published(luna, alice, ago=2 * DAY)
    for days, views in ((1, 1_200), (0, 3_400)):
        measure(post, views, 30, 20, 10, ago=days * DAY)
    page = panel(browser, post)
    assertContains(page, 'aria-label="Views: 1,200 on ')
    assertContains(page, "<dd>3,400</dd>")
    assertContains(page, "Views at each measurement")


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("views", 1200, 3400), ("likes", 30, 60), ("comments", 20, 40), ("shares", 7, 9)],
)
def test_each_count_of_a_post_has_its_line_and_its_table(browser, harbour, luna, alice, name, first, last):
    post = published(luna, alice, ago=2 * DAY)
    measure(post, 1200, 30, 20, 7, ago=DAY)
    measure(post, 3400, 60, 40, 9)
    page = browser.get(f"{address(harbour, 'post_detail', post.pk)}?numbers={name}")
    word = name.capitalize()
    assertContains(page, f'<a href="?numbers={name}#earned" aria-current="true">{word}</a>')
    assertContains(page, f'aria-label="{word}: {first:,} on ')
    assertContains(page, f"{word} at each measurement")
    assertContains(page, f"<td>{last:,}</td>")


def test_a_count_that_was_never_told_has_no_line(browser, harbour, luna, alice):
    post = published(luna, alice, ago=2 * DAY)
    measure(post, 5, ago=DAY)
    page = browser.get(f"{address(harbour, 'post_detail', post.pk)}?numbers=shares")
    assertContains(page, "TikTok has not told its shares yet.")
    assertContains(browser.get(f"{address(harbour, 'post_detail', post.pk)}?numbers=x"), "Views at each")


def test_the_measurements_of_one_post_are_a_file_however_old_it_is(browser, harbour, luna, alice):
    old = published(luna, alice, ago=200 * DAY, caption="Old")
    measure(old, 5, ago=190 * DAY)
    measure(published(luna, alice, ago=DAY, caption="New"), 7)
    assertContains(panel(browser, old), f"?post={old.pk}")
    rows = export(browser, harbour, "measurements", f"post={old.pk}")
    assert [(row["caption"], row["views"]) for row in rows] == [("Old", "5")]
    with workspace_scope(harbour):
        event = AuditEvent.objects.get(action="numbers.exported")
    assert event.detail == {"form": "measurements", "filter": f"post={old.pk}"}


def test_the_file_of_one_post_asks_for_a_password_and_leads_back_to_it(browser, harbour, luna, alice):
    post = published(luna, alice, ago=DAY)
    age_proof(browser, 301)
    answer = browser.post(f"{address(harbour, 'analytics_export')}?post={post.pk}", {"form": "measurements"})
    back = address(harbour, "post_detail", post.pk)
    assert answer["Location"] == f"/reauthenticate/?{urlencode({'next': back})}"


def test_another_workspaces_post_is_an_empty_file(browser, harbour, luna, charlie, elsewhere):
    theirs = published(plain_account(elsewhere, "theirs"), charlie, ago=DAY)
    measure(theirs, 5)
    assert export(browser, harbour, "measurements", f"post={theirs.pk}") == []


def test_who_may_not_export_sees_no_button(harbour, bob, luna, alice):
    post = published(luna, alice, ago=DAY)
    measure(post, 5)
    assertNotContains(panel(client_of(bob), post), "as CSV")


def test_a_post_that_is_not_public_says_why_it_has_no_numbers(browser, luna, alice):
    post = published(luna, alice, ago=DAY, ids=(), privacy_level="SELF_ONLY")
    assertContains(panel(browser, post), "Not public: TikTok counts public posts only")


def test_a_post_that_tiktok_hides_keeps_its_last_numbers_and_says_so(browser, luna, alice):
    post = published(luna, alice, ago=3 * DAY)
    measure(post, 50, ago=2 * DAY)
    measure(post)
    page = panel(browser, post)
    assertContains(page, "<dd>50</dd>")
    assertContains(page, "TikTok shows it no longer")


def test_a_post_of_an_account_that_allows_no_numbers_leads_to_the_permission(browser, luna, alice):
    post = published(luna, alice, ago=DAY)
    allow(luna, ["user.info.basic", "video.publish"])
    assertContains(panel(browser, post), "Reconnect and allow it")


def test_a_post_that_has_not_gone_out_has_no_numbers(browser, harbour, luna, alice):
    post = make_post(luna, make_media(harbour), alice, due_in=DAY)
    assertNotContains(panel(browser, post), "Numbers</h2>")
