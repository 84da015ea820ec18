"""The address that a person pastes who found a post on TikTok: evidence, next to what TikTok itself tells (`links`).

TikTok documents no form of it (tiktok-api.md 9.3): usual is `…/@luna.bakes/video/7504836789012345679`, of photos
perhaps `…/photo/…`. So the place is insisted on, and the creator where the address names one; the post's number is
kept where it can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit

from django import forms
from django.core.exceptions import ValidationError

from scheduler.links import all_ids
from scheduler.models import PublishAttempt
from scheduler.states import OPEN_STAGES

if TYPE_CHECKING:
    from scheduler.models import Post, PostEvent
    from tiktok.models import TikTokAccount

LONGEST = 500
"""Of a kept address (`PublishAttempt.share_url`)."""

HOST = re.compile(r"(?:[a-z0-9-]+\.)*tiktok\.com")
CREATOR = re.compile(r"/@([^/]+)(/?.*)")
NUMBER = re.compile(r"/(?:video|photo)/(\d{1,32})/?")

NOT_TIKTOK = (
    "This is no address at TikTok. Copy the link of the post there: it begins with https://www.tiktok.com/."
)
NOT_A_POST = "This address leads to TikTok, but to no post. Open the post there and copy its link."
TOO_LONG = f"This address is longer than {LONGEST} letters. Copy the link of the post at TikTok again."


@dataclass(frozen=True)
class Found:
    """Where the post is. `post_ids` are decimal texts: one, or none where the address does not show it."""

    share_url: str
    post_ids: tuple[str, ...] = ()

    @property
    def detail(self) -> dict[str, Any]:
        """For the line of the timeline, which says whose word it is."""
        ids = {"post_ids": list(self.post_ids)} if self.post_ids else {}
        return {"share_url": self.share_url, **ids}


class FoundForm(forms.Form):
    """`link`: the address of the post, if somebody cares to paste it. After `is_valid()`, `found` is what it says."""

    link = forms.CharField(
        label="Link on TikTok, if you have it",
        required=False,
        help_text="It is kept with the post, so that everybody here can open it.",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, account: TikTokAccount | None, **options: Any) -> None:
        super().__init__(data, **options)
        self.account = account
        self.found: Found | None = None

    def clean_link(self) -> str:
        text: str = self.cleaned_data["link"]
        self.found = read(text, account=self.account) if text else None
        return text


def read(text: str, *, account: TikTokAccount | None) -> Found:
    """What a pasted address says of a post of this account. Raises ValidationError with a sentence."""
    parts = _at_tiktok(text)
    named = CREATOR.fullmatch(parts.path)
    if named:
        _check_creator(unquote(named[1]), account)
    rest = named[2] if named else parts.path
    if rest in {"", "/"}:
        raise ValidationError(NOT_A_POST)
    number = NUMBER.fullmatch(rest) if named else None
    return Found(_kept(parts), (number[1],) if number else ())


def keep(post: Post, found: Found) -> None:
    """Put it on record with the attempt that became the post; what TikTok told before stays. Lock the post first.

    After a restore no attempt may be on record: then the line of the timeline has it (`told_in`).
    """
    rows = PublishAttempt.objects.filter(workspace_id=post.workspace_id, post=post, stage__in=OPEN_STAGES)
    attempt = rows.first()
    if attempt is not None:
        attempt.post_ids = all_ids(attempt, found.post_ids)
        attempt.share_url = attempt.share_url or found.share_url
        attempt.save(update_fields=["post_ids", "share_url"])


def told_in(events: Iterable[PostEvent]) -> Found:
    """What a person said, by the lines of the post's timeline; without an address where nobody did."""
    details = (event.detail for event in events if event.by_id and "share_url" in event.detail)
    told: dict[str, Any] = next(details, {})
    return Found(told.get("share_url", ""), tuple(told.get("post_ids", ())))


def _at_tiktok(text: str) -> SplitResult:
    """The parts of an address at TikTok. Whatever a browser may read otherwise than we do is refused."""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        is_plain = parts.username is None and parts.port is None and not re.search(r"[\s\\]", text)
    except ValueError as unreadable:
        raise ValidationError(NOT_TIKTOK) from unreadable
    if parts.scheme != "https" or not is_plain or not HOST.fullmatch(parts.hostname or ""):
        raise ValidationError(NOT_TIKTOK)
    return parts


def _check_creator(handle: str, account: TikTokAccount | None) -> None:
    if account and account.username and handle.casefold() != account.username.casefold():
        raise ValidationError(f"This is a link of @{handle}, and the post was to go out at {account.handle}.")


def _kept(parts: SplitResult) -> str:
    """Without what stands behind `#`, and without what follows a `?` where that makes it too long."""
    address = f"https://{parts.hostname}{parts.path}"
    whole = f"{address}?{parts.query}" if parts.query else address
    kept = whole if len(whole) <= LONGEST else address
    if len(kept) > LONGEST:
        raise ValidationError(TOO_LONG)
    return kept
