"""One row of an import as people have it: raw text by field, valid or not, so that nothing typed is lost."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from scheduler import times
from scheduler.digits import number_of
from scheduler.forms import CAPTION_CAP
from scheduler.states import PostKind, PostMode

if TYPE_CHECKING:
    from django.http import QueryDict

TEXTS = (
    *("account", "kind", "mode", "media", "images", "which", "cover_timestamp_ms", "cover_index"),
    *("title", "caption", "date", "time", "fold", "privacy_level"),
)
"""`images` are the names of photos, a line each; `which` says of those that a file is settled for, as `place:id`."""

BOXES = (
    *("allow_comment", "allow_duet", "allow_stitch", "auto_add_music"),
    *("disclose", "brand_organic", "brand_content", "is_aigc"),
)
NAMES = (*TEXTS, *BOXES)
SETTLED = frozenset({"account", "kind", "mode", "media", "which", "cover_index"})
"""What the page may show although nothing is kept of it yet: the only account, the only file of a name, a default."""

LABELS = {
    "kind": "What it posts",
    "mode": "Where it goes",
    "media": "Video",
    "images": "Photos",
    "cover_timestamp_ms": "Cover moment",
    "cover_index": "Cover photo",
    "account": "Account",
    "title": "Title",
    "caption": "Caption",
    "date": "Day",
    "time": "Time",
    "privacy_level": "Who can watch",
}
"""The fields that two people may fill in differently, as the table heads them."""

CHOSEN_OF_MANY = frozenset({"account", "date", "privacy_level", "kind", "mode", "cover_index"})
"""Where the list's own word is shown until something is chosen in its place."""


@dataclass(frozen=True)
class Row:
    """`number` is what people call it, `file` the name that its list says; `fields` are as the form sends them.

    `notes` holds by field what of the list could not be read, `told` why it was not made a post the last time, `page`
    which opened page wrote the fields last; nothing where no page did.
    """

    number: int
    file: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    told: str = ""
    page: str = ""

    @property
    def key(self) -> str:
        """What stands before the names of its fields in the page."""
        return f"r{self.number}"

    @property
    def plain(self) -> dict[str, Any]:
        """For a column of JSON."""
        return asdict(self)

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Row:
        return cls(**plain)

    @property
    def is_photos(self) -> bool:
        return self.fields.get("kind") == PostKind.PHOTO

    @property
    def is_inbox(self) -> bool:
        """A draft that the creator finishes in the TikTok app."""
        return self.fields.get("mode") == PostMode.INBOX

    @property
    def photos(self) -> list[str]:
        """The names of its photos in their order; none where it is no carousel."""
        lines = self.fields.get("images", "").splitlines() if self.is_photos else []
        return [line.strip() for line in lines if line.strip()]

    @property
    def which(self) -> dict[int, str]:
        """The ids that are settled for its photos, by their place from 0."""
        return _places(self.fields.get("which", ""))

    @property
    def files(self) -> set[str]:
        """The ids of all that is settled for it."""
        media = self.fields.get("media", "")
        return set(self.which.values()) if self.is_photos else {media} - {""}

    @property
    def is_undated(self) -> bool:
        """Whether nobody has said anything about its time."""
        return not (self.fields.get("date") or self.fields.get("time") or self.notes.get("date"))

    @property
    def form_data(self) -> dict[str, str]:
        """As a browser sends it to a form whose prefix is the key."""
        return {f"{self.key}-{name}": text for name, text in self.fields.items() if text}

    def with_fields(self, **fields: str) -> Row:
        return replace(self, fields={**self.fields, **fields})

    def chosen(self, name: str, text: str) -> Row:
        """The row with what a person wrote into one field."""
        return self._written({**self.fields, name: clean(text)})

    def says(self, name: str, text: str) -> bool:
        """Whether that is what it says in a field; a time may be written in several ways."""
        return _meant(name, text) == _meant(name, self.fields.get(name, ""))

    @property
    def seen(self) -> str:
        """A mark of each field's text. The page sends it back, so that it changes only what was changed on it."""
        return ".".join(_mark(name, self.fields.get(name, "")) for name in NAMES)

    def taken_from(self, data: QueryDict) -> Row:
        """The row with what the page changed, but for what another page has written there meanwhile."""
        seen, clashes = self._seen_by(data), self.clashes_with(data)
        fields = {
            name: self.fields.get(name, "") if name in clashes else self._merged(name, text, seen.get(name))
            for name, text in self._sent(data).items()
        }
        if all(self.fields.get(name, "") == text for name, text in fields.items()):
            return self
        return replace(self._written(fields), page=data.get("page", ""))

    def _written(self, fields: Mapping[str, str]) -> Row:
        """Where its day or time is another, so is which of two hours is meant."""
        if any(fields[name] != self.fields.get(name, "") for name in ("date", "time") if name in fields):
            fields = {**fields, "fold": ""}
        notes = {
            name: note
            for name, note in self.notes.items()
            if name not in CHOSEN_OF_MANY or not fields.get(name)
        }
        return replace(self, fields=fields, notes=notes, told="")

    def clashes_with(self, data: QueryDict) -> dict[str, str]:
        """By field what the page wrote where another page has written something else since this one was drawn."""
        if data.get("page", "") == self.page:
            return {}
        return {
            name: text for name, text in self.changed_on(data).items() if self._is_another(name, text, data)
        }

    def _is_another(self, name: str, sent: str, data: QueryDict) -> bool:
        here = self.fields.get(name, "")
        is_settled = not here and name in SETTLED
        return here != sent and not is_settled and _mark(name, here) != self._seen_by(data)[name]

    def changed_on(self, data: QueryDict) -> dict[str, str]:
        """By field what the page wrote, whatever has become of the row."""
        seen, sent = self._seen_by(data), self._sent(data)
        return {name: sent[name] for name in LABELS if name in seen and _mark(name, sent[name]) != seen[name]}

    def is_as_sent(self, data: QueryDict) -> bool:
        """Whether the page shows what is kept; where another page changed it meanwhile, it does not."""
        return all(self.fields.get(name, "") == text for name, text in self._sent(data).items())

    def _seen_by(self, data: QueryDict) -> dict[str, str]:
        """The marks of what the page was drawn with; none where it says nothing of it."""
        marks = data.get(f"{self.key}-seen", "")
        return dict(zip(NAMES, marks.split("."), strict=False)) if marks else {}

    def _sent(self, data: QueryDict) -> dict[str, str]:
        texts = {name: clean(data.get(f"{self.key}-{name}", "")) for name in TEXTS}
        texts["which"] = _in_order(clean(",".join(data.getlist(f"{self.key}-which"))))
        if self.says("time", texts["time"]):
            texts["time"] = self.fields.get("time", "")
        return texts | {name: "on" if f"{self.key}-{name}" in data else "" for name in BOXES}

    def _merged(self, name: str, sent: str, seen: str | None) -> str:
        here = self.fields.get(name, "")
        is_untouched = _mark(name, sent) == seen and (here or name not in SETTLED)
        return here if is_untouched else sent


def _mark(name: str, text: str) -> str:
    return hashlib.blake2b(_meant(name, text).encode(), digest_size=6).hexdigest()


def _meant(name: str, text: str) -> str:
    """The same for each way to write one time: a page shows it as its reader's clock does, not as it is kept."""
    if name != "time":
        return text
    try:
        return times.parse_time(text).isoformat()
    except times.NotATime:
        return text


def _places(which: str) -> dict[int, str]:
    pairs = (each.partition(":") for each in which.split(","))
    return {number: media for place, _, media in pairs if (number := number_of(place)) is not None}


def _in_order(which: str) -> str:
    """As it is kept, in whichever fields the page has sent it."""
    return ",".join(f"{place}:{media}" for place, media in sorted(_places(which).items()))


def clean(text: str) -> str:
    """As PostgreSQL keeps it, and no longer than any field of ours."""
    return text.replace("\0", "").replace("\r\n", "\n")[:CAPTION_CAP]
