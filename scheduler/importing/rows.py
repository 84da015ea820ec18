"""One row of an import as people have it: raw text by field, valid or not, so that nothing typed is lost."""

from __future__ import annotations

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

    def taken_from(self, data: QueryDict) -> Row:
        """The row as the page sends it; where its day or time is another, so is which of two hours is meant."""
        sent = {name: clean(data.get(f"{self.key}-{name}", "")) for name in TEXTS}
        ticked = {name: "on" if f"{self.key}-{name}" in data else "" for name in BOXES}
        if any(sent[name] != self.fields.get(name, "") for name in ("date", "time")):
            sent["fold"] = ""
        fields = sent | ticked
        if all(self.fields.get(name, "") == text for name, text in fields.items()):
            return self
        notes = {
            name: note for name, note in self.notes.items() if name not in CHOSEN_OF_MANY or not fields[name]
        }
        return replace(self, fields=fields, notes=notes, told="")


def clean(text: str) -> str:
    """As PostgreSQL keeps it, and no longer than any field of ours."""
    return text.replace("\0", "").replace("\r\n", "\n")[:CAPTION_CAP]
