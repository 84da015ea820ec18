"""One act on many posts: what may be done with each is asked of its policy, and done by its own verb.

Nothing is all-or-nothing: every post is its own transaction, and its `Outcome` says what became of it. The verbs are
those of `authoring` and `moving`; this module only repeats them, and knows which act has an inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from accounts.templatetags.ui import local, zone_label
from scheduler import authoring, moving, policies
from scheduler.content import ContentRefused
from scheduler.states import PostStatus
from scheduler.transitions import LostRace

if TYPE_CHECKING:
    from accounts.models import User
    from scheduler.models import Post

MOST = 100
"""Posts of one act."""

CHANGED = "Somebody changed this post meanwhile. Look at it first."
NO_TIME = "This draft has no time yet. Choose a day and a time for it."


@dataclass(frozen=True)
class Shift:
    """Where posts go in time: so many days on, or to a day, a time of day, or both. Clocks are the workspace's."""

    days: int = 0
    day: date | None = None
    at: time | None = None

    def of(self, post: Post) -> datetime:
        """The wall clock that the post is moved to. Raises NotPossible for a post that has no time to start from."""
        was = (
            post.due_at.astimezone(post.workspace.zone).replace(tzinfo=None, microsecond=0)
            if post.due_at
            else None
        )
        day = self.day or (was.date() if was else None)
        at = self.at or (was.time() if was else None)
        if day is None or at is None:
            raise policies.NotPossible(NO_TIME)
        return datetime.combine(day + timedelta(days=self.days), at)


@dataclass(frozen=True)
class Inverse:
    """What takes the act back: a verb for the post at that version, and for a move in time where it stood."""

    verb: str
    version: int
    time: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of one post: what was done or, where it was refused, why."""

    post: UUID
    done: bool
    sentence: str
    inverse: Inverse | None = None

    @property
    def plain(self) -> dict[str, Any]:
        """For a session, which keeps JSON."""
        return asdict(self) | {"post": str(self.post)}

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Outcome:
        inverse = Inverse(**plain["inverse"]) if plain["inverse"] else None
        return cls(UUID(plain["post"]), plain["done"], plain["sentence"], inverse)


@dataclass(frozen=True)
class Act:
    """Something to do with many posts: its words, the policy that allows it, and how one post is done."""

    key: str
    title: str
    button: str
    warning: str
    icon: str
    check: Callable[[Post], None]
    do: Callable[..., Outcome]


def refusal(act: Act, post: Post) -> str:
    """Why the act is not for this post now; empty where it is."""
    try:
        act.check(post)
    except policies.NotPossible as no:
        return str(no)
    return ""


def perform(
    act: Act, posts: Sequence[Post], *, by: User, versions: Mapping[UUID, int], shift: Shift | None = None
) -> list[Outcome]:
    """Do it with each, in the given order; `versions` are those the person has seen."""
    return [_tried(post, partial(act.do, post, by, versions[post.pk], shift)) for post in posts]


def undo(outcomes: Sequence[Outcome], posts: Mapping[UUID, Post], *, by: User) -> list[Outcome]:
    """Take back what has an inverse, post by post."""
    return [
        _tried(post, partial(_undone, post, each.inverse, by))
        for each in outcomes
        if each.inverse and (post := posts.get(each.post))
    ]


def _tried(post: Post, do: Callable[[], Outcome]) -> Outcome:
    try:
        return do()
    except policies.NotPossible as no:
        return Outcome(post.pk, False, str(no))
    except ContentRefused as refused:
        return Outcome(post.pk, False, " ".join(problem.sentence for problem in refused.problems))
    except (authoring.StaleVersion, LostRace):
        return Outcome(post.pk, False, CHANGED)


# --- one post at a time


def _cancel(post: Post, by: User, _version: int, _shift: Shift | None) -> Outcome:
    was_draft = post.status == PostStatus.DRAFT
    authoring.cancel(post=post, by=by)
    return Outcome(
        post.pk, True, "Cancelled. It will not go out.", Inverse("draft", post.version) if was_draft else None
    )


def _to_drafts(post: Post, by: User, _version: int, _shift: Shift | None) -> Outcome:
    was_cancelled = post.status == PostStatus.CANCELLED
    authoring.move_to_drafts(post=post, by=by)
    return Outcome(
        post.pk, True, "Moved to drafts.", Inverse("cancel", post.version) if was_cancelled else None
    )


def _retry(post: Post, by: User, version: int, _shift: Shift | None) -> Outcome:
    authoring.retry(post=post, by=by, version=version)
    return Outcome(post.pk, True, "On its way.")


def _reschedule(post: Post, by: User, version: int, shift: Shift | None) -> Outcome:
    """A post that did not go out is on the schedule afterwards, and nothing puts it back."""
    was, stays = _time_of(post), post.status in moving.GOES_BACK
    meant = (shift or Shift()).of(post)
    row = moving.move(post=post, by=by, day=meant.date(), time=meant.time(), version=version)
    inverse = Inverse("reschedule", row.version, was) if stays and was["due_at"] else None
    return Outcome(post.pk, True, f"Moved to {_told(row)}.", inverse)


def _undone(post: Post, inverse: Inverse | None, by: User) -> Outcome:
    if inverse is None or post.version != inverse.version:
        raise authoring.StaleVersion(f"post {post.pk} is at version {post.version}")
    if inverse.verb == "reschedule":
        back = {**inverse.time, "due_at": datetime.fromisoformat(inverse.time["due_at"])}
        row = moving.place(post=post, by=by, version=inverse.version, due=back)
        return Outcome(post.pk, True, f"Back at {_told(row)}.")
    if inverse.verb == "draft":
        authoring.move_to_drafts(post=post, by=by)
        return Outcome(post.pk, True, "A draft again.")
    authoring.cancel(post=post, by=by)
    return Outcome(post.pk, True, "Cancelled again.")


def _time_of(post: Post) -> dict[str, str]:
    """When the post is meant for, as a session can keep it."""
    due_at = post.due_at.astimezone(UTC).isoformat() if post.due_at else ""
    return {"due_at": due_at, "due_local": post.due_local, "due_zone": post.due_zone}


def _told(post: Post) -> str:
    return f"{local(post.due_at, post.zone)}, {zone_label(post.due_zone)}"


ACTS = {
    act.key: act
    for act in (
        Act(
            "reschedule",
            "Move in time",
            "Move",
            "What was agreed to stays agreed.",
            "calendar-clock",
            policies.check_can_edit,
            _reschedule,
        ),
        Act(
            "draft",
            "Back to drafts",
            "Move to drafts",
            "They leave the schedule. To go out, each has to be scheduled again.",
            "pencil-line",
            policies.check_can_move_to_drafts,
            _to_drafts,
        ),
        Act(
            "retry",
            "Post now",
            "Post now",
            "Each goes to TikTok at once, as it was agreed to. This can't be taken back.",
            "send",
            policies.check_can_retry,
            _retry,
        ),
        Act(
            "cancel",
            "Cancel",
            "Cancel posts",
            "They will not go out. A cancelled post can be moved to drafts.",
            "x",
            policies.check_can_cancel,
            _cancel,
        ),
    )
}
"""By the name that the page sends."""
