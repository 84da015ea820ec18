"""Everything a workspace knows about its posts, as text that leaves it: CSV for spreadsheets, JSON Lines for programs.

An export streams: it reads a few hundred posts at a time, by id, so that each is in it once whatever moves meanwhile.
What it says of a post is `export_rows`, and as a row to import again `export_list`; who may take it, and that it is on
record, is for the view and `record`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Prefetch

from accounts import audit
from accounts.tenancy import workspace_scope
from scheduler import export_list, export_rows
from scheduler.models import PostEvent, PublishAttempt
from scheduler.spreadsheets import harmless

if TYPE_CHECKING:
    from accounts.models import User, Workspace
    from scheduler.models import Post
    from scheduler.post_list import PostList

BATCH = 300
BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take the text for another encoding."""


@dataclass(frozen=True)
class Form:
    """One way to write an export: its words, the end of its file's name, its media type, its lines."""

    key: str
    label: str
    help: str
    suffix: str
    content_type: str
    lines: Callable[[Iterable[Post]], Iterator[str]]


def record(*, form: Form, table: PostList, by: User) -> None:
    """Put on record who takes what, before the first line leaves (R-56)."""
    with transaction.atomic():
        detail = {"form": form.key, "filter": table.export_query, "posts": table.count}
        audit.record(action="posts.exported", by=by, target=table.workspace, detail=detail)


def stream(form: Form, table: PostList) -> Iterator[str]:
    """The lines of the export of all posts of that list, each with its end.

    Runs after the request has left its scope, so it enters its own.
    """
    return form.lines(_posts(table))


def _posts(table: PostList) -> Iterator[Post]:
    last, workspace = None, table.workspace
    while True:
        with workspace_scope(workspace):
            rows = table.rows.order_by("pk")
            batch = list(_whole(rows.filter(pk__gt=last) if last else rows, workspace)[:BATCH])
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1].pk


def _whole(rows: Any, workspace: Workspace) -> Any:
    attempts = PublishAttempt.objects.filter(workspace=workspace).defer("upload_url").order_by("number")
    events = (
        PostEvent.objects.filter(workspace=workspace).select_related("by", "attempt").order_by("at", "pk")
    )
    return rows.select_related("workspace", "account", "media", "created_by", "consent_by").prefetch_related(
        "images__media",
        Prefetch("attempts", attempts.select_related("account"), to_attr="tries"),
        Prefetch("events", events.defer("attempt__upload_url"), to_attr="story"),
    )


# --- CSV


def cell(value: object) -> str:
    """One value as a spreadsheet may open it: text that it would take for a formula gets an apostrophe (R-71)."""
    return harmless(export_rows.as_text(value))


class _Line:
    """A file that keeps nothing: what is written comes back from `writerow`."""

    def write(self, text: str) -> str:
        return text


def csv_lines(columns: tuple[str, ...], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """A head and a line a row, every cell harmless."""
    writer = csv.writer(_Line(), quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK + writer.writerow(columns)
    for row in rows:
        yield writer.writerow([cell(row[name]) for name in columns])


def _table(
    columns: tuple[str, ...], rows_of: Callable[[Post], Iterable[Mapping[str, object]]]
) -> Callable[[Iterable[Post]], Iterator[str]]:
    def lines(posts: Iterable[Post]) -> Iterator[str]:
        return csv_lines(columns, (row for post in posts for row in rows_of(post)))

    return lines


# --- JSON Lines


def _json_lines(posts: Iterable[Post]) -> Iterator[str]:
    """One post a line, with its attempts and its events inside."""
    for post in posts:
        whole = {
            **export_rows.post_row(post),
            "attempts": list(export_rows.attempt_rows(post)),
            "events": list(export_rows.event_rows(post)),
        }
        yield json.dumps(whole, ensure_ascii=False, default=export_rows.as_text) + "\n"


CSV = "text/csv; charset=utf-8"
FORMS = {
    form.key: form
    for form in (
        Form(
            "jsonl",
            "Everything, as JSON Lines",
            "One post a line, with its attempts and its whole timeline inside. For programs.",
            "posts.jsonl",
            "application/x-ndjson; charset=utf-8",
            _json_lines,
        ),
        Form(
            "posts",
            "Posts, as CSV",
            "One post a row: content, settings, times, outcome, link. For spreadsheets, and to import again.",
            "posts.csv",
            CSV,
            _table(export_list.COLUMNS, lambda post: [export_list.list_row(post)]),
        ),
        Form(
            "attempts",
            "Attempts at TikTok, as CSV",
            "What TikTok's support asks for: publish_id, status, code, log_id. Without secrets.",
            "attempts.csv",
            CSV,
            _table(export_rows.ATTEMPT_COLUMNS, export_rows.attempt_rows),
        ),
        Form(
            "events",
            "Timelines, as CSV",
            "Who or what did what to which post, and when.",
            "timelines.csv",
            CSV,
            _table(export_rows.EVENT_COLUMNS, export_rows.event_rows),
        ),
    )
}
"""By the name that the page sends."""
