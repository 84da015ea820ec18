"""Pages of posts by time that cost the same wherever they are: each starts at a mark, never at a count of rows.

Posts without a time stand after all others, or before them in the reverse order, which is how the index on
`(workspace, due_at)` holds them; so both orders read only the rows they show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

if TYPE_CHECKING:
    from scheduler.models import Post

PAGE = 50


@dataclass(frozen=True)
class Mark:
    """A place between two rows: beside the post of that time and id."""

    due_at: datetime | None
    pk: UUID

    @classmethod
    def of(cls, post: Post) -> Mark:
        return cls(post.due_at, post.pk)

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """As `str` writes it; None for anything else."""
        when, _, pk = text.partition("~")
        try:
            due_at = datetime.fromisoformat(when) if when else None
            return cls(due_at, UUID(pk)) if due_at is None or due_at.tzinfo else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.due_at.isoformat() if self.due_at else ''}~{self.pk}"


@dataclass(frozen=True)
class Page:
    """Some posts in their order, and the marks of the pages before and after; empty where there is none."""

    posts: list[Post]
    before: str = ""
    after: str = ""


def page_of(rows: Any, *, soonest: bool, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """The page that follows the mark `after`, or the one that ends at `before`; without either, the first.

    `rows` is an unordered query of posts. One query, or two where the page holds posts with and without a time.
    """
    start, end = Mark.read(after), Mark.read(before)
    if start is None and end is not None:
        posts = _walk(rows, up=not soonest, mark=end, count=size + 1)
        more, shown = len(posts) > size, posts[:size][::-1]
        return _page(shown, before=more, after=True)
    posts = _walk(rows, up=soonest, mark=start, count=size + 1)
    return _page(posts[:size], before=start is not None, after=len(posts) > size)


def _page(posts: list[Post], *, before: bool, after: bool) -> Page:
    if not posts:
        return Page([])
    return Page(posts, str(Mark.of(posts[0])) * before, str(Mark.of(posts[-1])) * after)


def _walk(rows: Any, *, up: bool, mark: Mark | None, count: int) -> list[Post]:
    """The next posts after the mark, upwards in time or downwards."""
    parts = [_dated(rows, up, mark), _undated(rows, up, mark)]
    found: list[Post] = []
    for part in parts if up else parts[::-1]:
        if part is not None and len(found) < count:
            found += part[: count - len(found)]
    return found


def _dated(rows: Any, up: bool, mark: Mark | None) -> Any:
    """Those with a time that come after the mark; None where the walk has passed them all."""
    rows = rows.filter(due_at__isnull=False).order_by(*_by(up, "due_at", "pk"))
    if mark is None:
        return rows
    if mark.due_at is None:
        return None if up else rows
    way = _way(up)
    beyond = Q(**{f"due_at__{way}": mark.due_at}) | Q(**{"due_at": mark.due_at, f"pk__{way}": mark.pk})
    return rows.filter(beyond, **{f"due_at__{way}e": mark.due_at})  # the second bounds the index


def _undated(rows: Any, up: bool, mark: Mark | None) -> Any:
    rows = rows.filter(due_at__isnull=True).order_by(*_by(up, "pk"))
    if mark is None:
        return rows
    if mark.due_at is not None:
        return rows if up else None
    return rows.filter(**{f"pk__{_way(up)}": mark.pk})


def _way(up: bool) -> str:
    return "gt" if up else "lt"


def _by(up: bool, *names: str) -> list[str]:
    return [name if up else f"-{name}" for name in names]
