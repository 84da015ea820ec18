"""The status poll in chunks: thousands in flight are asked about together, and hold no thread while they wait.

What an answer means stands in `confirm`, for one post and for many. Here are only the question, and the two answers
that come for nearly all of them: nothing new yet (`unsettled`), and published (`settled`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import DatabaseError

from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler import confirm, lanes, pacing, publishing, resending
from scheduler.clock import Clock
from scheduler.clockwork import Clockwork, clockwork
from scheduler.lease import Lease
from scheduler.models import PublishAttempt
from scheduler.pacing import Call
from scheduler.pulls import files_of
from scheduler.recovery import after_crash
from scheduler.settled import is_settled, publish_all
from scheduler.states import OPEN_STAGES, NextStep, PostStatus
from scheduler.transitions import LostRace
from scheduler.unsettled import is_unsettled, keep_all
from scheduler.work import Work
from tiktok import tokens
from tiktok.client.errors import AuthRefusal, NoAnswer, TikTokError
from tiktok.client.types import PublishStatus
from tiktok.tokens import NeedsReconnect
from tiktok.wiring import NotConfigured, async_api_client

if TYPE_CHECKING:
    from scheduler.lanes import WakeUp
    from scheduler.staged import Staged
    from tiktok.client.aio import AsyncTikTokClient
    from tiktok.client.secret import Secret

logger = logging.getLogger(__name__)


@dataclass
class Question:
    """One post that is asked about, and what came back."""

    work: Work
    token: Secret
    answer: PublishStatus | TikTokError | None = None
    lacks_last_chunk: bool = False


def begin(wake_ups: Sequence[WakeUp]) -> None:
    """Ask about these posts and return at once."""
    clockwork().spawn(ask_all(clockwork(), wake_ups))


def ask_all(loop: Clockwork, wake_ups: Sequence[WakeUp]) -> Coroutine[Any, Any, None]:
    """Ask TikTok about a chunk of posts and act on each answer."""
    try:
        client = async_api_client(loop.transport)
    except NotConfigured:
        return _step_all(loop, wake_ups)
    return _ask_all(loop, client, wake_ups)


async def _step_all(loop: Clockwork, wake_ups: Sequence[WakeUp]) -> None:
    """Nobody can be asked from here at all: each post's ordinary step notes that, and how long it has waited."""
    for alone in await loop.in_thread(lambda: take_alone(wake_ups)):
        await loop.in_thread(partial(step, alone))


async def _ask_all(loop: Clockwork, client: AsyncTikTokClient, wake_ups: Sequence[WakeUp]) -> None:
    questions, others = await loop.in_thread(lambda: prepare(wake_ups))
    await asyncio.gather(*(_ask(client, question) for question in questions))
    await loop.in_thread(lambda: hear_all(questions))
    await _send_again(loop, client, [question for question in questions if question.lacks_last_chunk])
    for alone in others:
        await loop.in_thread(partial(step, alone))


async def _ask(client: AsyncTikTokClient, question: Question) -> None:
    assert question.work.attempt is not None
    try:
        question.answer = await client.publish_status(question.token, question.work.attempt.publish_id)
    except TikTokError as error:
        question.answer = error
    except Exception as error:  # one question's trouble leaves the other answers to be heard
        logger.exception("the question about post %s broke off", question.work.post.pk)
        question.answer = NoAnswer(type(error).__name__)


async def _send_again(loop: Clockwork, client: AsyncTikTokClient, questions: Sequence[Question]) -> None:
    """Last chunks that TikTok lacks, together; their lanes are free afterwards."""
    if not questions:
        return
    staged = await loop.in_thread(lambda: _staged(questions, client))
    if staged:
        await resending.send_all(loop, questions[0].work.clock, staged)
    await loop.in_thread(lambda: _release(questions))


def _staged(questions: Sequence[Question], client: AsyncTikTokClient) -> list[Staged]:
    found = []
    for question in questions:
        assert isinstance(question.answer, PublishStatus)
        with workspace_scope(question.work.post.workspace_id):
            found.append(resending.prepare(question.work, question.answer, client))
    return [staged for staged in found if staged]


@dataclass(frozen=True)
class Alone:
    """A post that no plain question will do for: its ordinary step may call and wait, so it comes last."""

    workspace_id: UUID
    lease: Lease
    clock: Clock


def prepare(wake_ups: Sequence[WakeUp]) -> tuple[list[Question], list[Alone]]:
    """Take the leases, read rows and tokens; nothing here calls TikTok, for all leases run meanwhile."""
    with cross_tenant(CrossTenant.CONFIRM):
        leases = Lease.take_all(wake_ups)
        clock = Clock.measure()
        attempts = _attempts(leases)
        counted = pacing.take_all([attempt.account_id for attempt in attempts.values()], Call.STATUS)
    questions, others = [], []
    for wake_up in wake_ups:
        if (lease := leases.get(wake_up.post_id)) is None:
            continue
        attempt = attempts.get(wake_up.post_id)
        if attempt and attempt.account_id in counted and (question := _question(lease, clock, attempt)):
            questions.append(question)
        else:
            others.append(Alone(wake_up.workspace_id, lease, clock))
    return questions, others


def take_alone(wake_ups: Sequence[WakeUp]) -> list[Alone]:
    """Take the leases, for an ordinary step each."""
    with cross_tenant(CrossTenant.CONFIRM):
        leases, clock = Lease.take_all(wake_ups), Clock.measure()
    return [
        Alone(wake_up.workspace_id, leases[wake_up.post_id], clock)
        for wake_up in wake_ups
        if wake_up.post_id in leases
    ]


def hear_all(questions: Sequence[Question]) -> None:
    """Act on the answers; the lanes are free afterwards, but of those that lack their last chunk."""
    waiting = [
        (question.work, question.answer)
        for question in questions
        if isinstance(question.answer, PublishStatus) and is_unsettled(question.work, question.answer)
    ]
    heard = _keep_all(waiting) | _publish_all(questions)
    for question in questions:
        if question.work.post.pk in heard:
            continue
        with workspace_scope(question.work.post.workspace_id):
            _guarded(question.work.lease, partial(_hear, question))
    _release([question for question in questions if not question.lacks_last_chunk])


def _release(questions: Sequence[Question]) -> None:
    with cross_tenant(CrossTenant.CONFIRM):
        lanes.release([question.work.lease.lane for question in questions if question.work.lease.lane])


def _keep_all(waiting: Sequence[tuple[Work, PublishStatus]]) -> set[UUID]:
    """Where together is not possible, each is heard alone."""
    try:
        keep_all(waiting)
    except DatabaseError:
        logger.exception("%d answers could not be noted together", len(waiting))
        return set()
    return {work.post.pk for work, _ in waiting}


def _publish_all(questions: Sequence[Question]) -> set[UUID]:
    """The same for those that are live."""
    ends = [
        (question.work, question.answer)
        for question in questions
        if isinstance(question.answer, PublishStatus) and is_settled(question.work, question.answer)
    ]
    try:
        with cross_tenant(CrossTenant.CONFIRM):
            return publish_all(ends)
    except DatabaseError:
        logger.exception("%d posts could not be noted as published together", len(ends))
        return set()


def step(alone: Alone) -> None:
    """The ordinary step of one post, if it is still ours."""
    with workspace_scope(alone.workspace_id):
        _guarded(alone.lease, partial(_step, alone))
        alone.lease.leave_lane()


def _step(alone: Alone) -> None:
    alone.lease.renew()
    publishing.take_step(alone.lease, alone.clock)


def _attempts(posts: Iterable[UUID]) -> dict[UUID, PublishAttempt]:
    rows = PublishAttempt.objects.filter(post_id__in=posts, stage__in=OPEN_STAGES).exclude(publish_id="")
    return {
        row.post_id: row for row in rows.select_related("post__media", "post__account", "post__workspace")
    }


def _question(lease: Lease, clock: Clock, attempt: PublishAttempt) -> Question | None:
    """A plain question with a token at hand; None where the ordinary step has to look."""
    post = attempt.post
    if post.status != PostStatus.PUBLISHING or post.account is None:
        return None
    with workspace_scope(post.workspace_id):
        work = Work(lease, clock, post, post.media or files_of(post)[0], attempt)
        try:
            if token := tokens.at_hand(post.account):
                return Question(work, token.secret)
        except NeedsReconnect:
            return None
        except DatabaseError as error:
            logger.warning("post %s is asked about alone: %s", post.pk, error)
    return None


def _hear(question: Question) -> None:
    work, answer = question.work, question.answer
    assert answer is not None
    if isinstance(answer, AuthRefusal):
        confirm.ask(work)  # renews the token, once, and asks again
    elif isinstance(answer, TikTokError):
        confirm.hear_nothing(work, answer)
    elif confirm.lacks_only_the_last_chunk(work, answer):
        question.lacks_last_chunk = True
    elif confirm.bytes_missing(work, answer):
        # The answers behind this one do not wait for its bytes.
        work.keep(next_step_at=work.clock.now(), next_step=NextStep.CHECK)
    else:
        confirm.hear(work, answer)


def _guarded(lease: Lease, act: Callable[[], object]) -> None:
    try:
        act()
    except LostRace as lost:
        logger.info("step given up: %s", lost)
    except Exception:
        logger.exception("a step failed; its post is put off")
        after_crash(lease)
