"""I1 to I8 of `requirements/security.md` section 4, asked of a world after a fault: our rows against TikTok's books.

I8, no repair by hand, holds by construction: no fault test writes a row after the fault, but for time that passes
(`world.let_time_pass`).
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.models import Post, PostEvent, PublishAttempt
from scheduler.notices import LEFT_TO_THE_MESSAGE, TOLD_ABOUT, is_news
from tests.faults.engine import PROCESSING_SECONDS, SETTLES_WITHIN, eventually
from tiktok import tokens
from tiktok.models import AccountStatus, TikTokAccount
from tiktok.tokens import NeedsReconnect

if TYPE_CHECKING:
    from tests.faults.engine import Engine

LATE = timedelta(seconds=60)
CLOCKS = timedelta(milliseconds=50)
FOREVER = timedelta(days=3650)
SWEEP = timedelta(seconds=75)
SECRET_KEYS = frozenset({"refresh_token", "access_token", "upload_token", "client_secret"})
NEVER_POSTED = frozenset({"failed", "missed", "cancelled", "draft", "scheduled"})
POSTED_ONCE = frozenset({"published", "in_inbox"})


@dataclass
class Verdict:
    """One run of one fault, as the table shows it. `outcomes` counts posts by where they ended."""

    posts: int = 0
    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, invariant: str, sentence: str) -> None:
        self.wrong.append(f"{invariant}: {sentence}")


@dataclass
class Facts:
    """Everything the invariants compare, read once."""

    posts: list[Post]
    attempts: list[PublishAttempt]
    events: dict[UUID, list[PostEvent]]
    ledger: dict[str, Any]
    times: Counter[UUID]

    @classmethod
    def read(cls, engine: Engine) -> Facts:
        posts, attempts = engine.world.all_posts(), engine.world.attempts()
        events: dict[UUID, list[PostEvent]] = {}
        for event in engine.world.events():
            events.setdefault(event.post_id, []).append(event)
        ledger = engine.sandbox.ledger()
        return cls(posts, attempts, events, ledger, Counter(_owners(posts, attempts, ledger)))


def check(engine: Engine, *, within: float = SETTLES_WITHIN) -> Verdict:
    """Wait until every post is settled, ask all invariants, put the verdict into the table. Raises AssertionError."""
    verdict = Verdict()
    engine.verdicts.append(verdict)
    try:
        eventually(lambda: not engine.unsettled(), within=within, what="all posts are settled")
    except AssertionError:
        verdict.stuck = len(engine.unsettled())
        for post in engine.unsettled():
            verdict.add("I2", f"stuck: {_named(post)}, next step {post.next_step} at {post.next_step_at}")
    facts = Facts.read(engine)
    for ask in (_once, _accounted_for, _never_too_hopeful, _others_unharmed, _stopped_means_stopped):
        ask(engine, facts, verdict)
    _tokens_hold(engine, verdict)
    _secrets_hidden(engine, verdict)
    assert not verdict.wrong, "\n".join(verdict.wrong)
    return verdict


def _once(engine: Engine, facts: Facts, verdict: Verdict) -> None:
    """I1: one post of ours is at most one at TikTok, and TikTok has none that is not ours."""
    for post in facts.posts:
        if facts.times[post.pk] > 1:
            verdict.doubled += 1
            verdict.add("I1", f"{facts.times[post.pk]} times at TikTok: {_named(post)}")
    for row in facts.ledger["published_twice"]:
        verdict.add("I1", f"TikTok's books have it twice: {row}")
    if facts.times[UNKNOWN]:
        verdict.add("I1", f"{facts.times[UNKNOWN]} posts at TikTok that no post of ours explains")


def _accounted_for(engine: Engine, facts: Facts, verdict: Verdict) -> None:
    """I2: what we say became of a post is what did, with a reason, and somebody was told where it did not go out."""
    now = database_now()
    verdict.posts = len(facts.posts)
    for post in facts.posts:
        times = facts.times[post.pk]
        verdict.outcomes[f"held ({post.hold})" if post.hold else _outcome(post)] += 1
        if post.status in POSTED_ONCE and times == 0:
            verdict.lost += 1
            verdict.add("I2", f"said to be out, and TikTok has none: {_named(post)}")
        if post.status in NEVER_POSTED and times:
            verdict.add("I2", f"said not to be out, and TikTok has it: {_named(post)}")
        if post.status in TOLD_ABOUT:
            if not (post.reason or post.code):
                verdict.add("I2", f"no reason: {_named(post)}")
            if not _was_told(facts.events.get(post.pk, []), now):
                verdict.add("I2", f"nobody was told: {_named(post)}")


def _never_too_hopeful(engine: Engine, facts: Facts, verdict: Verdict) -> None:
    """I3: the status moved on only after TikTok had processed that very publish."""
    by_id = {entry["publish_id"]: entry for entry in facts.ledger["publishes"]}
    ids: dict[UUID, list[str]] = {}
    for attempt in facts.attempts:
        ids.setdefault(attempt.post_id, []).append(attempt.publish_id)
    for post in facts.posts:
        said = [
            event
            for event in facts.events.get(post.pk, [])
            if event.status_to in POSTED_ONCE and not event.by_id
        ]
        known = [by_id[name]["committed_at"] for name in ids.get(post.pk, []) if name in by_id]
        done = [at + PROCESSING_SECONDS for at in known if at is not None]
        if said and (not done or said[0].at + CLOCKS < datetime.fromtimestamp(min(done), UTC)):
            verdict.add("I3", f"{said[0].status_to} at {said[0].at}, before TikTok's word: {_named(post)}")


def _others_unharmed(engine: Engine, facts: Facts, verdict: Verdict) -> None:
    """I4: posts of the other workspace went out, and on time unless everything was broken."""
    strangers = {post.pk for post in engine.world.bystanders}
    commits = {
        attempt.post_id: attempt.commit_intent_at for attempt in facts.attempts if attempt.commit_intent_at
    }
    for post in facts.posts:
        if post.pk not in strangers:
            continue
        assert post.due_at is not None
        at = commits.get(post.pk)
        if post.status != "published" or at is None:
            verdict.add("I4", f"another workspace's post is not out: {_named(post)}")
        elif at - post.due_at > LATE and not engine.everything_is_broken:
            verdict.add("I4", f"another workspace's post is {at - post.due_at} late: {_named(post)}")


def _stopped_means_stopped(engine: Engine, facts: Facts, verdict: Verdict) -> None:
    """I7: no commit was intended after a committed pause or disconnect; cancelled posts are `_accounted_for`."""
    for attempt in facts.attempts:
        at, account = attempt.commit_intent_at, attempt.account
        if at is None:
            continue
        if account.status == AccountStatus.DISCONNECTED and at > account.status_since + CLOCKS:
            verdict.add("I7", f"committed after the disconnect: {_named(attempt.post)}")
        for pause in engine.world.pauses:
            concerned = pause.workspace_id in (None, attempt.workspace_id)
            if concerned and at > pause.begin + CLOCKS and (pause.end is None or at < pause.end):
                verdict.add("I7", f"committed while paused: {_named(attempt.post)}")


def _tokens_hold(engine: Engine, verdict: Verdict) -> None:
    """I5: TikTok accepts the refresh token that we hold, or the account says that it must be connected again."""
    accounts = {attempt.account for attempt in engine.world.attempts()} | {engine.world.luna}
    for account in accounts:
        with workspace_scope(account.workspace_id):
            row = TikTokAccount.objects.get(workspace_id=account.workspace_id, pk=account.pk)
            if row.status != AccountStatus.ACTIVE:
                continue
            try:
                tokens.fresh(row, needed=FOREVER, someone_waits=True)
            except NeedsReconnect:
                verdict.add(
                    "I5", f"TikTok does not know the refresh token of {row.username}, and nobody was told"
                )


def _secrets_hidden(engine: Engine, verdict: Verdict) -> None:
    """I6: no token, upload URL or key stands in any output, mail or timeline."""
    secrets = set(_secrets(engine))
    written = [*engine.processes.outputs(), *_mails(engine)]
    written += [("a timeline", json.dumps(event.detail)) for event in engine.world.events()]
    for name, text in written:
        for secret in secrets:
            if secret in text:
                verdict.add("I6", f"a secret ({secret[:6]}…) in {name}")


def _secrets(engine: Engine) -> Iterator[str]:
    state = engine.sandbox.state
    journals = sorted(state.with_name(f"{state.stem}-media").glob("*.jsonl"))
    yield from _values(json.loads(state.read_text()))
    for journal in journals:
        for line in journal.read_text().splitlines():
            yield from _values(json.loads(line))
    environment = engine.processes.environment
    for name in ("SECRET_KEY", "TOKEN_ENCRYPTION_KEYS", "TIKTOK_CLIENT_SECRET"):
        yield environment.get(name) or os.environ[name]


def _values(found: Any) -> Iterator[str]:
    """The secrets somewhere inside plain data."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key in SECRET_KEYS and isinstance(value, str) and value:
                yield value
            elif key == "access_tokens":
                yield from value
            else:
                yield from _values(value)
    elif isinstance(found, list):
        for value in found:
            yield from _values(value)


def _mails(engine: Engine) -> Iterator[tuple[str, str]]:
    for path in Path(engine.state / "mail").glob("*.eml"):
        yield path.name, path.read_text()


UNKNOWN = UUID(int=0)


def _owners(
    posts: Iterable[Post], attempts: Iterable[PublishAttempt], ledger: dict[str, Any]
) -> Iterator[UUID]:
    """For every TikTok post, the post of ours that it shows, by its words or else its bytes, else by its id."""
    by_words = {post.caption: post.pk for post in posts if post.caption}
    by_bytes = {post.media.sha256: post.pk for post in posts if post.media and not post.caption}
    by_id = {attempt.publish_id: attempt.post_id for attempt in attempts if attempt.publish_id}
    for row in ledger["contents"]:
        owner = (
            by_words.get(row["caption"]) or by_bytes.get(row["sha256"]) or by_id.get(row["publish_ids"][0])
        )
        yield from [owner or UNKNOWN] * int(row["posts"])


def _was_told(events: list[PostEvent], now: datetime) -> bool:
    """Told, one of theirs who did it, or so lately that the sweep may still tell."""
    told = {event.detail.get("about") for event in events if event.kind == "owner_told"}
    news = [event for event in events if event.status_to in TOLD_ABOUT]
    last = news[-1] if news else None
    return (
        last is None
        or not is_news(last)
        or str(last.pk) in told
        or last.at > now - LEFT_TO_THE_MESSAGE - SWEEP
    )


def _outcome(post: Post) -> str:
    why = post.reason or post.code
    return f"{post.status} ({why})" if why else post.status


def _named(post: Post) -> str:
    return f"{post.kind}/{post.mode} {post.status} {post.hold or post.reason} {post.caption!r} {post.pk}"
