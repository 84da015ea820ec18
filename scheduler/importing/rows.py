"""One row of an import as people have it: raw text by field, valid or not, so that nothing typed is lost."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from scheduler.forms import CAPTION_CAP

if TYPE_CHECKING:
    from django.http import QueryDict

TEXTS = ("account", "media", "caption", "date", "time", "fold", "privacy_level")
BOXES = (
    *("allow_comment", "allow_duet", "allow_stitch"),
    *("disclose", "brand_organic", "brand_content", "is_aigc"),
)
NAMES = (*TEXTS, *BOXES)
SETTLED = frozenset({"account", "media"})
"""What the page may show although nothing is kept of it yet: the only account, the only file of a name."""

CHOSEN_OF_MANY = frozenset({"account", "date", "privacy_level"})
"""Where the list's own word is shown until something is chosen in its place."""


@dataclass(frozen=True)
class Row:
    """`number` is what people call it, `file` the name that its list says; `fields` are as the form sends them.

    `notes` holds by field what of the list could not be read, `told` why it was not made a post the last time.
    """

    number: int
    file: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    told: str = ""

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
    def is_undated(self) -> bool:
        """Whether nobody has said anything about its time."""
        return not (self.fields.get("date") or self.fields.get("time") or self.notes.get("date"))

    @property
    def form_data(self) -> dict[str, str]:
        """As a browser sends it to a form whose prefix is the key."""
        return {f"{self.key}-{name}": text for name, text in self.fields.items() if text}

    def with_fields(self, **fields: str) -> Row:
        return replace(self, fields={**self.fields, **fields})

    @property
    def seen(self) -> str:
        """A mark of each field's text. The page sends it back, so that it changes only what was changed on it."""
        return ".".join(_mark(self.fields.get(name, "")) for name in NAMES)

    def taken_from(self, data: QueryDict) -> Row:
        """The row with what the page changed; where its day or time is another, so is which of two hours is meant."""
        seen = dict(zip(NAMES, data.get(f"{self.key}-seen", "").split("."), strict=False))
        fields = {name: self._merged(name, text, seen.get(name)) for name, text in self._sent(data).items()}
        if any(fields[name] != self.fields.get(name, "") for name in ("date", "time")):
            fields["fold"] = ""
        if all(self.fields.get(name, "") == text for name, text in fields.items()):
            return self
        notes = {
            name: note for name, note in self.notes.items() if name not in CHOSEN_OF_MANY or not fields[name]
        }
        return replace(self, fields=fields, notes=notes, told="")

    def is_as_sent(self, data: QueryDict) -> bool:
        """Whether the page shows what is kept; where another page changed it meanwhile, it does not."""
        return all(self.fields.get(name, "") == text for name, text in self._sent(data).items())

    def _sent(self, data: QueryDict) -> dict[str, str]:
        texts = {name: clean(data.get(f"{self.key}-{name}", "")) for name in TEXTS}
        return texts | {name: "on" if f"{self.key}-{name}" in data else "" for name in BOXES}

    def _merged(self, name: str, sent: str, seen: str | None) -> str:
        here = self.fields.get(name, "")
        is_untouched = _mark(sent) == seen and (here or name not in SETTLED)
        return here if is_untouched else sent


def _mark(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def clean(text: str) -> str:
    """As PostgreSQL keeps it, and no longer than any field of ours."""
    return text.replace("\0", "").replace("\r\n", "\n")[:CAPTION_CAP]
