"""The engine against a model of what may happen, in every order that hypothesis thinks of.

A person, workers that stop or die at any call, a clock that jumps, webhooks in any order, and a TikTok that answers or
does not. After each event everything that design 4.1 forbids is looked for; at the end, left alone with a TikTok
that works, every post must come to rest. `MODEL_EXAMPLES=2000` tries longer than `make test` does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Min
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from pytest_django import Settings

from scheduler import authoring, dispatch, policies, pulls, switches, trying_again
from scheduler.clock import database_now
from scheduler.content import ContentRefused
from scheduler.lanes import WakeUp
from scheduler.models import Lane, Post, PostEvent, PublishAttempt, Pull
from scheduler.states import (
    ENGINE_DRIVEN,
    OPEN_STAGES,
    TRANSITIONS,
    EventKind,
    LaneKind,
    NextStep,
    PostMode,
    PostStatus,
    Stage,
)
from tests.scheduler.machine.remote import PRIVACY, Fate, Publish
from tests.scheduler.machine.stages import unknown_stages
from tests.scheduler.machine.world import LARGE, SMALL, World, connect, world
from tests.tiktok.events import signature, wording
from tiktok import connections, webhook_handling, webhooks
from tiktok.models import AccountStatus

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "25"))
EVENTS = 30
PROMPT, BOUND = 30, 100
"""Turns of the workers within which what is left alone comes to rest; the later ones an hour apart."""

REFUSED = (policies.NotPossible, ContentRefused, authoring.StaleVersion)
NOT_POSTED = {
    PostStatus.DRAFT,
    PostStatus.SCHEDULED,
    PostStatus.FAILED,
    PostStatus.MISSED,
    PostStatus.CANCELLED,
}
NOT_FINAL = ENGINE_DRIVEN | {PostStatus.IN_INBOX, PostStatus.NEEDS_CHECK}
STOPS = {"edit", "cancel", "draft"}
FAR = 99
"""More stops than any step has: to its end."""
SECONDS = (3, 16, 70, 400, 1900, 3700, 90_000)

which = st.integers(0, 2)
fates = st.lists(st.sampled_from([Fate.WELL, *Fate]), max_size=4)
stops = st.one_of(st.just(FAR), st.integers(0, 10))
drafts = st.tuples(
    st.sampled_from(["video", "large", "photo"]),
    st.sampled_from([False, False, True]),
    st.sampled_from([1, 30, 600]),
)


class Engine(RuleBasedStateMachine):
    """One creator's posts. What is asked, allowed and known of them stands beside the engine's own rows.

    No rule has a precondition: which of two posts is claimed first is the database's choice, so a replay may differ.
    """

    here: World

    def __init__(self) -> None:
        super().__init__()
        self.account = self.here.begin()
        self.remote, self.moments = self.here.remote, self.here.moments
        self.posts: list[UUID] = []
        self.mail: list[WakeUp] = []
        self.is_paused = False
        self.intents_at_halt: set[UUID] | None = None
        self.intents_at_stop: dict[UUID, set[UUID]] = {}
        self.said_live: set[UUID] = set()
        self.owners: dict[str, UUID] = {}
        self.said_not_live: set[UUID] = set()

    # --- a person

    @initialize(
        source=st.sampled_from(["file_upload", "pull_from_url"]),
        drafts=st.lists(drafts, min_size=1, max_size=3),
    )
    def write_all(self, source: str, drafts: list[tuple[str, bool, int]]) -> None:
        self.here.settings.TIKTOK_VIDEO_SOURCE = source
        for draft in drafts:
            self.write(*draft)

    def write(self, kind: str, inbox: bool, due: int) -> None:
        size = (SMALL if kind == "video" else LARGE) + len(self.posts)
        at = database_now() + timedelta(seconds=due)
        post = authoring.create(
            workspace=self.here.workspace,
            by=self.here.alice,
            fields={
                "account": self.account,
                "kind": "photo" if kind == "photo" else "video",
                "mode": PostMode.INBOX if inbox else PostMode.DIRECT,
                "media": None if kind == "photo" else self.here.video(size),
                "images": self.here.images if kind == "photo" else [],
                "caption": "Loaf",
                "privacy_level": "" if inbox else "PUBLIC_TO_EVERYONE",
                "due_at": at,
                "due_local": at.replace(tzinfo=None, microsecond=0).isoformat(),
                "due_zone": "UTC",
            },
        )
        self.posts.append(post.pk)
        self.ask("agree", post.pk)

    @rule(
        number=which,
        act=st.sampled_from(
            [
                *("edit", "agree", "now", "now", "later", "cancel", "draft"),
                *("retry", "again", "live", "not live", "posted"),
            ]
        ),
    )
    def person(self, number: int, act: str) -> None:
        self.ask(act, self.posts[number % len(self.posts)])

    def ask(self, act: str, post_id: UUID) -> None:
        """A person asks; what they are told is what the model holds the engine to."""
        post, by = (
            Post.objects.select_related("account", "workspace", "media").get(pk=post_id),
            self.here.alice,
        )
        creator = None
        acts: dict[str, Callable[[], Any]] = {
            "edit": lambda: authoring.edit(
                post=post, version=post.version, by=by, fields={"caption": f"Loaf {post.version}"}
            ),
            "agree": lambda: authoring.schedule(post=post, by=by, creator=creator),
            "now": lambda: authoring.publish_now(post=post, by=by, creator=creator),
            "later": lambda: self.reschedule(post),
            "cancel": lambda: authoring.cancel(post=post, by=by),
            "draft": lambda: authoring.move_to_drafts(post=post, by=by),
            "retry": lambda: authoring.retry(post=post, by=by),
            "again": lambda: trying_again.try_again(post=post, by=by),
            "live": lambda: authoring.answer_live(post=post, by=by),
            "not live": lambda: authoring.answer_not_live(post=post, by=by),
            "posted": lambda: authoring.mark_posted(post=post, by=by),
        }
        if act in {"agree", "now"} and post.mode == PostMode.DIRECT:
            creator = self.here.creator()
        try:
            acts[act]()
        except REFUSED:
            return
        if act in STOPS:
            self.intents_at_stop[post_id] = intended(self.attempts().get(post_id, []))
        elif act in {"agree", "now", "later", "retry"}:
            self.intents_at_stop.pop(post_id, None)
        elif act == "again":
            return  # it hurries, and allows nothing
        elif act == "not live":
            self.said_not_live.add(post_id)
        else:
            self.said_live.add(post_id)

    def reschedule(self, post: Post) -> None:
        at = database_now() + timedelta(seconds=200)
        local = at.replace(tzinfo=None, microsecond=0).isoformat()
        authoring.reschedule(
            post=post, version=post.version, by=self.here.alice, due_at=at, due_local=local, due_zone="UTC"
        )

    @rule(what=st.sampled_from(["workspace", "account"]))
    def stop_or_resume_everything(self, what: str) -> None:
        self.account.refresh_from_db()
        if what == "workspace":
            switch = switches.resume_workspace if self.is_paused else switches.pause_workspace
            assert switch(workspace=self.here.workspace, by=self.here.alice)
            self.is_paused = not self.is_paused
        elif self.account.status == AccountStatus.ACTIVE:
            connections.disconnect(account=self.account, by=self.here.alice)
        else:
            self.remote.granted = True
            connect(self.account)
        self.account.refresh_from_db()
        self.halt()

    def halt(self) -> None:
        halted = self.is_paused or self.account.status != AccountStatus.ACTIVE
        everyone = [attempt for mine in self.attempts().values() for attempt in mine]
        self.intents_at_halt = intended(everyone) if halted else None

    # --- the creator, and TikTok

    @rule(does=st.sampled_from(["changes the audience", "removes the app"]))
    def creator(self, does: str) -> None:
        """Seldom, and only once something has begun: little would be left to try."""
        if len(self.remote.publishes) < 2 or self.remote.privacy != PRIVACY:
            return
        if does == "removes the app":
            self.remote.granted = False
        else:
            self.remote.privacy = PRIVACY[1:]

    @rule(
        does=st.sampled_from(
            ["arrive", "fetch", "fetch", "process", "process", "finish_drafts", "hide_bytes"]
        )
    )
    def tiktok(self, does: str) -> None:
        getattr(self.remote, does)()

    @rule(reason=st.sampled_from(["internal", "spam_risk_text", "spam_risk_too_many_posts"]))
    def tiktok_refuses(self, reason: str) -> None:
        self.remote.refuse(reason)

    @rule(number=st.integers(0, 5), copies=st.integers(1, 2), true=st.booleans())
    def webhook(self, number: int, copies: int, true: bool) -> None:
        """Any event, in any order, more than once; a wrong one is a hint as well."""
        if not self.remote.news:
            return
        event, publish_id, reason = self.remote.news[number % len(self.remote.news)]
        event = event if true else "post.publish.complete"
        body = wording(
            self.account, event, publish_id=publish_id, reason=reason, at=self.moments.now().timestamp()
        )
        for _ in range(copies):
            webhooks.accept(header=signature(body), body=body)
        webhook_handling.handle_due()

    # --- time, and the workers

    @rule(seconds=st.sampled_from(SECONDS))
    def time_passes(self, seconds: int) -> None:
        self.moments.pass_by(timedelta(seconds=seconds))

    @rule(number=which)
    def message_is_lost(self, number: int) -> None:
        if self.mail:
            self.mail.pop(number % len(self.mail))

    @rule(number=which, fates=fates, stops=stops, dies=st.booleans(), doubled=st.booleans())
    def work(self, number: int, fates: list[Fate], stops: int, dies: bool, doubled: bool) -> None:
        """A worker takes a message, goes on for some calls, and then dies, or stands still until it is let on."""
        worker = next((worker for worker in self.here.workers if worker.at is None), None)
        if worker is None or not self.collect():
            return
        wake_up = self.mail[number % len(self.mail)] if doubled else self.mail.pop(number % len(self.mail))
        worker.begin(wake_up, fates)
        self.let_on(worker, stops, dies)

    @rule(number=which, messages=st.integers(1, 4))
    def work_undisturbed(self, number: int, messages: int) -> None:
        for _ in range(messages):
            self.work(number, [], FAR, False, False)

    @rule(number=st.integers(0, 1), stops=stops, dies=st.booleans())
    def worker_goes_on(self, number: int, stops: int, dies: bool) -> None:
        """After any time: its lease may be over, and its post in other hands."""
        self.let_on(self.here.workers[number], stops, dies)

    def let_on(self, worker: Any, stops: int, dies: bool) -> None:
        for _ in range(stops):
            if worker.at is None:
                return
            worker.go_on()
        if dies:
            worker.die()

    def collect(self) -> bool:
        """What the tick has claimed; nobody waits for a tick."""
        if not self.mail:
            self.mail = claim()
        if not self.mail and (due := Post.objects.aggregate(at=Min("next_step_at"))["at"]):
            self.moments.reach(due)
            self.mail = claim()
        return bool(self.mail)

    # --- what must always hold

    @invariant()
    def nothing_forbidden_has_happened(self) -> None:
        committed = [self.post_of(publish) for publish in self.remote.publishes.values() if publish.committed]
        lines, attempts, lanes = self.lines(), self.attempts(), self.lanes()
        for post in Post.objects.filter(pk__in=self.posts):
            mine = attempts.get(post.pk, [])
            self.is_posted_once(post, committed.count(post.pk), mine)
            self.says_no_more_than_tiktok_did(post, committed.count(post.pk), mine)
            self.will_be_looked_at(post, lanes)
            self.followed_the_table(post, lines.get(post.pk, []))
        self.whoever_said_stop_was_heard(attempts)
        assert not unknown_stages()

    def is_posted_once(self, post: Post, committed: int, attempts: list[PublishAttempt]) -> None:
        """Design 4.1, 1. Only a person's word that it is not live allows another id."""
        assert committed <= 1 or post.pk in self.said_not_live, story(post)
        assert sum(attempt.stage == Stage.LIVE for attempt in attempts) <= 1
        assert sum(attempt.stage in OPEN_STAGES for attempt in attempts) <= 1

    def says_no_more_than_tiktok_did(
        self, post: Post, committed: int, attempts: list[PublishAttempt]
    ) -> None:
        """Design 4.1, 3; and what is said not to be posted is not."""
        alive = [attempt for attempt in attempts if attempt.stage in {*OPEN_STAGES, Stage.LIVE}]
        words = {word for attempt in alive for word in self.remote.told.get(attempt.publish_id, set())}
        if post.status in NOT_POSTED:
            assert not committed or post.pk in self.said_not_live, story(post)
        if post.status == PostStatus.PUBLISHED and post.pk not in self.said_live:
            assert "PUBLISH_COMPLETE" in words, story(post)
        if post.status == PostStatus.IN_INBOX:
            assert "SEND_TO_USER_INBOX" in words, story(post)

    def will_be_looked_at(self, post: Post, lanes: dict[str, Lane]) -> None:
        """Design 4.1, 2: a time, and a lane that is claimed by then, or once its running step's lease is over."""
        assert post.next_step_at is not None or post.status not in NOT_FINAL, story(post)
        if post.next_step_at is not None and post.next_step != NextStep.COMMIT:
            lane = lanes[LaneKind.SENDS if post.next_step == NextStep.SEND else LaneKind.CALLS]
            assert lane.next_at is not None, story(post)
            assert lane.next_at <= max(post.next_step_at, lane.busy_until or post.next_step_at), story(post)

    def followed_the_table(self, post: Post, lines: list[PostEvent]) -> None:
        was = PostStatus.DRAFT.value
        for line in lines:
            assert line.status_from == was, story(post)
            assert line.status_to in TRANSITIONS[PostStatus(was)], story(post)
            was = line.status_to
        assert post.status == was, story(post)

    def whoever_said_stop_was_heard(self, attempts: dict[UUID, list[PublishAttempt]]) -> None:
        """Design 4.3: no intent follows an edit, a cancel, a pause or a disconnect that was accepted."""
        for post_id, intents in self.intents_at_stop.items():
            assert intended(attempts.get(post_id, [])) == intents
        if self.intents_at_halt is not None:
            assert intended(attempt for mine in attempts.values() for attempt in mine) == self.intents_at_halt

    def teardown(self) -> None:
        """Every worker dies; then workers and TikTok do their part, and every post must come to rest."""
        for worker in self.here.workers:
            worker.die()
        self.remote.tells_bytes = True
        for turn in range(BOUND):
            self.remote.settle()
            waiting = Post.objects.filter(pk__in=self.posts, status__in=ENGINE_DRIVEN)
            if not waiting:
                break
            self.moments.reach(min(post.next_step_at for post in waiting))
            if turn > PROMPT:  # what nobody helps ends by its time: missed, or a person is asked
                self.moments.pass_by(timedelta(hours=1))
            self.mail = claim() or self.mail
            if not self.mail:
                self.moments.pass_by(timedelta(seconds=16))
            while self.mail:
                self.here.workers[0].begin(self.mail.pop(), [])
                self.here.workers[0].finish()
        else:
            raise AssertionError(f"stuck: {[story(post) for post in waiting]}")
        self.nothing_forbidden_has_happened()
        if self.is_paused:
            switches.resume_workspace(workspace=self.here.workspace, by=self.here.alice)

    # --- the model's own eyes

    def attempts(self) -> dict[UUID, list[PublishAttempt]]:
        return by_post(PublishAttempt.objects.filter(account=self.account))

    def lines(self) -> dict[UUID, list[PostEvent]]:
        return by_post(
            PostEvent.objects.filter(post__in=self.posts, kind=EventKind.MOVED).order_by("at", "pk")
        )

    def lanes(self) -> dict[str, Lane]:
        return {lane.kind: lane for lane in Lane.objects.filter(account=self.account)}

    def post_of(self, publish: Publish) -> UUID:
        """Whose video, or whose photos, it is."""
        if publish.publish_id not in self.owners:
            if publish.size:
                post_id = Post.objects.values_list("pk", flat=True).get(media__size=publish.size)
            else:
                _, pull_id = pulls._read(publish.about.split("/pull/")[1].rsplit(".", 1)[0])
                post_id = Pull.objects.values_list("attempt__post_id", flat=True).get(pk=pull_id)
            self.owners[publish.publish_id] = post_id
        return self.owners[publish.publish_id]


def by_post(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.post_id, []).append(row)
    return found


def intended(attempts: Iterable[PublishAttempt]) -> set[UUID]:
    return {attempt.pk for attempt in attempts if attempt.commit_intent_at is not None}


def claim() -> list[WakeUp]:
    """One tick."""
    return [*dispatch.claim_commits(), *(one for kind in LaneKind for one in dispatch.claim_lanes(kind))]


def story(post: Post) -> list[tuple[str, ...]]:
    lines = PostEvent.objects.filter(post=post).order_by("at", "pk")
    return [(line.kind, line.status_from, line.status_to, line.reason, line.code) for line in lines]


def test_no_order_of_events_posts_twice_lies_or_forgets(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("ERROR")
    settings.TIKTOK_CLIENT_KEY, settings.TIKTOK_CLIENT_SECRET = "test-key", "test-secret"
    with world(monkeypatch, settings) as here:
        Engine.here = here
        run_state_machine_as_test(Engine, settings=PROFILE)


PROFILE = settings(
    max_examples=EXAMPLES,
    stateful_step_count=EVENTS,
    deadline=None,
    derandomize="MODEL_EXAMPLES" not in os.environ,
    database=None,
    print_blob=True,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
