"""The numbers as CSV: each post with its last ones, or every measurement as it was made.

Cells are escaped as in every export (`scheduler.exporting`); it streams, and leaves its mark in the audit log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from accounts import audit
from accounts.tenancy import workspace_scope
from scheduler.analytics.page import AnalyticsPage
from scheduler.export_rows import Row, instant
from scheduler.exporting import csv_lines
from scheduler.models import COUNTED, AccountNumbers, Post, PostNumbers

if TYPE_CHECKING:
    from accounts.models import User

BATCH = 200
POST = ("post", "account", "published_at_utc", "caption")


@dataclass(frozen=True)
class Form:
    """One way to take the numbers out."""

    key: str
    label: str
    suffix: str
    columns: tuple[str, ...]
    keys: Callable[[AnalyticsPage], list[UUID]]
    rows: Callable[[AnalyticsPage, list[UUID]], Iterator[Row]]


def record(page: AnalyticsPage, form: Form, *, by: User) -> None:
    """Put on record who takes what, before the first line leaves (R-56)."""
    with transaction.atomic():
        asked = f"post={page.only}" if page.only else page.asked.query
        detail = {"form": form.key, "filter": asked}
        audit.record(action="numbers.exported", by=by, target=page.workspace, detail=detail)


def stream(page: AnalyticsPage, form: Form) -> Iterator[str]:
    """The lines, each with its end."""
    return csv_lines(form.columns, _rows(page, form))


def _rows(page: AnalyticsPage, form: Form) -> Iterator[Row]:
    """Some at a time. Runs after the request has left its scope, so it enters its own, and leaves it to yield."""
    with workspace_scope(page.workspace):
        keys = form.keys(page)
    for start in range(0, len(keys), BATCH):
        with workspace_scope(page.workspace):
            rows = list(form.rows(page, keys[start : start + BATCH]))
        yield from rows


def _post_keys(page: AnalyticsPage) -> list[UUID]:
    return sorted(page.published_at, key=lambda key: (page.published_at[key], key))


def _account_keys(page: AnalyticsPage) -> list[UUID]:
    return [account.pk for account in page.chosen]


def _posts(page: AnalyticsPage, keys: list[UUID]) -> Iterator[Row]:
    for post in _rows_of(page, keys).order_by("published_at", "pk"):
        tally = page.tallies.get(post.pk)
        numbers: Row = {name: tally.counts.get(name) if tally else None for name in COUNTED}
        yield _of_post(post) | numbers | {"measured_at_utc": instant(tally.measured_at if tally else None)}


def _measurements(page: AnalyticsPage, keys: list[UUID]) -> Iterator[Row]:
    posts = _rows_of(page, keys).in_bulk()  # each once, however often it was measured
    rows = PostNumbers.objects.filter(workspace=page.workspace, post__in=keys)
    for row in rows.order_by("post__published_at", "post", "measured_at", "pk"):
        yield {
            **_of_post(posts[row.post_id]),
            "tiktok_video_id": f"id {row.video_id}",  # digits alone a spreadsheet rounds
            "measured_at_utc": instant(row.measured_at),
            "shown": row.is_shown,
            **{name: getattr(row, name) for name in COUNTED},
        }


def _accounts(page: AnalyticsPage, keys: list[UUID]) -> Iterator[Row]:
    rows = AccountNumbers.objects.filter(workspace=page.workspace, account__in=keys)
    rows = rows.filter(measured_at__gte=page.begins).select_related("account")
    for row in rows.order_by("account", "measured_at", "pk"):
        yield {
            "account": row.account.username,
            "measured_at_utc": instant(row.measured_at),
            **{name: getattr(row, name) for name in OF_ACCOUNT},
        }


def _rows_of(page: AnalyticsPage, keys: list[UUID]) -> Any:
    return Post.objects.filter(workspace=page.workspace, pk__in=keys).select_related("account")


def _of_post(post: Post) -> Row:
    return {
        "post": post.pk,
        "account": post.account.username if post.account else "",
        "published_at_utc": instant(post.published_at),
        "caption": post.caption,
    }


OF_ACCOUNT = ("followers", "following", "likes", "videos")
FORMS = {
    form.key: form
    for form in (
        Form("posts", "Posts", "post-numbers.csv", (*POST, *COUNTED, "measured_at_utc"), _post_keys, _posts),
        Form(
            "measurements",
            "Every measurement",
            "measurements.csv",
            (*POST, "tiktok_video_id", "measured_at_utc", "shown", *COUNTED),
            _post_keys,
            _measurements,
        ),
        Form(
            "accounts",
            "Accounts",
            "account-numbers.csv",
            ("account", "measured_at_utc", *OF_ACCOUNT),
            _account_keys,
            _accounts,
        ),
    )
}
"""By the name that the page sends."""
