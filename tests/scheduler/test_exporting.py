"""What leaves the workspace: whole, streamed, safe to open, without secrets, on record."""

from __future__ import annotations

import csv
import io
import json
import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from accounts.models import AuditEvent, Membership, User, Workspace
from accounts.scopes import current_scope
from accounts.tenancy import workspace_scope
from scheduler import authoring, exporting
from scheduler.exporting import FORMS, cell
from scheduler.post_filters import Filters
from scheduler.post_list import PostList
from tests.people import PASSWORD, age_proof, client_of, prove
from tests.scheduler.pages import address
from tests.scheduler.rows import attempt
from tests.scheduler.table_rows import NOON, a_draft, a_post, an_account, posts

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(harbour: Workspace, alice: User) -> SimpleNamespace:
    return SimpleNamespace(
        workspace=harbour, alice=alice, luna=an_account(harbour), browser=prove(client_of(alice))
    )


def export(desk: SimpleNamespace, form: str, query: str = "") -> Any:
    return desk.browser.post(f"{address(desk.workspace, 'posts_export')}?{query}", {"form": form})


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def table(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(answer).removeprefix("\ufeff"))))


def lines(answer: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text(answer).splitlines()]


def audited(workspace: Workspace) -> list[AuditEvent]:
    with workspace_scope(workspace):
        return list(AuditEvent.objects.filter(workspace=workspace, action="posts.exported"))


# --- cells


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =cmd", "＝1", "＠x"],  # noqa: RUF001
)
def test_what_a_spreadsheet_would_run_becomes_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("a=1", "a=1"),
        ("", ""),
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        (["a", "b"], "a; b"),
        ({}, ""),
    ],
)
def test_plain_values_stay_plain(value: object, told: str) -> None:
    assert cell(value) == told


# --- files


def test_a_post_is_a_row_with_its_instant_and_what_was_meant(desk: SimpleNamespace) -> None:
    post = a_post(
        desk.luna,
        desk.alice,
        caption='=HYPERLINK("x"), “ü”\n2',
        due_zone="Europe/Lisbon",
        due_local="2027-03-01T12:00:00",
        status="published",
        published_at=NOON,
    )
    attempt(post, post_ids=["7301", "7302"], share_url="https://www.tiktok.com/1")

    answer = export(desk, "posts")
    (row,) = table(answer)

    assert row["post"] == str(post.pk)
    assert row["caption"] == '\'=HYPERLINK("x"), “ü”\n2'
    assert (row["due_at_utc"], row["due_local"], row["due_zone"]) == (
        "2027-03-01T12:00:00.000Z",
        "2027-03-01T12:00:00",
        "Europe/Lisbon",
    )
    assert (row["account"], row["status"], row["written_by"]) == ("luna.bakes", "published", "Alice")
    assert (row["tiktok_post_ids"], row["share_url"]) == ("7301; 7302", "https://www.tiktok.com/1")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="harbour-social-')


def test_json_lines_hold_attempts_and_the_timeline(desk: SimpleNamespace) -> None:
    post = a_post(desk.luna, desk.alice, caption="=1 stays as written")
    attempt(post, publish_id="v_pub_1")
    with workspace_scope(desk.workspace):
        authoring.cancel(post=post, by=desk.alice)

    (row,) = lines(export(desk, "jsonl"))

    assert row["caption"] == "=1 stays as written"
    assert [each["publish_id"] for each in row["attempts"]] == ["v_pub_1"]
    assert [(each["event"], each["status_to"], each["by"]) for each in row["events"]] == [
        ("moved", "cancelled", "Alice")
    ]


def test_attempts_and_timelines_have_tables_of_their_own(desk: SimpleNamespace) -> None:
    post = a_post(desk.luna, desk.alice)
    attempt(post, publish_id="v_pub_1", code="=evil")
    with workspace_scope(desk.workspace):
        authoring.cancel(post=post, by=desk.alice)

    assert [(row["publish_id"], row["code"]) for row in table(export(desk, "attempts"))] == [
        ("v_pub_1", "'=evil")
    ]
    assert [row["event"] for row in table(export(desk, "events"))] == ["moved"]


@pytest.mark.parametrize("form", FORMS)
def test_no_export_holds_a_secret(desk: SimpleNamespace, form: str) -> None:
    attempt(a_post(desk.luna, desk.alice), upload_url=b"https://upload.CANARY")

    assert "CANARY" not in text(export(desk, form))


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_workspace_gives_a_readable_file(desk: SimpleNamespace, form: str) -> None:
    answer = export(desk, form)

    assert (lines if form == "jsonl" else table)(answer) == []


def test_every_post_is_in_it_once_however_many_reads_it_takes(
    desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "BATCH", 3)
    made = [*posts(desk.luna, desk.alice, 6), a_draft(desk.luna, desk.alice)]

    rows = lines(export(desk, "jsonl"))

    assert sorted(row["post"] for row in rows) == sorted(str(post.pk) for post in made)


def test_it_is_read_in_batches_and_outside_the_request(
    desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "BATCH", 2)
    posts(desk.luna, desk.alice, 3)

    member = Membership.objects.select_related("workspace").get(workspace=desk.workspace, user=desk.alice)
    stream = exporting.stream(FORMS["jsonl"], PostList(member, Filters(), {}))

    assert json.loads(next(stream))["account"] == "luna.bakes"
    assert current_scope() is None  # between two lines nothing is left open
    assert len(list(stream)) == 2


def test_another_workspaces_posts_are_never_in_it(
    desk: SimpleNamespace, elsewhere: Workspace, charlie: User
) -> None:
    a_post(an_account(elsewhere, "theirs"), charlie)

    assert lines(export(desk, "jsonl")) == []


def test_the_filter_of_the_address_holds_for_the_export(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice, caption="Rye")
    a_post(desk.luna, desk.alice, caption="Cake")

    assert [row["caption"] for row in table(export(desk, "posts", "text=rye"))] == ["Rye"]


def test_the_export_of_the_history_holds_what_the_history_lists(desk: SimpleNamespace) -> None:
    for status in ("scheduled", "published", "cancelled"):
        a_post(desk.luna, desk.alice, caption=f"Rye {status}", status=status)
    a_post(desk.luna, desk.alice, caption="Cake", status="published")
    history = desk.browser.get(address(desk.workspace, "post_history")).content.decode()
    [leads] = re.findall(r'href="([^"]+)">Export the history<', history)

    page = desk.browser.get(leads).content.decode()

    assert "Export 3 posts<" in page
    assert "Only posts that are over" in page
    assert 'action="?over=1"' in page
    captions = {row["caption"] for row in table(export(desk, "posts", "over=1&text=rye"))}
    assert captions == {"Rye published", "Rye cancelled"}
    assert audited(desk.workspace)[0].detail["filter"] == "over=1&text=rye"


# --- who, and on record


def test_every_export_is_on_record_and_looking_is_not(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice, caption="Rye")
    page = desk.browser.get(address(desk.workspace, "posts_export")).content.decode()
    assert "Export 1 post<" in page
    assert audited(desk.workspace) == []

    export(desk, "posts", "text=rye")

    (event,) = audited(desk.workspace)
    assert (event.by, event.target_id) == (desk.alice, str(desk.workspace.pk))
    assert event.detail == {"form": "posts", "filter": "text=rye", "posts": 1}


def test_who_has_not_given_a_password_for_five_minutes_is_asked_first(desk: SimpleNamespace) -> None:
    a_post(desk.luna, desk.alice, caption="Rye")
    age_proof(desk.browser, 301)
    asked = export(desk, "attempts", "text=rye")

    assert asked.status_code == 302
    assert asked["Location"].startswith("/reauthenticate/?next=")
    assert audited(desk.workspace) == []

    led = desk.browser.post(asked["Location"], {"password": PASSWORD, **next_of(asked)})
    page = desk.browser.get(led["Location"])
    assert page.context["chosen"].key == "attempts"
    assert "text=rye" in page.content.decode()
    assert "publish_id" in text(export(desk, "attempts", "text=rye"))


def test_looking_at_the_choice_needs_no_password(desk: SimpleNamespace) -> None:
    age_proof(desk.browser, 301)
    assert desk.browser.get(address(desk.workspace, "posts_export")).status_code == 200


def next_of(answer: Any) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(answer["Location"]).query))


def test_an_editor_may_not_export(desk: SimpleNamespace, bob: User) -> None:
    desk.browser = client_of(bob)

    assert export(desk, "posts").status_code == 403
    assert audited(desk.workspace) == []


def test_an_unknown_form_is_refused_with_a_sentence(desk: SimpleNamespace) -> None:
    answer = export(desk, "pdf")

    assert answer.status_code == 422
    assert "Choose what to export." in answer.content.decode()
    assert audited(desk.workspace) == []
