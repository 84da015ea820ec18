"""Posts that come back: starting and stopping a rule, making its copies ahead, and agreeing to some of them.

A copy is made as a draft with its time. What a person agreed to is one post (tiktok-api.md 15 points 24 and 29), so
no copy goes out on the strength of another: each is scheduled by somebody who saw it, with TikTok's word on the
creator at that moment. `unagreed` reminds its owner; `recurrence` knows the days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from accounts import audit, hours
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler import authoring, policies, times
from scheduler.authoring import CONTENT, IMAGES
from scheduler.clock import database_now
from scheduler.models import Post, Repeat, RepeatCopy
from scheduler.policies import NotPossible
from scheduler.slots import LEAD
from scheduler.states import PostStatus

if TYPE_CHECKING:
    from accounts.models import User
    from scheduler.recurrence import Rule
    from tiktok.client.types import CreatorInfo

AHEAD = timedelta(days=28)
"""How far ahead copies are made, so that the calendar shows them and somebody can agree in time."""

AT_ONCE = 200
"""Rules of one round; the next one takes the others."""

AS_MADE = 1
"""The version of a copy that nobody has touched."""


@dataclass(frozen=True)
class Answer:
    """What became of one copy that was agreed to; `refused` says why it was not scheduled."""

    post: Post
    refused: str = ""


def check_can_repeat(post: Post) -> None:
    """Raises NotPossible with the sentence for the person."""
    if post.due_at is None:
        raise NotPossible("Give this post a day and a time first; its copies come after it.")
    if RepeatCopy.objects.filter(workspace_id=post.workspace_id, post=post).exists():
        raise NotPossible("This post is a copy itself. Change the series it belongs to.")
    if Repeat.objects.filter(workspace_id=post.workspace_id, post=post, ended_at__isnull=True).exists():
        raise NotPossible("This post repeats already. Stop that first.")


def series_of(post: Post) -> Repeat | None:
    """The rule of this post that runs, or ran last; of a copy, the rule that made it."""
    rows = Repeat.objects.filter(workspace_id=post.workspace_id).select_related("post")
    found: Repeat | None = rows.filter(post=post).order_by("-created_at").first()
    return found or rows.filter(copies__post=post).first()


def start(*, post: Post, rule: Rule, by: User) -> Repeat:
    """Have the post come back, and make the first copies at once. Raises NotPossible."""
    with transaction.atomic():
        row = Post.objects.select_for_update(of=("self",)).get(workspace_id=post.workspace_id, pk=post.pk)
        check_can_repeat(row)
        if rule.ends_by(rule.starts):
            raise NotPossible("No day is left for a copy. Choose a later end, or other days.")
        repeat = Repeat.objects.create(
            workspace_id=row.workspace_id,
            post=row,
            weekdays=sorted(rule.weekdays),
            at=rule.at,
            every_weeks=rule.every_weeks,
            starts=rule.starts,
            until=rule.until,
            times=rule.times,
            made_through=rule.starts,
            created_by=by,
        )
        with hours.following():  # a record reads the same, whoever made it
            words = rule.words
        audit.record(action="post.repeat_started", by=by, target=row, detail={"rule": words})
        make_ahead(repeat)
    repeat.refresh_from_db()
    return repeat


def stop(*, repeat: Repeat, by: User) -> list[Post]:
    """Make no more copies, and cancel the drafts to come that nobody has touched; returns those.

    What somebody scheduled or changed is theirs, and stays.
    """
    with transaction.atomic():
        row = _locked(repeat)
        now = database_now()
        if row.ended_at is None:
            Repeat.objects.filter(workspace_id=row.workspace_id, pk=row.pk).update(ended_at=now)
        drafts = list(waiting(row, now).filter(version=AS_MADE))
        for draft in drafts:
            authoring.cancel(post=draft, by=by)
        audit.record(action="post.repeat_stopped", by=by, target=row.post)
    return drafts


def waiting(repeat: Repeat, now: datetime) -> Any:
    """Its copies to come that nobody has agreed to yet, soonest first."""
    posts = Post.objects.filter(workspace_id=repeat.workspace_id, repeat_copy__repeat=repeat)
    return posts.filter(status=PostStatus.DRAFT, due_at__gt=now).order_by("due_at", "pk")


def make_ahead(repeat: Repeat) -> list[Post]:
    """Make the copies of the coming four weeks that are not there yet; each day has one, however often this runs.

    Days that have passed unmade stay unmade.
    """
    with transaction.atomic():
        row = _locked(repeat)
        if row.ended_at is not None:
            return []
        now = database_now()
        last = times.day_in(now + AHEAD, row.workspace.time_zone)
        known = set(
            RepeatCopy.objects.filter(workspace_id=row.workspace_id, repeat=row).values_list("day", flat=True)
        )
        days = row.rule.days_between(row.made_through + timedelta(days=1), last)
        made = [_copy_for(row, day, now) for day in days if day not in known]
        ended_at = now if row.rule.ends_by(last) else None
        Repeat.objects.filter(workspace_id=row.workspace_id, pk=row.pk).update(
            made_through=max(last, row.made_through), ended_at=ended_at
        )
    return [post for post in made if post is not None]


def make_all_ahead() -> int:
    """The sweep: every rule whose four weeks have moved on. Returns how many copies were made."""
    until = (database_now() + AHEAD - timedelta(days=1)).date()
    with cross_tenant(CrossTenant.REPEATS):
        due = Repeat.objects.filter(ended_at__isnull=True, made_through__lt=until)
        rows = list(due.order_by("made_through", "pk").values_list("workspace_id", "pk")[:AT_ONCE])
    made = 0
    for workspace_id, pk in rows:
        with workspace_scope(workspace_id):
            made += len(make_ahead(Repeat(workspace_id=workspace_id, pk=pk)))
    return made


def agree(
    *, repeat: Repeat, shown: Iterable[tuple[UUID, int]], by: User, creator: CreatorInfo | None
) -> list[Answer]:
    """Schedule the copies that a person was shown, as (post, version), each on its own.

    A copy that changed since, or differs from the series' post, which is all the page shows, is refused.
    """
    source = Post.objects.select_related("account").get(workspace_id=repeat.workspace_id, pk=repeat.post_id)
    answers = []
    for pk, version in shown:
        with transaction.atomic():
            copies = Post.objects.filter(workspace_id=repeat.workspace_id, repeat_copy__repeat=repeat, pk=pk)
            post = copies.select_for_update(of=("self",)).first()
            if post is not None:
                answers.append(_agree_to(post, version, source, by, creator))
    return answers


def match(*, repeat: Repeat, post_id: UUID, by: User) -> Post | None:
    """Give a copy that is a draft the words, files and settings of the series' post; it keeps its time."""
    copies = Post.objects.filter(workspace_id=repeat.workspace_id, repeat_copy__repeat=repeat)
    post = copies.filter(pk=post_id, status=PostStatus.DRAFT).first()
    if post is None:
        return None
    return authoring.edit(post=post, version=post.version, by=by, fields=_content(repeat.post))


def is_like(copy: Post, source: Post) -> bool:
    """Whether a copy still says exactly what the series' post says, time apart."""
    return _content(copy) == _content(source)


# --- the parts they share


def _locked(repeat: Repeat) -> Repeat:
    rows = Repeat.objects.select_for_update(of=("self",)).select_related("post", "workspace")
    row: Repeat = rows.get(workspace_id=repeat.workspace_id, pk=repeat.pk)
    return row


def _copy_for(repeat: Repeat, day: date, now: datetime) -> Post | None:
    zone = repeat.workspace.time_zone
    meant = times.on_day(day, repeat.at, zone)
    if meant is None or meant[1] <= now + LEAD:
        return None
    time_of_day = {"due_at": meant[1], "due_local": meant[0].isoformat(), "due_zone": zone}
    maker: Any = repeat.created_by
    post = authoring.create(workspace=repeat.workspace, by=maker, fields=_content(repeat.post) | time_of_day)
    RepeatCopy.objects.create(workspace_id=repeat.workspace_id, repeat=repeat, day=day, post=post)
    return post


def _content(post: Post) -> dict[str, Any]:
    """Everything but the time; pages fetch `images__media` ahead."""
    images = [row.media for row in post.images.all()]
    return {name: getattr(post, name) for name in CONTENT} | {IMAGES: images}


def _agree_to(post: Post, version: int, source: Post, by: User, creator: CreatorInfo | None) -> Answer:
    if post.version != version or post.status != PostStatus.DRAFT:
        return Answer(post, "Somebody changed it meanwhile.")
    if not is_like(post, source):
        return Answer(post, "It differs from the post of the series. Schedule it on its own page.")
    try:
        return Answer(authoring.schedule(post=post, by=by, creator=creator))
    except policies.ContentRefused as refused:
        return Answer(post, " ".join(problem.sentence for problem in refused.problems))
    except NotPossible as no:
        return Answer(post, str(no))
