"""What the composer's page shows, gathered once: the form, the accounts it is for, the files, what to warn of.

The templates only draw. What belongs to one account is its `Destination`. Options come from the creator's answer alone
(tiktok-api.md 15 points 6 to 10); without an answer nothing is offered beyond what the person had chosen before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4

from django.core.exceptions import NON_FIELD_ERRORS
from django.template.loader import render_to_string

from accounts.permissions import Action, can
from scheduler import likeness, meters, slots, unsaved
from scheduler.clock import database_now
from scheduler.content import not_sent
from scheduler.creator_form import CreatorForm, accounts_in, with_accounts
from scheduler.creators import CreatorLook
from scheduler.destinations import Destination
from scheduler.forms import PostForm, RowOfWorkspace, WhenForm, connected
from scheduler.models import Media, MediaKind, Snippet, UnsavedPost
from scheduler.preflight import problems_now
from scheduler.snippets import used_lately
from scheduler.states import PostKind, PostMode

if TYPE_CHECKING:
    from datetime import datetime, time

    from django.http import QueryDict

    from accounts.http import WorkspaceRequest
    from scheduler.content import Problem
    from scheduler.meters import Meter
    from scheduler.models import Post
    from tiktok.models import TikTokAccount


@dataclass
class Composer:
    """One rendering of the composer."""

    request: WorkspaceRequest
    form: PostForm
    post: Post | None = None
    version: int = 1
    place: UUID = field(default_factory=uuid4)
    """Under which what is typed is kept until it is saved."""
    restored: UnsavedPost | None = None
    missing: int = 0
    """How many of the accounts that were sent are not, or no longer, of this workspace."""
    done: list[Post] = field(default_factory=list)
    """What became of the accounts that are no longer on the page."""

    @classmethod
    def of(
        cls,
        request: WorkspaceRequest,
        data: QueryDict,
        post: Post | None,
        *,
        scheduling: bool = False,
        **known: Any,
    ) -> Composer:
        """The composer as it was sent, for those of its accounts that there are."""
        ids = {str(account.pk) for account in connected(request.workspace)}
        sent = accounts_in(data)[: None if post is None else 1]
        found = [each for each in sent if each in ids]
        form = PostForm(with_accounts(data, found), workspace=request.workspace, scheduling=scheduling)
        return cls(request, form, post, missing=len(sent) - len(found), **known)

    @property
    def sent(self) -> QueryDict:
        """What the browser sent; of a composer that was made by `of`."""
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

    def is_valid(self) -> bool:
        """Whether everything typed can be read; what cannot is said at its field."""
        readable = all([destination.form.is_valid() for destination in self.destinations])
        if self.missing:
            self.form.add_error("account", RowOfWorkspace.default_error_messages["invalid_choice"])
        return readable and not self.missing

    def fields_for(self, destination: Destination, *, scheduling: bool) -> dict[str, Any]:
        """The columns of that account's post. Raises ContentRefused where its slot is not the one it was shown."""
        fields = self.form.fields_of_post(destination.form) | {"account": destination.account}
        return fields | (destination.due(scheduling=scheduling) if self.form.takes_slot else {})

    def tell(self, account: TikTokAccount | None, problems: list[Problem]) -> None:
        """Put what was refused for that account at its fields; what holds for all is said once."""
        [destination] = [each for each in self.destinations if each.account == account]
        for problem in problems:
            if problem.field in CreatorForm.base_fields:
                destination.form.add_error(problem.field, problem.sentence)
            else:
                self._tell_all(destination, problem)

    def _tell_all(self, destination: Destination, problem: Problem) -> None:
        name = problem.field if problem.field in self.form.fields else None
        whose = f"{destination.name}: " if self.is_for_several and name is None else ""
        sentence = whose + problem.sentence
        if sentence not in self.form.errors.get(name or NON_FIELD_ERRORS, []):
            self.form.add_error(name, sentence)

    @property
    def is_branded(self) -> bool:
        """Whether one of the posts is a paid partnership."""
        return any(destination.is_branded for destination in self.destinations)

    @property
    def offers_slots(self) -> bool:
        """Whether each account has a posting slot that is free."""
        return all(destination.slot for destination in self.destinations)

    @property
    def when(self) -> str:
        """`pick`, `now` or `next`, as chosen; the next free slot where nothing is and there is one."""
        value = str(self.form["when"].value() or "")
        return value if value in {"pick", "now"} else "next" if self.offers_slots else "pick"

    @property
    def longest_ms(self) -> int:
        """How long a video may be for all of its accounts, in milliseconds; 0 where TikTok says nothing today."""
        return min((each.longest_ms for each in self.destinations if each.longest_ms), default=0)

    @property
    def kind(self) -> str:
        """What it is made of, as chosen; a video where nothing is."""
        return str(self.form["kind"].value() or PostKind.VIDEO)

    @property
    def mode(self) -> str:
        """Where it goes, as chosen; onto the profile where nothing is."""
        return str(self.form["mode"].value() or PostMode.DIRECT)

    @property
    def media_id(self) -> str:
        return str(self.media.pk) if self.media else ""

    @cached_property
    def media(self) -> Media | None:
        chosen = _uuids(str(self.form["media"].value() or ""))
        videos = Media.objects.filter(workspace=self.request.workspace, kind=MediaKind.VIDEO)
        return videos.filter(pk__in=chosen).first()

    @cached_property
    def images(self) -> list[Media]:
        """The photos that there are, in the order of the carousel."""
        chosen = _uuids(str(self.form["images"].value() or ""))
        photos = Media.objects.filter(workspace=self.request.workspace, kind=MediaKind.IMAGE)
        found = photos.in_bulk(chosen)
        return [found[each] for each in chosen if each in found]

    @property
    def image_ids(self) -> str:
        return ",".join(str(image.pk) for image in self.images)

    @property
    def cover(self) -> int:
        """Which of the photos is the cover, from 0."""
        chosen = str(self.form["cover_index"].value() or "")
        return int(chosen) if chosen.isdecimal() and int(chosen) < len(self.images) else 0

    @cached_property
    def warnings(self) -> list[Problem]:
        """What may keep the post, as it is saved, from going out at its time; nothing stops the person for it."""
        return problems_now(self.post) if self.post else []

    @cached_property
    def likenesses(self) -> list[Problem]:
        """What looks like another post of the account, or stands close to it; as typed, or as it is saved."""
        if self.post and not self.form.is_bound:
            return likeness.warnings_of(self.post)
        return [found for each in self.destinations for found in self._likenesses_of(each)]

    @property
    def alike(self) -> dict[str, list[Problem]]:
        """The same by the section to which it belongs: `media`, `images`, `caption`, `time`."""
        return {name: [each for each in self.likenesses if each.field == name] for name in likeness.SECTIONS}

    def _likenesses_of(self, destination: Destination) -> list[Problem]:
        if destination.account is None:
            return []
        gone = not_sent(self.kind, self.mode)
        plan = likeness.Plan(
            destination.account,
            None if "media" in gone else self.media,
            "" if "caption" in gone else self._words,
            self._due_at(destination),
            self.post.pk if self.post else None,
            () if "images" in gone else self.images,
        )
        return likeness.warnings(plan)

    @property
    def _words(self) -> str:
        return str(self.form["caption"].value() or "").replace("\r\n", "\n")

    def _due_at(self, destination: Destination) -> datetime | None:
        if self.when == "now":
            return database_now()
        if self.when == "next":
            return destination.slot.at if destination.slot else None
        due_at: datetime | None = self._picked.due.get("due_at")
        return due_at

    @cached_property
    def _picked(self) -> WhenForm:
        """The day and the time in the form, sent or only shown, as far as they can be read."""
        typed = {name: self.form[name].value() for name in ("date", "time", "fold")}
        when = WhenForm(typed, workspace=self.request.workspace)
        when.is_valid()
        return when

    @cached_property
    def free_times(self) -> list[time]:
        """The slots of the picked day that are free for all of its accounts, on the workspace's clocks."""
        day = self._picked.cleaned_data.get("date")
        return slots.shared_times(self.chosen, day) if day else []

    @property
    def wall_clock(self) -> str:
        """What the workspace's clocks show, by the database: `2026-11-20T12:30:05`."""
        here = database_now().astimezone(self.request.workspace.zone)
        return here.replace(tzinfo=None).isoformat(timespec="seconds")

    @property
    def may_publish(self) -> bool:
        return can(self.request.membership, Action.PUBLISH)

    @property
    def may_connect(self) -> bool:
        return can(self.request.membership, Action.CONNECT)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What the server refused, as (place on the page, sentence), for the summary on top."""
        return [fault for destination in self.destinations for fault in destination.faults]

    @cached_property
    def snippets(self) -> list[Snippet]:
        return list(Snippet.objects.filter(workspace=self.request.workspace))

    @cached_property
    def tags(self) -> list[str]:
        """The hashtags and mentions that the workspace uses."""
        return used_lately(self.request.workspace)

    @cached_property
    def unfinished(self) -> list[UnsavedPost]:
        """What this person began before and did not save, newest first."""
        return unsaved.left_by(self.request.user, workspace=self.request.workspace, post=self.post)

    @property
    def media_fragment(self) -> str:
        """The video that there is, as its own answer draws it."""
        return self._fragment(self.media) if self.media else ""

    @property
    def image_fragments(self) -> list[str]:
        """The photos that there are, likewise."""
        return [self._fragment(image) for image in self.images]

    def _fragment(self, media: Media) -> str:
        return render_to_string("scheduler/_media.html", {"media": media}, self.request)


def _uuids(text: str) -> list[UUID]:
    """The ids in a text, divided by commas; nothing where one of them is none."""
    try:
        return [UUID(part) for part in text.split(",")]
    except ValueError:
        return []
