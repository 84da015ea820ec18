"""One row of an import with what `table` found of it: what is wrong, what is still to be chosen, what it will be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from scheduler import policies
from scheduler.content import CAPTION_LIMIT, DESCRIPTION_LIMIT, not_sent, utf16_length
from scheduler.digits import number_of
from scheduler.forms import PostForm
from scheduler.importing.rows import BOXES, NAMES, Row
from scheduler.models import Media, MediaStatus, Post

if TYPE_CHECKING:
    from scheduler.destinations import Destination
    from scheduler.importing.matching import Place
    from tiktok.models import TikTokAccount


class Mine(NamedTuple):
    """What was written on a page into a field where somebody else had written meanwhile; `said` as people read it."""

    name: str
    label: str
    text: str
    said: str


class Cover(NamedTuple):
    """One photo as the cover of its carousel: its place from 0, and what it is called."""

    value: str
    name: str
    chosen: bool

    @property
    def number(self) -> int:
        """From 1; 0 where what is chosen is no place."""
        place = number_of(self.value)
        return 0 if place is None else place + 1


@dataclass
class CheckedRow:
    """One row with what was found of it.

    `errors` keep it from being saved, `left` from being scheduled: both are wrong. `open` is only not chosen yet, a
    sentence for each field. `told_of` are the fields of which nothing more is said.
    """

    row: Row
    destination: Destination
    media: Media | None
    offered: list[Media]
    photos: list[Place]
    post: Post | None
    errors: dict[str, list[str]]
    left: dict[str, list[str]] = field(default_factory=dict)
    open: dict[str, str] = field(default_factory=dict)
    told_of: frozenset[str] = frozenset()
    mine: list[Mine] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def ask(self, name: str, sentence: str) -> None:
        """Something is to be chosen; wrong it is only where a list has chosen what there is not."""
        if sentence and name in self.row.notes:
            self.left[name] = [self.row.notes[name]]
        elif sentence:
            self.open[name] = sentence

    @property
    def form(self) -> PostForm:
        form = self.destination.form
        assert isinstance(form, PostForm)
        return form

    @property
    def account(self) -> TikTokAccount | None:
        return self.destination.account

    @property
    def images(self) -> list[Media]:
        """Its photos, as far as they are there."""
        return [place.media for place in self.photos if place.media]

    @property
    def settled_photos(self) -> str:
        """Of the photos that are the only ones of their names, as `which` has them, in one field for all."""
        return ",".join(
            f"{each.number}:{each.media.pk}" for each in self.photos if each.media and not each.is_double
        )

    @property
    def face(self) -> Media | None:
        """What it looks like in a list: its video, or its cover photo."""
        chosen = self.row.fields.get("cover_index", "")
        covers = [place.media for place in self.photos if str(place.number) == chosen and place.media]
        return self.media or next(iter([*covers, *self.images]), None)

    @property
    def has_files(self) -> bool:
        """Whether all that it is made of is there, and none of it refused."""
        files = [place.media for place in self.photos] if self.row.is_photos else [self.media]
        return bool(files) and all(file and file.status != MediaStatus.REFUSED for file in files)

    @property
    def is_savable(self) -> bool:
        """As a draft: everything typed can be read, and its files are there."""
        return not self.errors and self.has_files

    @property
    def is_ready(self) -> bool:
        """To be agreed to."""
        is_whole = not (self.left or self.open or self.mine)
        return self.is_savable and is_whole and self.post is not None and self.post.due_at is not None

    @property
    def state(self) -> str:
        """`ready`, `fix` where something is wrong, `choose` where something is open, `time` where only that is."""
        if self.is_ready:
            return "ready"
        if self.wrong or self.mine or self.row.told:
            return "fix"
        return "choose" if self.open else "time"

    @property
    def box_notes(self) -> list[str]:
        """What its list says of a box and nobody can read: the box is off, which forbids nothing."""
        return [note for name, note in self.row.notes.items() if name in BOXES and name not in self._absent]

    @property
    def asks_kind(self) -> bool:
        """Whether it names neither a video nor photos, or both: one of them is to be chosen."""
        has_video = bool(self.row.file or self.row.fields.get("media"))
        return has_video == bool(self.row.fields.get("images"))

    @property
    def _absent(self) -> dict[str, object]:
        return not_sent(self.row.fields.get("kind", ""), self.row.fields.get("mode", ""))

    @property
    def has_words(self) -> bool:
        return "caption" not in self._absent

    @property
    def has_moment(self) -> bool:
        """Whether it has a cover that is a moment of its video."""
        return "cover_timestamp_ms" not in self._absent

    @property
    def covers(self) -> list[Cover]:
        """Which of its photos may be the cover, and the one that is chosen, there or not."""
        chosen = self.row.fields.get("cover_index", "")
        found = [Cover(str(place.number), place.name, str(place.number) == chosen) for place in self.photos]
        is_there = not chosen or any(cover.chosen for cover in found)
        return found if is_there else [*found, Cover(chosen, "not there", chosen=True)]

    @property
    def unshown(self) -> list[tuple[str, str]]:
        """What the row says in fields that such a post does not have: kept until it is one that has them."""
        absent = set(self._absent) | ({"which"} if not self.row.is_photos else set())
        absent |= set() if self.asks_kind else {"kind"}
        return [
            (name, self.row.fields[name]) for name in NAMES if name in absent and self.row.fields.get(name)
        ]

    @property
    def has_unsent_words(self) -> bool:
        return not self.has_words and bool(self.row.fields.get("caption"))

    @property
    def wrong(self) -> dict[str, list[str]]:
        """All that is wrong, beside its field."""
        return {
            name: [*self.errors.get(name, []), *self.left.get(name, [])]
            for name in {**self.errors, **self.left}
        }

    @property
    def caption_limit(self) -> int:
        """In UTF-16 units: of a caption, or of the description of photos (tiktok-api.md 6.1, 8)."""
        return DESCRIPTION_LIMIT if self.row.is_photos else CAPTION_LIMIT

    @property
    def caption_count(self) -> str:
        """As the page goes on counting it."""
        return f"{utf16_length(self.row.fields.get('caption', '')):,} / {self.caption_limit:,}"

    @property
    def digest(self) -> str:
        """SHA-256 of what a person agrees to: the content, and when it goes out. Only of a row that is ready."""
        assert self.post is not None
        content = policies.content_digest(self.post, self.media, self.images)
        return hashlib.sha256(f"{content} {self.post.due_at}".encode()).hexdigest()
