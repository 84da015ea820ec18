"""What a table of posts shows, gathered once; the template only draws.

The table lists every post, the history those where our part is over, with what TikTok said about them. Both are one
filter (`post_filters`), one page of it (`keyset`) and what stands around them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Prefetch, prefetch_related_objects

from accounts.models import User
from accounts.permissions import Action, can
from accounts.templatetags.ui import LOOKS
from scheduler import keyset, overdue
from scheduler.keyset import Page
from scheduler.models import PostEvent, PublishAttempt, SavedFilter
from scheduler.post_filters import ATTENTION, OVER, SOONEST, STATUS_WORDS, Filters, of_query
from scheduler.states import PostStatus
from tiktok.models import TikTokAccount

if TYPE_CHECKING:
    from accounts.models import Membership, Workspace
    from scheduler.models import Post


class View(NamedTuple):
    """A named filter: one that everybody has, or with `saved` a person's own."""

    name: str
    filters: Filters
    saved: SavedFilter | None = None


OVER_ONLY = "over=1"
"""In the address of the export: only what the history lists."""

VIEWS = (
    View("All posts", Filters()),
    View("Coming up", Filters(status=PostStatus.SCHEDULED, order=SOONEST)),
    View("Drafts", Filters(status=PostStatus.DRAFT)),
    View("Needs you", Filters(status=ATTENTION)),
    View("Needs check", Filters(status=PostStatus.NEEDS_CHECK)),
)
OUTCOMES = (
    View("All outcomes", Filters()),
    *(View(LOOKS[status.value].word, Filters(status=status)) for status in OVER),
)


@dataclass
class PostList:
    """One page of the posts of `workspace` that match, for one member; `place` says which (`after`, `before`)."""

    membership: Membership
    filters: Filters
    place: Mapping[str, str]
    is_history: bool = False
    save_error: str = ""
    """Why the view could not be saved under the name that was typed."""

    @property
    def workspace(self) -> Workspace:
        return self.membership.workspace

    @property
    def address(self) -> str:
        """The name of the route of this list."""
        return "post_history" if self.is_history else "posts"

    @property
    def export_query(self) -> str:
        """What asks the export for the posts of this list."""
        return "&".join(part for part in (OVER_ONLY if self.is_history else "", self.filters.query) if part)

    @property
    def is_soonest(self) -> bool:
        return self.filters.order == SOONEST

    # --- the rows

    @cached_property
    def rows(self) -> Any:
        rows = self.filters.rows(self.workspace)
        return rows.filter(status__in=OVER) if self.is_history else rows

    @cached_property
    def page(self) -> Page:
        """A mark behind which nothing is left leads back to the first page."""
        soonest = self.is_soonest
        rows = self.rows.annotate(missed_at=overdue.missed_at())
        rows = rows.select_related("account", "media", "created_by")
        after, before = self.place.get("after", ""), self.place.get("before", "")
        page = keyset.page_of(rows, soonest=soonest, after=after, before=before)
        if not page.posts and (after or before):
            page = keyset.page_of(rows, soonest=soonest)
        self._fetch_beside(page.posts)
        return page

    def _fetch_beside(self, posts: list[Post]) -> None:
        prefetch_related_objects(posts, "images__media")
        if self.is_history:
            tries = PublishAttempt.objects.filter(workspace=self.workspace).defer("upload_url")
            prefetch_related_objects(posts, Prefetch("attempts", tries.order_by("-number"), to_attr="tries"))
            found = PostEvent.objects.filter(workspace=self.workspace, by__isnull=False)
            found = found.filter(status_to=PostStatus.PUBLISHED, detail__has_key="share_url")
            prefetch_related_objects(posts, Prefetch("events", found, to_attr="found"))

    @cached_property
    def count(self) -> int:
        return int(self.rows.count())

    # --- around them

    @cached_property
    def accounts(self) -> list[TikTokAccount]:
        rows = TikTokAccount.objects.filter(workspace=self.workspace)
        return list(rows.order_by("nickname", "username", "pk"))

    @cached_property
    def people(self) -> list[User]:
        return list(self.workspace.members.order_by("name", "email"))

    @cached_property
    def views(self) -> list[View]:
        if self.is_history:
            return list(OUTCOMES)
        own = SavedFilter.objects.filter(workspace=self.workspace, user=self.membership.user_id)
        return [*VIEWS, *(View(row.name, of_query(row.query), row) for row in own)]

    @cached_property
    def current(self) -> View | None:
        """The view that shows just this; of two that do, the person's own."""
        same = [view for view in self.views if view.filters.anyhow == self.filters.anyhow]
        return same[-1] if same else None

    @property
    def statuses(self) -> list[tuple[str, str]]:
        return list(STATUS_WORDS.items())

    @property
    def toggled(self) -> Filters:
        """The same in the other order."""
        return self.filters.ordered("" if self.is_soonest else SOONEST)

    @property
    def in_words(self) -> list[str]:
        """What the filter asks for, for the page that found nothing."""
        asked = self.filters
        names = {row.pk: row.display_name for row in self.accounts} | {
            row.pk: str(row) for row in self.people
        }
        words = [
            STATUS_WORDS.get(asked.status, ""),
            names.get(asked.account, "an account that is not here") if asked.account else "",
            f"by {names.get(asked.person, 'somebody who is not here')}" if asked.person else "",
            f"from {_day(asked.first)}" if asked.first else "",
            f"until {_day(asked.last)}" if asked.last else "",
            f"“{asked.text}”" if asked.text else "",
        ]
        return [word for word in words if word]

    # --- what the member may do

    @property
    def may_compose(self) -> bool:
        return can(self.membership, Action.COMPOSE)

    @property
    def may_publish(self) -> bool:
        return can(self.membership, Action.PUBLISH)

    @property
    def may_export(self) -> bool:
        return can(self.membership, Action.MANAGE)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
