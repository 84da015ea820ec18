"""What the composer's page shows, gathered once: the form, the creator asked just now, the video.

The templates only draw. Options come from the creator's answer alone (tiktok-api.md 15 points 6 to 10); without an
answer nothing is offered beyond what the person had chosen before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS
from django.template.loader import render_to_string

from accounts.permissions import Action, can
from scheduler import policies
from scheduler.creators import CreatorLook, look_at
from scheduler.forms import PostForm, connected
from scheduler.models import Media, MediaKind
from scheduler.preflight import problems_now
from scheduler.states import PostKind, PostMode

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest
    from scheduler.content import Problem
    from scheduler.models import Post
    from tiktok.models import TikTokAccount

INTERACTIONS = {"allow_comment": "Comment", "allow_duet": "Duet", "allow_stitch": "Stitch"}


class Audience(NamedTuple):
    """One entry of "Who can watch"."""

    value: str
    label: str
    chosen: bool
    not_branded: bool


class Interaction(NamedTuple):
    """One box of "Let viewers"; `off` where the creator has turned it off in TikTok."""

    name: str
    label: str
    ticked: bool
    off: bool

    @property
    def of_video(self) -> bool:
        """Photos have comments only (tiktok-api.md 15 point 10)."""
        return self.name != "allow_comment"


@dataclass
class Composer:
    """One rendering of the composer."""

    request: WorkspaceRequest
    form: PostForm
    post: Post | None = None
    version: int = 1

    @cached_property
    def accounts(self) -> list[TikTokAccount]:
        return list(connected(self.request.workspace))

    @cached_property
    def account(self) -> TikTokAccount | None:
        """The one that posts: as chosen, or the only one there is."""
        chosen = str(self.form["account"].value() or "")
        if not chosen and not self.form.is_bound and len(self.accounts) == 1:
            return self.accounts[0]
        return next((account for account in self.accounts if str(account.pk) == chosen), None)

    @property
    def name(self) -> str:
        """The creator's nickname as TikTok says it today (point 2), or as we last knew it."""
        if self.creator and self.creator.info:
            return self.creator.info.nickname
        return self.account.display_name if self.account else "The account"

    @property
    def account_id(self) -> str:
        return str(self.account.pk) if self.account else ""

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

    @property
    def others(self) -> list[TikTokAccount]:
        return [account for account in self.accounts if account != self.account]

    @cached_property
    def creator(self) -> CreatorLook | None:
        """TikTok's answer for this rendering; asked at most once."""
        return look_at(self.account) if self.account else None

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

    @property
    def may_publish(self) -> bool:
        return can(self.request.membership, Action.PUBLISH)

    @cached_property
    def audiences(self) -> list[Audience]:
        chosen = str(self.form["privacy_level"].value() or "")
        levels = self._levels(chosen)
        return [
            Audience(level, policies.privacy_label(level), level == chosen, level in policies.NOT_FOR_BRANDED)
            for level in levels
        ]

    def _levels(self, chosen: str) -> tuple[str, ...]:
        if self.creator and self.creator.info:
            return self.creator.info.privacy_level_options
        return (chosen,) if chosen in policies.PRIVACY_LABELS else ()

    @cached_property
    def interactions(self) -> list[Interaction]:
        info = self.creator.info if self.creator else None
        off = (info.comment_disabled, info.duet_disabled, info.stitch_disabled) if info else (False,) * 3
        return [
            Interaction(name, label, bool(self.form[name].value()) and not is_off, is_off)
            for (name, label), is_off in zip(INTERACTIONS.items(), off, strict=True)
        ]

    @property
    def interaction_errors(self) -> list[str]:
        return [
            str(error)
            for name in ("allow_comment", "allow_duet", "allow_stitch")
            for error in self.form[name].errors
        ]

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What the server refused, as (place on the page, sentence), for the summary on top."""
        places = {"privacy_level": "privacy"} | {name: "interaction" for name in INTERACTIONS}
        return [
            (f"{places.get(name, name)}-error", str(sentence))
            for name, sentences in self.form.errors.items()
            for sentence in sentences
            if name != NON_FIELD_ERRORS
        ]

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
