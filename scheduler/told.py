"""Which mails about posts went out, to whom, and how many wait: what the page "Notifications" shows.

A line of a post's timeline is written when the mail server has taken a mail (`notices`, `digests`); here those lines
of a whole workspace are read again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from scheduler import notices
from scheduler.holds import Holds
from scheduler.models import Post, PostEvent
from scheduler.risks import Risks
from scheduler.states import EXPLANATIONS, EventKind, PostStatus, Reason
from scheduler.unagreed import Unagreed
from scheduler.zone_moves import ZoneMoves

if TYPE_CHECKING:
    from accounts.models import Workspace

DIGESTS = (Risks, Holds, Unagreed, ZoneMoves)

OUTCOMES = {
    PostStatus.FAILED: "Not posted",
    PostStatus.MISSED: "Missed",
    PostStatus.NEEDS_CHECK: "Did this go out?",
}


@dataclass(frozen=True)
class Letter:
    """One post in one mail: when the mail server took it, what it said, and to whom."""

    at: datetime
    post: Post
    news: str
    to: str


def sent(workspace: Workspace) -> Any:
    """The lines, newest first, as a query; `letters` puts a page of them into words."""
    lines = PostEvent.objects.filter(workspace=workspace, kind=EventKind.OWNER_TOLD)
    return lines.select_related("post__account", "post__media").order_by("-at", "-pk")


def letters(lines: Iterable[PostEvent]) -> list[Letter]:
    lines = list(lines)
    about = _outcomes(lines)
    return [Letter(line.at, line.post, _news(line, about), line.detail.get("to", "")) for line in lines]


def waiting(workspace: Workspace) -> int:
    """Posts whose owner is to be told of something and is not yet; a minute is usual, more is a mail server's no."""
    rows = sum(digest().untold().filter(workspace=workspace).count() for digest in DIGESTS)
    return rows + notices.untold().filter(workspace=workspace).count()


def _outcomes(lines: list[PostEvent]) -> dict[str, str]:
    """The status that each told event is about, by the event's id."""
    if not (wanted := {line.detail["about"] for line in lines if "about" in line.detail}):
        return {}
    events = PostEvent.objects.filter(
        workspace_id=lines[0].workspace_id, pk__in=[UUID(each) for each in wanted]
    )
    return {str(pk): status for pk, status in events.values_list("pk", "status_to")}


def _news(line: PostEvent, about: dict[str, str]) -> str:
    told = line.detail
    if "about" in told:
        return OUTCOMES[PostStatus(about[told["about"]])]
    if "held" in told:
        name = line.post.account.display_name if line.post.account else "The account"
        return f"On hold: {EXPLANATIONS[Reason(told['held'])].title.format(account=name)}"
    if "clocks" in told:
        return "Goes out at another moment"
    return "Waits for somebody's yes" if "unagreed" in told else "May not go out"
