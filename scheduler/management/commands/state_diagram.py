"""Draws the two tables of `scheduler.states` for `scheduler/README.md`; a test compares them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from django.core.management.base import BaseCommand

from scheduler.states import FIRST_STAGE, STAGES_FOLLOW, TRANSITIONS, PostStatus, Reason, Stage, Way

HOLDS = (
    Reason.NEEDS_RECONNECT,
    Reason.ACCOUNT_DISCONNECTED,
    Reason.SCOPE_MISSING,
    Reason.DAILY_CAP,
    Reason.PENDING_SHARES,
    Reason.APP_CAP,
    Reason.APP_CONFIGURATION,
    Reason.PAUSED,
)
"""Why a scheduled post waits: a hold is a note on its row and no status."""


class Command(BaseCommand):
    help = "Print the diagrams of a post's status and of an attempt's stage, as Mermaid in Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(drawn())


def drawn() -> str:
    """Both diagrams, with the line that says what each shows."""
    statuses = diagram([PostStatus.DRAFT], TRANSITIONS, note=(PostStatus.SCHEDULED, "may be on hold", HOLDS))
    upload = diagram([FIRST_STAGE[Way.UPLOAD]], STAGES_FOLLOW)
    pull = diagram([FIRST_STAGE[Way.PULL]], STAGES_FOLLOW)
    parts = [
        ("A post's status:", statuses),
        ("The stages of an attempt that is uploaded; the last byte commits:", upload),
        ("The stages of an attempt that TikTok fetches; the init commits:", pull),
    ]
    return "\n\n".join(f"{title}\n\n```mermaid\n{lines}\n```" for title, lines in parts)


def diagram(
    first: Iterable[StrEnum],
    table: Mapping[Any, frozenset[Any]],
    note: tuple[StrEnum, str, tuple[Reason, ...]] | None = None,
) -> str:
    """One Mermaid `stateDiagram-v2` of what can be reached from `first`, in the order of the vocabulary."""
    reached = _reached(first, table)
    lines = ["stateDiagram-v2", *(f"    [*] --> {one}" for one in first)]
    for one in (known for known in table if known in reached):
        following = [other for other in table if other in table[one]]
        lines += [f"    {one} --> {other}" for other in following] or [f"    {one} --> [*]"]
    if note:
        about, title, reasons = note
        lines += [f"    note right of {about}", f"        {title}", *(f"        {one}" for one in reasons)]
        lines += ["    end note"]
    return "\n".join(lines)


def _reached(first: Iterable[StrEnum], table: Mapping[Any, frozenset[Any]]) -> set[Stage | PostStatus]:
    reached: set[Any] = set()
    frontier = list(first)
    while frontier:
        one = frontier.pop()
        if one not in reached:
            reached.add(one)
            frontier += table[one]
    return reached
