"""What one rendering of a workspace's calendar shows, gathered once; the templates only draw."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.urls import reverse

from accounts.permissions import Action, can
from accounts.templatetags.ui import LOOKS
from scheduler.calendars import grid
from scheduler.calendars.asked import Group, View
from scheduler.calendars.tally import MOST, Tally
from scheduler.clock import database_now
from scheduler.models import Post
from scheduler.needs import Loss, Needs, losses_of, needs_of
from scheduler.queries import at_risk, undated_drafts
from scheduler.slots import LEAD, free_slots, instants, weeks_of
from scheduler.states import PostStatus
from tiktok.models import AccountStatus, TikTokAccount
from tiktok.wiring import is_configured

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable
    from datetime import date, datetime

    from accounts.models import Membership, Workspace
    from accounts.templatetags.ui import Look
    from scheduler.calendars.asked import Asked
    from scheduler.calendars.grid import Cell, Day, Lane
    from scheduler.slots import FreeSlot

QUICK_SECONDS, SLOW_SECONDS = 3, 10
"""How often the board asks again: around the instant at which something goes out, and otherwise."""

LANES = 50
"""Accounts on one page: seven cells each, of at least one card, stay below the most cards of a page."""

DRAFTS_SHOWN = 20
BANNER_SHOWN = 20
PAGE_OF_A_DAY = 100
EACH_OF_A_MONTH = 4
NO_POST = UUID(int=0)


class Chip(NamedTuple):
    """One entry of the status filter."""

    key: str
    look: Look
    number: int
    address: str
    chosen: bool

    @property
    def is_hidden(self) -> bool:
        """Whether the calendar holds its posts back until they are asked for."""
        return self.key == PostStatus.CANCELLED and not self.chosen


def chips_of(looks: Counter[str], asked: Asked) -> list[Chip]:
    """What there is to choose from; what is chosen already stands there too, to be taken back."""
    keys = [key for key in (*grid.ORDER, "draft", "cancelled") if looks[key] or key == asked.status]
    return [
        Chip(
            key,
            LOOKS[key],
            looks[key],
            asked.but(status="" if key == asked.status else key),
            key == asked.status,
        )
        for key in keys
    ]


def nothing_matches(asked: Asked, whose: str) -> str:
    """What a filter that nothing passes says; `whose` names the account or workspace that it lets through."""
    looks = f" is “{LOOKS[asked.status].word}”" if asked.status else ""
    if whose:
        return f"{whose} has no post in these days{' that' if looks else ''}{looks}."
    return f"No post of these days{looks}."


class CalendarPage:
    """One rendering for one member: a week, a month or a list, as `asked`."""

    def __init__(
        self,
        workspace: Workspace,
        membership: Membership,
        asked: Asked,
        *,
        most: int = MOST,
        still: bool = False,
        now: datetime | None = None,
    ) -> None:
        """`still`: without a tray, and nothing is dragged. `now` is the database's, for who has asked it already."""
        self.workspace, self.membership, self.asked, self.most = workspace, membership, asked, most
        self.still = still
        self.now = now or database_now()
        self.tally = Tally(workspace, asked, self.now)

    # --- asking again

    @property
    def poll_seconds(self) -> int:
        """Seconds until the board asks again; 0 once nothing here will change by itself."""
        if not self.tally.is_moving:
            return 0
        return QUICK_SECONDS if self.tally.is_soon else SLOW_SECONDS

    @property
    def stamp(self) -> str:
        """Changes whenever the posts of the board would look different."""
        return f"{self.tally.stamp}.{self.poll_seconds}.{self.asked.today:%d}"

    # --- the board

    @cached_property
    def accounts(self) -> list[TikTokAccount]:
        """Those that may post, and those that have posts among these days."""
        here = {share.account_id for share in self.tally.all}
        rows = TikTokAccount.objects.filter(workspace=self.workspace)
        accounts = [
            account
            for account in rows.order_by("nickname", "username", "pk")
            if account.status != AccountStatus.DISCONNECTED or account.pk in here
        ]
        for account in accounts:
            account.workspace = self.workspace
        return accounts

    @property
    def account(self) -> TikTokAccount | None:
        """The one that is asked for alone."""
        return next((each for each in self.accounts if each.pk == self.asked.account), None)

    @cached_property
    def days(self) -> list[Day]:
        return grid.days_of(self.asked.days, self.asked.today, self.tally.shown)

    @property
    def strip_day(self) -> date:
        """The day that a phone opens on."""
        return grid.opens_on(self.days)

    @cached_property
    def lanes(self) -> list[Lane]:
        totals = self.tally.by_place()
        if self.asked.group == Group.TIME:
            return grid.by_time(self.days, self.tally.cards(self.accounts), totals, self.free)
        rows = self.lane_accounts
        shown = [row.pk if row else None for row in rows]
        cards = self.tally.cards(self.accounts, rows=shown, most=self.most)
        return grid.by_account(self.days, rows, cards, totals, self.free, self.with_slots)

    @cached_property
    def lane_accounts(self) -> list[TikTokAccount | None]:
        start = (self.asked.page - 1) * LANES
        return self._all_lanes[start : start + LANES]

    @cached_property
    def _all_lanes(self) -> list[TikTokAccount | None]:
        if self.account:
            return [self.account]
        nobody = any(share.account_id is None for share in self.tally.shown)
        return [*self.accounts, *([None] if nobody or self._may_place_nobodys else [])]

    @property
    def _may_place_nobodys(self) -> bool:
        """Whether the tray holds a draft that only the row of posts without an account can take."""
        drags = self.may_publish and not self.still
        return drags and any(draft.account_id is None for draft in self.drafts)

    @property
    def has_next(self) -> bool:
        if self.asked.one_day:
            return self.asked.page * PAGE_OF_A_DAY < sum(self.tally.by_place().values())
        by_account = self.asked.view == View.WEEK and self.asked.group == Group.ACCOUNT
        return by_account and len(self._all_lanes) > self.asked.page * LANES

    @property
    def free(self) -> list[FreeSlot]:
        """Where something may still be planned; nothing of it under a filter of statuses."""
        if self.asked.status or self.asked.last < self.asked.today:
            return []
        return free_slots(self._posting, self.asked.first, self.asked.last)

    @cached_property
    def _posting(self) -> list[TikTokAccount]:
        rows: Iterable[Any] = self.lane_accounts if self.asked.group == Group.ACCOUNT else self._all_lanes
        return [row for row in rows if row and row.status != AccountStatus.DISCONNECTED]

    @cached_property
    def with_slots(self) -> set[Any]:
        """The accounts with a slot ahead among these days; of none under a filter, which looks for no free slots."""
        if self.asked.status:
            return set()
        zone, earliest = self.workspace.time_zone, self.now + LEAD
        return {
            account
            for account, week in weeks_of(self._posting).items()
            if any(at > earliest for _, at in instants(week, self.asked.first, self.asked.last, zone))
        }

    @cached_property
    def weeks(self) -> list[list[Cell]]:
        """The month, with the first posts of each day."""
        cards = self.tally.cards(self.accounts, each=EACH_OF_A_MONTH)
        return grid.weeks(self.days, cards, self.tally.by_place())

    @cached_property
    def list_days(self) -> list[Cell]:
        """The days of the list with their posts."""
        if self.asked.one_day:
            posts = self.tally.one_page(self.accounts, PAGE_OF_A_DAY)
            return [grid.Cell(self.days[0], posts, total=len(posts))]
        return grid.weeks(self.days, self.tally.cards(self.accounts), self.tally.by_place())[0]

    # --- beside it

    @property
    def chips(self) -> list[Chip]:
        return chips_of(self.tally.by_look(), self.asked)

    @property
    def nothing_matches(self) -> str:
        return nothing_matches(self.asked, self.account.display_name if self.account else "")

    @property
    def is_filtered_empty(self) -> bool:
        return bool(self.asked.status or self.account) and not self.tally.shown

    @property
    def unfiltered(self) -> str:
        return self.asked.but(status="", account=None)

    @cached_property
    def drafts(self) -> list[Post]:
        """The newest of the tray."""
        known = {account.pk: account for account in self.accounts}
        drafts = list(self._undated.select_related(None).select_related("media")[:DRAFTS_SHOWN])
        for draft in drafts:
            draft.workspace = self.workspace
            if draft.account_id in known:
                draft.account = known[draft.account_id]
        return drafts

    @cached_property
    def draft_count(self) -> int:
        if len(self.drafts) < DRAFTS_SHOWN:
            return len(self.drafts)
        return int(self._undated.count())

    @property
    def _undated(self) -> Any:
        return undated_drafts(self.workspace, self.asked.account)

    @cached_property
    def needs(self) -> Needs:
        """The posts that wait for a person, but for those that a lost account tells of."""
        return needs_of(self.workspace, self.membership, besides=[loss.account for loss in self.losses])

    @cached_property
    def losses(self) -> list[Loss]:
        """The accounts that were lost, with all that waits for them."""
        return losses_of(self.accounts)

    @cached_property
    def at_risk(self) -> list[Post]:
        return list(at_risk(self.workspace)[:BANNER_SHOWN])

    @cached_property
    def at_risk_count(self) -> int:
        few = len(self.at_risk)
        return few if few < BANNER_SHOWN else int(at_risk(self.workspace).count())

    @property
    def may_connect(self) -> bool:
        return can(self.membership, Action.CONNECT)

    @property
    def is_configured(self) -> bool:
        """Whether this server has an app at TikTok to connect accounts to."""
        return is_configured()

    @cached_property
    def has_posts(self) -> bool:
        return bool(self.tally.all or self.drafts) or Post.objects.filter(workspace=self.workspace).exists()

    @cached_property
    def address(self) -> str:
        """Of the calendar, without what is asked for."""
        return reverse("calendar", args=[self.workspace.slug])

    @cached_property
    def posts_address(self) -> str:
        """What comes before a post's id in its addresses."""
        return reverse("post_detail", args=[self.workspace.slug, NO_POST]).partition(str(NO_POST))[0]

    @cached_property
    def compose_address(self) -> str:
        return reverse("post_new", args=[self.workspace.slug])

    @cached_property
    def search(self) -> str:
        """`?week=2026-11-16`, behind an address that has to find back to this calendar."""
        return f"?{self.asked.query}" if self.asked.query else ""

    # --- what a person may do

    @cached_property
    def may_compose(self) -> bool:
        return can(self.membership, Action.COMPOSE)

    @cached_property
    def may_publish(self) -> bool:
        return can(self.membership, Action.PUBLISH)
