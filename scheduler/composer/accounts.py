"""The accounts that a composer is for, and what holds for all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

from scheduler import meters
from scheduler.clock import database_now
from scheduler.creator_form import CreatorForm, accounts_in
from scheduler.destinations import Destination
from scheduler.forms import PostForm, connected

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import QueryDict

    from accounts.http import WorkspaceRequest
    from scheduler.creators import CreatorLook
    from scheduler.meters import Meter
    from tiktok.models import TikTokAccount


@dataclass
class ForAccounts:
    """A form of the composer and those that it posts for."""

    request: WorkspaceRequest
    form: PostForm

    @property
    def sent(self) -> QueryDict:
        """What the browser sent; of a bound form."""
        return cast("QueryDict", self.form.data)

    @cached_property
    def accounts(self) -> list[TikTokAccount]:
        """Those that this workspace may post for."""
        return list(connected(self.request.workspace).select_related("workspace"))

    @cached_property
    def chosen(self) -> list[TikTokAccount]:
        """The accounts it is for, in the order they were chosen; the only one there is where nothing was asked."""
        if self.form.is_bound:
            ids = accounts_in(self.sent)
        else:
            ids = [str(self.form["account"].value() or ""), *self.form.initial.get("also", [])]
        found = {str(account.pk): account for account in self.accounts}
        if not any(ids) and not self.form.is_bound and len(found) == 1:
            return self.accounts
        return [found[each] for each in ids if each in found]

    @cached_property
    def destinations(self) -> list[Destination]:
        """One for each account, at least one: the first has its settings in the form itself."""
        if not self.chosen:
            return [Destination(None, self.form)]
        first, *others = self.chosen
        rest = [Destination(each, self._form_of(each), is_one_of_several=True) for each in others]
        return [Destination(first, self.form, is_one_of_several=bool(rest)), *rest]

    def _form_of(self, account: TikTokAccount) -> CreatorForm:
        data = self.form.data if self.form.is_bound else None
        return CreatorForm(data, prefix=str(account.pk))

    @property
    def is_for_several(self) -> bool:
        return len(self.destinations) > 1

    @property
    def account(self) -> TikTokAccount | None:
        """The first, or only, account."""
        return self.destinations[0].account

    @property
    def name(self) -> str:
        return self.destinations[0].name

    @property
    def names(self) -> str:
        """`Luna Bakes`, or `Luna Bakes and 2 more`."""
        more = len(self.destinations) - 1
        return f"{self.name} and {more} more" if more else self.name

    @property
    def first_left(self) -> Destination:
        """The account whose choices are shown first: the first of which something is wrong or left, else the first."""
        own = CreatorForm.base_fields.keys()
        left = (each for each in self.destinations if own & each.form.errors.keys() or not each.is_complete)
        return next(left, self.destinations[0])

    @property
    def creator(self) -> CreatorLook | None:
        return self.destinations[0].creator

    @cached_property
    def posts_today(self) -> dict[UUID, Meter]:
        """How much of TikTok's limit of the day each account has used."""
        return meters.posts_of(self.chosen, database_now())

    @property
    def others(self) -> list[TikTokAccount]:
        """The accounts that it is not for."""
        return [account for account in self.accounts if account not in self.chosen]

    @property
    def is_branded(self) -> bool:
        """Whether one of the posts is a paid partnership."""
        return any(destination.is_branded for destination in self.destinations)

    @property
    def offers_slots(self) -> bool:
        """Whether each account has a posting slot that is free."""
        return all(destination.slot for destination in self.destinations)

    @property
    def longest_ms(self) -> int:
        """How long a video may be for all of its accounts, in milliseconds; 0 where TikTok says nothing today."""
        return min((each.longest_ms for each in self.destinations if each.longest_ms), default=0)
