"""What the media library shows: which files its address asks for, one page of them, and what stands on each.

Nothing in an address is an error: what can't be read is left out, as in `scheduler.post_filters`. How a file came in is
told by `scheduler.uploads`, how it goes by `scheduler.media`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q

from accounts.permissions import Action, can
from scheduler import media, tagging, uploads, uses
from scheduler.models import Media, MediaKind, MediaStatus, MediaTag
from scheduler.policies import NotPossible

if TYPE_CHECKING:
    from accounts.models import Membership, Workspace
    from scheduler.models import Post

PAGE = 60
LONGEST_TEXT = 100
MOST_POSTS = 50
"""As many of a file's posts as its page lists."""

USED, UNUSED, BROKEN = "used", "unused", "broken"
KIND_WORDS = {MediaKind.VIDEO.value: "Videos", MediaKind.IMAGE.value: "Photos"}
USE_WORDS = {USED: "In a post", UNUSED: "Not in a post", BROKEN: "Can't be posted"}


@dataclass(frozen=True)
class Filters:
    """One filter of the library."""

    text: str = ""
    kind: str = ""
    use: str = ""
    tag: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, Any]) -> Filters:
        """From an address; unknown and unreadable values are as if nobody had asked."""
        kind, use = asked.get("kind", ""), asked.get("use", "")
        return cls(
            text=_words(asked.get("text", "")),
            kind=kind if kind in KIND_WORDS else "",
            use=use if use in USE_WORDS else "",
            tag=_words(asked.get("tag", "")),
        )

    @property
    def query(self) -> str:
        """As in an address, in one spelling; empty where nothing is asked for."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def narrows(self) -> bool:
        return self != Filters()

    @property
    def in_words(self) -> list[str]:
        """What it asks for, for the page that found nothing."""
        tag = f"tag “{self.tag}”" if self.tag else ""
        text = f"“{self.text}”" if self.text else ""
        return [each for each in (KIND_WORDS.get(self.kind), USE_WORDS.get(self.use), tag, text) if each]

    def rows(self, workspace: Workspace) -> Any:
        """The matching files of that workspace, newest first."""
        rows = Media.objects.filter(workspace=workspace, removed_at__isnull=True)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.text:
            rows = rows.filter(Q(original_name__icontains=self.text) | _tagged(name__icontains=self.text))
        if self.tag:
            rows = rows.filter(_tagged(name=self.tag))
        return self._by_use(rows, workspace).order_by("-created_at", "-pk")

    def _by_use(self, rows: Any, workspace: Workspace) -> Any:
        if self.use == BROKEN:
            return rows.filter(status=MediaStatus.REFUSED)
        if self.use:
            used = uses.is_used(workspace)
            return rows.filter(used if self.use == USED else ~used)
        return rows


@dataclass
class Library:
    """One page of the files of a workspace that match, for one member."""

    membership: Membership
    filters: Filters
    number: str = "1"
    """Which page, as the address says it."""

    @property
    def workspace(self) -> Workspace:
        return self.membership.workspace

    @cached_property
    def page(self) -> Page[Media]:
        """A page that there is not is the last one."""
        rows = self.filters.rows(self.workspace).prefetch_related("tags")
        return Paginator(rows, PAGE).get_page(self.number)

    @cached_property
    def files(self) -> list[Media]:
        return list(self.page.object_list)

    @cached_property
    def uses(self) -> Counter[UUID]:
        """How many posts use each file of the page."""
        return uses.counted(self.workspace, [file.pk for file in self.files])

    @cached_property
    def tags(self) -> list[str]:
        """Every tag of the workspace, and the one that was asked for."""
        asked = {self.filters.tag} - {""}
        return sorted(asked.union(tagging.all_of(self.workspace)))

    @cached_property
    def uploads_left(self) -> list[uploads.Unfinished]:
        """What this member began to upload and may go on with."""
        return uploads.left_by(self.membership.user, workspace=self.workspace) if self.may_compose else []

    @cached_property
    def room(self) -> uploads.Share:
        return uploads.share_of(self.workspace)

    @property
    def checking(self) -> int:
        """How many files of the page are being checked."""
        return sum(file.status == MediaStatus.CHECKING for file in self.files)

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return list(KIND_WORDS.items())

    @property
    def ways_of_use(self) -> list[tuple[str, str]]:
        return list(USE_WORDS.items())

    @property
    def may_compose(self) -> bool:
        return can(self.membership, Action.COMPOSE)


@dataclass
class LibraryFile:
    """One file with all that is known of it, for one member."""

    membership: Membership
    media: Media
    typed: str | None = None
    """The tags as somebody typed them, where they could not be kept; `tags_error` says why."""
    tags_error: str = ""
    typed_name: str | None = None
    """Likewise the name."""
    name_error: str = ""

    @cached_property
    def count(self) -> int:
        return int(uses.posts_with(self.media).count())

    @cached_property
    def posts(self) -> list[Post]:
        """Those that use it, the latest first."""
        rows = (
            uses.posts_with(self.media).select_related("account", "media").prefetch_related("images__media")
        )
        return list(rows.order_by("-due_at", "-pk")[:MOST_POSTS])

    @cached_property
    def needed_by(self) -> list[Post]:
        """Those that still need it: while there is one, it stays."""
        rows = uses.posts_that_need(self.media).select_related("account")
        return list(rows.order_by("due_at", "pk")[:MOST_POSTS])

    @cached_property
    def kept_because(self) -> str:
        """Why it can't be deleted now; empty where it can."""
        try:
            media.check_can_remove(self.media)
        except NotPossible as no:
            return str(no)
        return ""

    @property
    def tags(self) -> str:
        """As the field of the page holds them."""
        return ", ".join(tag.name for tag in self.media.tags.all()) if self.typed is None else self.typed

    @property
    def name(self) -> str:
        """As the field of the page holds it."""
        return self.media.original_name if self.typed_name is None else self.typed_name

    @cached_property
    def known_tags(self) -> list[str]:
        return tagging.all_of(self.media.workspace)

    @property
    def may_compose(self) -> bool:
        return can(self.membership, Action.COMPOSE)

    @property
    def may_post(self) -> bool:
        return self.may_compose and self.media.status != MediaStatus.REFUSED


def _tagged(**condition: Any) -> Exists:
    return Exists(MediaTag.objects.filter(media=OuterRef("pk"), **condition))


def _words(text: str) -> str:
    return text.replace("\0", "").strip()[:LONGEST_TEXT]
