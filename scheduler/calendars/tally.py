"""How many posts stand in each place of a calendar, and as many of them as a page can hold.

Two queries, however many posts there are: one counts, by place and status; one fetches so many cards of each place
that the page holds `MOST` at most. A place is a row and a day of the board.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    Count,
    F,
    FilteredRelation,
    Model,
    Prefetch,
    Q,
    Sum,
    Value,
    When,
    Window,
    prefetch_related_objects,
)
from django.db.models.functions import ExtractHour, RowNumber, TruncDate

from scheduler import overdue, times
from scheduler.calendars.asked import Group, View
from scheduler.models import Post, PublishAttempt
from scheduler.states import ENGINE_DRIVEN, OPEN_STAGES, PostStatus
from scheduler.under_way import FETCHING, LONG

if TYPE_CHECKING:
    from accounts.models import Workspace
    from scheduler.calendars.asked import Asked
    from tiktok.models import TikTokAccount

MOST = 400
"""Cards on one page (ui.md 7); the rest is behind "+n more"."""

HOLD = "hold"
SOON = timedelta(minutes=1)

STEPS = Case(
    *(When(sending__stage=stage, then=Value(step)) for step, stage in enumerate(OPEN_STAGES, start=1))
)
PROGRESS = {
    "stages": Sum(STEPS),
    "chunks": Sum("sending__chunks_sent"),
    "fetched": Sum("sending__tiktok_bytes"),
    "fetching": Count("sending__pk", filter=Q(sending__tiktok_status=FETCHING)),
    "slow": Count("sending__pk", filter=Q(next_step_at__gt=F("sending__commit_intent_at") + LONG)),
}
"""What of the attempts on their way a card shows. A post has one open attempt at most, so no row is counted twice."""

Place = tuple[Any, date]
"""Row of the board (an account's id, an hour, or nothing) and day."""


@dataclass(frozen=True)
class Share:
    """Posts of one place and one look (`accounts.templatetags.ui.LOOKS`)."""

    place: Place
    account_id: Any
    look: str
    number: int
    near: int
    """Those that are due within a minute, or were."""


class Tally:
    """The posts of a span of days in one workspace, counted when made."""

    def __init__(self, workspace: Workspace, asked: Asked, now: datetime) -> None:
        self.workspace, self.asked = workspace, asked
        first, _ = times.day_bounds(asked.first, workspace.time_zone)
        _, end = times.day_bounds(asked.last, workspace.time_zone)
        self.posts = Post.objects.filter(workspace=workspace, due_at__gte=first, due_at__lt=end)
        self.all, self.stamp = self._count(now)

    def _count(self, now: datetime) -> tuple[list[Share], str]:
        near = Count("pk", filter=Q(due_at__gte=now - SOON, due_at__lte=now + SOON))
        groups = (
            self._placed()
            .annotate(sending=FilteredRelation("attempts", condition=Q(attempts__stage__in=OPEN_STAGES)))
            .values("row", "day", "account_id", "status", held=~Q(hold=""))
            .annotate(
                number=Count("pk"), near=near, versions=Sum("version"), troubles=Sum("troubles"), **PROGRESS
            )
            .order_by("day", "row", "account_id", "status", "held")
        )
        rows = list(groups)
        stamp = blake2b(repr([sorted(row.items()) for row in rows]).encode(), digest_size=9).hexdigest()
        return [
            Share(
                (row["row"], row["day"]),
                row["account_id"],
                HOLD if row["held"] else row["status"],
                row["number"],
                row["near"],
            )
            for row in rows
        ], stamp

    def _placed(self) -> Any:
        zone = self.workspace.zone
        row: Any = Value(0)
        if self.asked.view == View.WEEK:
            row = ExtractHour("due_at", tzinfo=zone) if self.asked.group == Group.TIME else F("account_id")
        return self.posts.annotate(row=row, day=TruncDate("due_at", tzinfo=zone))

    # --- what is counted

    @property
    def shown(self) -> list[Share]:
        """What the filters let through; a cancelled post is shown to those who ask for it."""
        return [count for count in self.all if self._passes(count)]

    def _passes(self, count: Share) -> bool:
        if self.asked.account and count.account_id != self.asked.account:
            return False
        return count.look == self.asked.status if self.asked.status else count.look != PostStatus.CANCELLED

    def by_look(self) -> Counter[str]:
        """Of the account that is asked for, or of all."""
        looks: Counter[str] = Counter()
        for count in self.all:
            if not self.asked.account or count.account_id == self.asked.account:
                looks[count.look] += count.number
        return looks

    def by_place(self) -> Counter[Place]:
        places: Counter[Place] = Counter()
        for count in self.shown:
            places[count.place] += count.number
        return places

    @property
    def is_moving(self) -> bool:
        """Whether anything here will change by itself."""
        return any(count.look in {*ENGINE_DRIVEN, HOLD, PostStatus.IN_INBOX} for count in self.all)

    @property
    def is_soon(self) -> bool:
        """Whether something goes out within a minute, or has just gone."""
        return any(count.near and count.look in ENGINE_DRIVEN for count in self.all)

    # --- the cards

    def cards(
        self,
        accounts: Iterable[TikTokAccount],
        *,
        rows: Collection[Any] | None = None,
        most: int = MOST,
        each: int = MOST,
    ) -> dict[Place, list[Post]]:
        """By place and time, as many of each as fit; of these rows of the board only, where some are named."""
        places = self.by_place()
        counts = [number for (row, _), number in places.items() if rows is None or row in rows]
        posts = self._filtered()
        if rows is not None:
            posts = posts.filter(_any_of(rows))
        found = self.fetch(_first_of_each(posts, min(each, fit(counts, most))), accounts)
        cards: dict[Place, list[Post]] = {}
        for post in found:
            cards.setdefault((post.row, post.day), []).append(post)  # type: ignore[attr-defined]
        return cards

    def one_page(self, accounts: Iterable[TikTokAccount], size: int) -> list[Post]:
        """The page that is asked for of all posts of the span, by time."""
        start = (self.asked.page - 1) * size
        chosen = self._filtered().order_by("due_at", "pk").values_list("pk", flat=True)[start : start + size]
        return self.fetch(list(chosen), accounts)

    def fetch(self, chosen: Any, accounts: Iterable[TikTokAccount]) -> list[Post]:
        """Those posts with what a card shows; each account and the workspace are one object."""
        known: dict[Any, Model] = {account.pk: account for account in accounts}
        rows = self._placed().filter(pk__in=chosen).annotate(missed_at=overdue.missed_at())
        sending = PublishAttempt.objects.filter(workspace=self.workspace, stage__in=OPEN_STAGES)
        attempts = Prefetch("attempts", sending.defer("upload_url"), to_attr="sending")
        rows = rows.select_related("media").prefetch_related(attempts)
        posts = list(rows.order_by("due_at", "pk"))
        # For each post this builds a query of its own, even if it fetches them in one: for those with photos alone.
        prefetch_related_objects([post for post in posts if not post.media_id], "images__media")
        for post in posts:
            post.workspace = self.workspace
            if post.account_id in known:
                post.account = known[post.account_id]
        return posts

    def _filtered(self) -> Any:
        posts, status = self._placed(), self.asked.status
        if self.asked.account:
            posts = posts.filter(account_id=self.asked.account)
        if not status:
            return posts.exclude(status=PostStatus.CANCELLED)
        return posts.exclude(hold="") if status == HOLD else posts.filter(status=status, hold="")


def _any_of(rows: Collection[Any]) -> Q:
    named = [row for row in rows if row is not None]
    return Q(row__in=named) | Q(row__isnull=True) if None in rows else Q(row__in=named)


def _first_of_each(posts: Any, limit: int) -> Any:
    number = Window(RowNumber(), partition_by=[F("row"), F("day")], order_by=["due_at", "pk"])
    return posts.annotate(number=number).filter(number__lte=limit).values("pk")


def fit(counts: Collection[int], most: int) -> int:
    """The greatest number per place, at least 1, with which all places together show no more than `most`."""
    if sum(counts) <= most:
        return max(counts, default=1)
    limits = range(1, max(counts) + 1)
    return max(1, bisect_left(limits, True, key=lambda each: sum(min(n, each) for n in counts) > most))
