"""One account that the composer's post goes to: its creator asked just now, what was chosen for it, its next slot.

The composer shows one of these a post, or several at once: one post each, with settings of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from accounts.templatetags.ui import local, zone_label
from scheduler import policies, slots
from scheduler.content import ContentRefused, Problem
from scheduler.creators import CreatorLook, look_at

if TYPE_CHECKING:
    from scheduler.creator_form import CreatorForm
    from scheduler.slots import FreeSlot
    from tiktok.models import TikTokAccount

INTERACTIONS = {"allow_comment": "Comment", "allow_duet": "Duet", "allow_stitch": "Stitch"}


class Audience(NamedTuple):
    """One entry of "Who can watch"."""

    value: str
    label: str
    chosen: bool
    not_branded: str
    """Why branded content can't be for it; empty where it can."""


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
class Destination:
    """One rendering of one account's settings; without an account, what there is before one is chosen."""

    account: TikTokAccount | None
    form: CreatorForm
    is_one_of_several: bool = False

    @property
    def lead(self) -> str:
        return self.form.lead

    @property
    def audience_heading(self) -> str:
        return f"Who can watch {self.name}" if self.is_one_of_several else "Who can watch"

    @property
    def disclosures_heading(self) -> str:
        return f"Disclosures for {self.name}" if self.is_one_of_several else "Disclosures"

    @property
    def suffix(self) -> str:
        """What ends the ids of its parts in the page."""
        return f"-{self.form.prefix}" if self.form.prefix else ""

    @property
    def name(self) -> str:
        """The creator's nickname as TikTok says it today (point 2), or as we last knew it."""
        if self.creator and self.creator.info:
            return self.creator.info.nickname
        return self.account.display_name if self.account else "The account"

    @cached_property
    def creator(self) -> CreatorLook | None:
        """TikTok's answer for this rendering; asked at most once."""
        return look_at(self.account) if self.account else None

    @property
    def left(self) -> str:
        """What is missing before TikTok lets this account be scheduled for; nothing where it says what it may post."""
        return self.creator.left(self.name) if self.creator and not self.creator.info else ""

    @property
    def longest_ms(self) -> int:
        """How long a video may be for it, in milliseconds; 0 where TikTok says nothing today."""
        info = self.creator.info if self.creator else None
        return info.max_video_post_duration_sec * 1000 if info else 0

    @cached_property
    def slot(self) -> FreeSlot | None:
        """The account's next free posting slot."""
        return next(slots.upcoming([self.account]), None) if self.account else None

    def due(self, *, scheduling: bool) -> dict[str, Any]:
        """The columns of a post at its next free slot; none for a draft of an account without one.

        Raises ContentRefused where that is no longer the slot to which the person agreed.
        """
        if self.slot is None and scheduling:
            raise ContentRefused([Problem("when", f"{self.name} has no free posting slot. Pick a time.")])
        if self.slot is None:
            return {}
        if scheduling and self.form.cleaned_data["slot"] != self.slot.at.isoformat():
            zone = self.slot.account.workspace.time_zone
            next_one = f"{local(self.slot.at, zone)} {zone_label(zone)}"
            told = f"That slot of {self.name} has been taken meanwhile. The next free one is {next_one}."
            raise ContentRefused([Problem("when", told)])
        return dict(self.slot.due)

    @cached_property
    def audiences(self) -> list[Audience]:
        chosen = str(self.form["privacy_level"].value() or "")
        return [
            Audience(
                level, policies.privacy_label(level), level == chosen, policies.NOT_FOR_BRANDED.get(level, "")
            )
            for level in self._levels(chosen)
        ]

    @property
    def no_brands(self) -> list[Audience]:
        """Those of the offered that branded content can't be for."""
        return [audience for audience in self.audiences if audience.not_branded]

    @property
    def no_brands_if(self) -> str:
        """The page's condition (rules.js) under which branded content can't be chosen."""
        return "|".join(f"{self.lead}privacy_level={audience.value}" for audience in self.no_brands)

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
        return [str(error) for name in INTERACTIONS for error in self.form[name].errors]

    @property
    def is_branded(self) -> bool:
        return bool(self.form["brand_content"].value())

    @property
    def is_complete(self) -> bool:
        """Whether all is chosen that a post for it needs; whether that may be posted is another question."""
        is_said = self.form["brand_organic"].value() or self.form["brand_content"].value()
        return bool(self.form["privacy_level"].value() and (is_said or not self.form["disclose"].value()))

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What the server refused of its form, as (place on the page, sentence)."""
        places = {"privacy_level": "privacy"} | {name: "interaction" for name in INTERACTIONS}
        return [
            (f"{places.get(name, name)}{self.suffix}-error", str(sentence))
            for name, sentences in self.form.errors.items()
            for sentence in sentences
            if name in self.form.fields
        ]
