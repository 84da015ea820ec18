"""What the analytics page shows, gathered once; the template only draws.

Its posts are those published in the period, its sums and its line are theirs: what a month's work earned, not what
everything ever posted did. Followers are the account's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch

from accounts.permissions import Action, can
from scheduler import times
from scheduler.analytics import counts, days, obstacles
from scheduler.analytics.asked import CHARTS, FOLLOWERS, ORDERS, PERIODS, PUBLISHED, Asked
from scheduler.analytics.chart import Chart, Point
from scheduler.clock import database_now
from scheduler.models import Post, PublishAttempt
from scheduler.states import PostStatus, Stage
from tiktok.models import AccountStatus, TikTokAccount

if TYPE_CHECKING:
    from accounts.models import Membership, Workspace
    from scheduler.analytics.counts import Measured, Tally
    from scheduler.analytics.obstacles import Obstacle

ROWS = 50
TITLES = {name: name.capitalize() for name in CHARTS}
NOTHING = counts.Tally()


class Tile(NamedTuple):
    """One sum, which is also the way to its chart. `sum` None: never measured."""

    name: str
    title: str
    sum: int | None
    grown: int | None
    query: str
    is_shown: bool


class Row(NamedTuple):
    """One post of the table, and why it has no numbers where it has none."""

    post: Post
    tally: Tally
    why: str


@dataclass
class AnalyticsPage:
    """One rendering for one member."""

    membership: Membership
    asked: Asked
    number: str = "1"
    """Of the page of the table."""
    only: UUID | None = None
    """One post, whenever it went out, for the file of its numbers."""

    @property
    def workspace(self) -> Workspace:
        return self.membership.workspace

    @cached_property
    def now(self) -> datetime:
        return database_now()

    @cached_property
    def last(self) -> date:
        return times.day_in(self.now, self.workspace.time_zone)

    @property
    def first(self) -> date:
        return self.last - timedelta(days=self.asked.days - 1)

    @cached_property
    def begins(self) -> datetime:
        return times.day_bounds(self.first, self.workspace.time_zone)[0]

    # --- what is looked at

    @cached_property
    def accounts(self) -> list[TikTokAccount]:
        """Those to choose from: a disconnected one as long as it has posts of the period."""
        rows = TikTokAccount.objects.filter(workspace=self.workspace).order_by("nickname", "username", "pk")
        posted = set(self._published().values_list("account_id", flat=True))
        return [row for row in rows if row.status != AccountStatus.DISCONNECTED or row.pk in posted]

    @property
    def chosen(self) -> list[TikTokAccount]:
        return [row for row in self.accounts if self.asked.account in {None, row.pk}]

    @property
    def account(self) -> TikTokAccount | None:
        """The one that was asked for."""
        return next((row for row in self.accounts if row.pk == self.asked.account), None)

    @property
    def posts(self) -> Any:
        """The published posts of the period, in no order."""
        posts = self._published()
        return posts.filter(account=self.asked.account) if self.asked.account else posts

    @cached_property
    def published_at(self) -> dict[UUID, datetime]:
        return dict(self.posts.values_list("pk", "published_at"))

    def _published(self) -> Any:
        posts = Post.objects.filter(
            workspace=self.workspace, status=PostStatus.PUBLISHED, account__isnull=False
        )
        return posts.filter(pk=self.only) if self.only else posts.filter(published_at__gte=self.begins)

    # --- what was measured

    @cached_property
    def of_posts(self) -> list[Measured]:
        return counts.of_posts(self.published_at, self.workspace)

    @cached_property
    def of_accounts(self) -> list[Measured]:
        return counts.of_accounts([row.pk for row in self.chosen], self.workspace, since=self.begins)

    @cached_property
    def tallies(self) -> dict[UUID, Tally]:
        return counts.tallies(self.of_posts)

    @cached_property
    def measured_at(self) -> datetime | None:
        """When anything here was counted last."""
        return max((each.at for each in (*self.of_posts, *self.of_accounts) if each.is_shown), default=None)

    @cached_property
    def audience(self) -> dict[str, int]:
        """Followers, likes and videos of the chosen accounts themselves."""
        return counts.total(tally.counts for tally in counts.tallies(self.of_accounts).values())

    @cached_property
    def without(self) -> int:
        """Posts of the period that have no numbers."""
        return sum(not self._tally(post_id).counts for post_id in self.published_at)

    # --- sums and line

    @cached_property
    def tiles(self) -> list[Tile]:
        sums = counts.total(tally.counts for tally in self.tallies.values())
        known = sums | {FOLLOWERS: self.audience.get(FOLLOWERS)}
        return [
            Tile(
                name,
                TITLES[name],
                known.get(name),
                self._grown(name),
                self.asked.but(chart=name),
                self.asked.chart == name,
            )
            for name in CHARTS
        ]

    def _grown(self, name: str) -> int | None:
        """By how much followers changed within the period; nothing of what began in it."""
        line = self._days(name) if name == FOLLOWERS else []
        return line[-1][1] - line[0][1] if len(line) > 1 else None

    @property
    def chart_title(self) -> str:
        return TITLES[self.asked.chart]

    @cached_property
    def line(self) -> list[tuple[date, int]]:
        """The numbers behind the line."""
        return self._days(self.asked.chart)

    @cached_property
    def chart(self) -> Chart | None:
        """The line of what was asked for; None before anything was measured."""
        points = [Point(self._end_of(day), count) for day, count in self.line]
        if not points:
            return None
        return Chart(points, self._end_of(self.first), self.now, from_zero=self.asked.chart != FOLLOWERS)

    def _days(self, name: str) -> list[tuple[date, int]]:
        between = {"first": self.first, "last": self.last}
        if name == FOLLOWERS:
            return counts.day_by_day(self.of_accounts, name, **between)
        return days.of_posts(self.published_at, self.workspace, name, **between)

    def _end_of(self, day: date) -> datetime:
        """Its last second, so that the axis names the day itself; of today, now."""
        return min(self.now, times.day_bounds(day, self.workspace.time_zone)[1] - timedelta(seconds=1))

    # --- the table

    @cached_property
    def table(self) -> Page:
        """One page of the posts' ids, in the order that was asked for; those without numbers come last."""
        return Paginator(self._ordered(), ROWS).get_page(self.number)

    @property
    def rows(self) -> list[Row]:
        """The posts of that page."""
        rows = Post.objects.filter(workspace=self.workspace, pk__in=list(self.table))
        tries = PublishAttempt.objects.filter(workspace=self.workspace, stage=Stage.LIVE).defer("upload_url")
        rows = rows.select_related("account__workspace", "media").prefetch_related(
            "images__media", Prefetch("attempts", tries, to_attr="live")
        )
        by_id = {post.pk: post for post in rows}
        return [self._row(by_id[pk]) for pk in self.table if pk in by_id]

    def _ordered(self) -> list[UUID]:
        column, sign = self.asked.column, -1 if self.asked.is_descending else 1

        def place(post_id: UUID) -> tuple[bool, float, str]:
            count = (
                self.published_at[post_id].timestamp()
                if column == PUBLISHED
                else self._tally(post_id).counts.get(column)
            )
            return count is None, sign * (count or 0), str(post_id)

        return sorted(self.published_at, key=place)

    def _row(self, post: Post) -> Row:
        tally = self._tally(post.pk)
        return Row(post, tally, obstacles.of_post(post, tally))

    def _tally(self, post_id: UUID) -> Tally:
        return self.tallies.get(post_id, NOTHING)

    @property
    def columns(self) -> list[tuple[str, str, str]]:
        """Name, word and address of each column that can be sorted by."""
        return [(name, name.capitalize(), self.asked.sorted_by(name)) for name in ORDERS]

    # --- around them

    @cached_property
    def obstacles(self) -> list[Obstacle]:
        return obstacles.of_accounts(self.chosen)

    @property
    def periods(self) -> list[tuple[int, str]]:
        return [(days, self.asked.but(days=days)) for days in PERIODS]

    @property
    def may_connect(self) -> bool:
        return can(self.membership, Action.CONNECT)

    @property
    def may_export(self) -> bool:
        return can(self.membership, Action.MANAGE)
