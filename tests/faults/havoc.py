"""One campaign: the servers, the engine, the posts in waves, and the loop that kills until it has killed enough.

Everything random comes from one seed. What the machine makes of it, the exact moments, does not repeat; the order of
victims, pauses, posts and TikTok's faults does.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from config import embedded  # noqa: E402
from tests.faults import campaign, invariants  # noqa: E402
from tests.faults.engine import PROCESSING_SECONDS, Engine  # noqa: E402
from tests.faults.world import World, count_lost_inits, let_time_pass_for_lost_inits  # noqa: E402
from tests.nursery import Nursery  # noqa: E402
from tests.people import make_person, make_workspace  # noqa: E402
from tests.processes import Processes  # noqa: E402
from tests.sandbox_process import Sandbox, start_sandbox  # noqa: E402

PARTS = ("clock", "clock2", "publish", "publish2", "uploads", "beat", "beat2", "web")
SERVERS = ("valkey", "postgres", "sandbox")
WEIGHTS = {
    "clock": 4,
    "clock2": 3,
    "publish": 4,
    "publish2": 3,
    "uploads": 3,
    "beat": 1,
    "beat2": 1,
    "web": 1,
}
WEIGHTS |= {"valkey": 1, "postgres": 0.6, "sandbox": 1}
CRASHPOINTS = {
    "clock": ("commit_intent", "last_chunk_sent"),
    "publish": ("claimed", "init_intent", "init_answered", "init_saved", "complete_seen", "last_chunk_sent"),
    "uploads": ("claimed", "chunk_sent"),
}
DOOMED_SHARE = 0.3
"""Of the restarted workers, so many carry a crash point and end themselves there."""

BETWEEN_KILLS = 0.8
IN_FLIGHT = 60
WAVE = 40
SETTLES_WITHIN = 150.0
WORD_COMES_WITHIN = 30.0
"""Seconds in which TikTok's event names an init whose answer was lost, if it ever does."""
KINDS = {"video": 50, "photos": 18, "inbox video": 12, "inbox photos": 10, "chunks": 10}
SHARED, SHARED_SHARE = frozenset({"video", "chunks"}), 0.25
TWO_CHUNKS = 11_000_000
POSTS_OF_ONE = 4
"""Posts of one creator in a long campaign: fewer than TikTok's cap on unfinished drafts."""
RESTS = 130.0
"""Seconds between them: what is late keeps two minutes from the creator's last post."""
LOSABLE = ("video_init", "inbox_init", "photo_init", "upload", "commit", "status", "creator_info")


class KillablePostgres(embedded.Postgres):
    """What was committed outlives the process, not the machine."""

    def argv(self) -> list[str]:
        return [*super().argv(), "-c", "fsync=off", "-c", "full_page_writes=off"]


@dataclass
class Havoc:
    """The campaign's hands: who kills, who feeds, who watches."""

    engine: Engine
    postgres: embedded.Postgres
    valkey: embedded.Valkey
    chance: random.Random
    weights: dict[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    down: float = 0.0
    all_else_is_well: bool = False
    kills: Counter[str] = field(default_factory=Counter)
    settled_at: dict[Any, float] = field(default_factory=dict)
    accounts: list[Any] = field(default_factory=list)
    posts_of: dict[Any, list[Any]] = field(default_factory=dict)

    @property
    def shared(self) -> float:
        """How many of the videos share a creator."""
        return 0.0 if self.all_else_is_well else SHARED_SHARE

    # --- killing

    def kill_something(self) -> None:
        victim = self.chance.choices(list(self.weights), list(self.weights.values()))[0]
        self.kills[victim] += 1
        match victim:
            case "valkey":
                end(self.valkey, signal.SIGKILL)
                time.sleep(self.down)
                self.valkey.start()
            case "valkey full":
                with self.valkey.client() as client:
                    client.config_set("maxmemory", 1)
                    time.sleep(self.down)
                    client.config_set("maxmemory", 0)
            case "postgres" | "postgres fast":
                end(self.postgres, signal.SIGQUIT if victim == "postgres" else signal.SIGINT)
                connection.close()
                time.sleep(self.down)
                self.postgres.start()
            case "sandbox":
                self.engine.sandbox.kill()
                self.engine.sandbox.start()
            case part:
                self.engine.kill(part)
                self.begin(part)
        self.engine.last_kill = time.monotonic()

    def begin(self, part: str, *, sound: bool = False) -> None:
        """Start a part without waiting for it; some end themselves on the way."""
        labels = CRASHPOINTS.get(part.rstrip("0123456789"), ())
        doomed = labels and not (sound or self.all_else_is_well) and self.chance.random() < DOOMED_SHARE
        point = f"{self.chance.choice(labels)}@{self.chance.randint(1, 4)}" if doomed else ""
        self.engine.begin(part, ONCUE_CRASHPOINT=point)

    def revive(self, *, sound: bool = False) -> None:
        """Start again whoever has ended itself; each such death counts."""
        for name, process in list(self.engine.parts.items()):
            if not process.running:
                self.kills[f"{name} itself"] += 1
                self.engine.last_kill = time.monotonic()
                self.begin(name, sound=sound)

    def end_the_doomed(self) -> None:
        """The last kills: every worker that may carry a crash point makes place for a sound one."""
        for part in PARTS:
            if part.rstrip("0123456789") in CRASHPOINTS and not self.all_else_is_well:
                self.kills[part] += 1
                self.engine.kill(part)
                self.begin(part, sound=True)
                self.engine.last_kill = time.monotonic()

    # --- feeding

    def feed(self, posts: int, *, over: float) -> None:
        """So many posts more, due from now on over these seconds, each kind as often as `KINDS` says.

        Most have a creator of their own: two lost inits of one creator can't be told apart by TikTok's events, and
        what is over a minute late goes out one in two minutes for each creator, which is policy and no recovery.
        """
        for kind in self.chance.choices(list(KINDS), list(KINDS.values()), k=posts):
            account = self._account(shared=kind in SHARED and self.chance.random() < self.shared)
            due_in = timedelta(seconds=self.chance.uniform(0, over))
            fields = {"pad_to": TWO_CHUNKS} if kind == "chunks" else {}
            post = self.engine.world.post(kind, account, due_in=due_in, **fields)
            self.posts_of.setdefault(account, []).append(post.pk)

    def trouble(self, times: int) -> None:
        """TikTok loses answers, breaks down, and asks for patience, each now and then."""
        faults: list[dict[str, Any]] = []
        for _ in range(0 if self.all_else_is_well else times):
            endpoint, skip = self.chance.choice(LOSABLE), self.chance.randint(0, 25)
            kind = self.chance.choice(("lose", "lose", "http", "malformed", "hang", "html"))
            faults.append({"kind": kind, "endpoint": endpoint, "skip": skip, "seconds": 2.0})
        if faults:
            faults.append(
                {"kind": "error", "endpoint": "status", "code": "rate_limit_exceeded", "http_status": 429}
            )
        self.engine.sandbox.control(faults=faults)

    def _account(self, *, shared: bool) -> Any:
        if shared:
            return self.chance.choice(self.accounts)
        if account := next(filter(self._is_rested, self.posts_of), None):
            return account
        return self.engine.world.creator(self.chance.choice(self.engine.world.workspaces))

    def _is_rested(self, account: Any) -> bool:
        """Whether all that this creator posted is long over, and there may be more of it."""
        posts, now = self.posts_of[account], time.monotonic()
        over = (now - self.settled_at.get(post, now) > RESTS for post in posts)
        return account not in self.accounts and len(posts) < POSTS_OF_ONE and all(over)

    # --- watching

    def look(self) -> int:
        """How many posts are not settled; notes when each was first seen to be."""
        waiting = {post.pk for post in self.engine.unsettled()}
        now = time.monotonic()
        for post in self.engine.world.posts:
            if post.pk in waiting:
                self.settled_at.pop(post.pk, None)
            else:
                self.settled_at.setdefault(post.pk, now)
        return len(waiting)

    def p99(self) -> float:
        """Seconds from the last kill in which 99 of 100 posts that were still open then had settled."""
        late = sorted(
            at - self.engine.last_kill for at in self.settled_at.values() if at > self.engine.last_kill
        )
        return round(late[int(len(late) * 0.99)] if late else 0.0, 1)


def havoc(
    *, seed: int, kills: int, posts: int, state: Path, victims: Sequence[str] = (), down: float = 0.0
) -> dict[str, Any]:
    """Run it; the row of the table, with `holds`. Where `victims` are named, nothing else breaks but these."""
    chance = random.Random(seed)
    postgres, valkey = KillablePostgres(state), embedded.Valkey(state, durable=False)
    postgres.start()
    valkey.start()
    sandbox = _sandbox(state)
    try:
        call_command("migrate", verbosity=0)
        with (
            Nursery(os.environ, state / "nursery.log") as nursery,
            Processes({}, state / "logs", nursery.fork) as running,
        ):
            engine = _engine(sandbox, running, state)
            weights = dict.fromkeys(victims, 1.0) if victims else dict(WEIGHTS)
            made = Havoc(engine, postgres, valkey, chance, weights, down, all_else_is_well=bool(victims))
            return _campaign(made, seed, kills, posts)
    finally:
        sandbox.stop()
        connection.close()
        valkey.stop()
        postgres.stop()


def _sandbox(state: Path) -> Sandbox:
    port = urlsplit(settings.TIKTOK_API_BASE_URL).port
    return start_sandbox(
        state,
        allow_loopback=True,
        client_key=settings.TIKTOK_CLIENT_KEY,
        client_secret=settings.TIKTOK_CLIENT_SECRET,
        port=port,
    )


def _engine(sandbox: Sandbox, running: Processes, state: Path) -> Engine:
    hook = f"{settings.PUBLIC_BASE_URL}/webhooks/tiktok/"
    sandbox.control(
        settings={
            "processing_seconds": PROCESSING_SECONDS,
            "moderation_seconds": 0.0,
            "webhook_url": hook,
            "webhook_retry_seconds": 1.0,
        }
    )
    world = World.begin(sandbox)
    world.workspaces += [make_workspace(make_person(name), name=name) for name in ("Third", "Fourth")]
    return Engine(
        world,
        sandbox,
        running,
        settings.REDIS_URL,
        settings.PUBLIC_BASE_URL,
        state,
        everything_is_broken=True,
    )


def _campaign(made: Havoc, seed: int, kills: int, posts: int) -> dict[str, Any]:
    engine, world = made.engine, made.engine.world
    made.accounts = [world.creator(world.workspaces[n % 3]) for n in range(30)]
    made.feed(posts, over=min(60.0, kills * BETWEEN_KILLS))
    made.trouble(posts // 10)
    for part in PARTS:
        made.begin(part, sound=True)
    engine.await_ready()
    say(f"seed {seed}: {posts} posts, killing {kills} times")
    while made.kills.total() < kills:
        time.sleep(made.chance.expovariate(1 / BETWEEN_KILLS))
        made.revive()
        made.kill_something()
        if made.look() < IN_FLIGHT and made.kills.total() < kills:
            made.feed(WAVE, over=20.0)
            made.trouble(WAVE // 10)
    made.end_the_doomed()
    say(f"seed {seed}: {made.kills.total()} kills, {made.look()} posts to settle")
    _await_settled(made)
    return _row(made, seed)


def _await_settled(made: Havoc) -> None:
    """Watch until all is settled; an init whose answer is lost for good gets the hour that it waits for a word."""
    deadline = made.engine.last_kill + SETTLES_WITHIN
    others_settled_at = time.monotonic()
    while (waiting := made.look()) and time.monotonic() < deadline:
        if waiting > count_lost_inits():
            others_settled_at = time.monotonic()
        elif time.monotonic() - others_settled_at > WORD_COMES_WITHIN:
            break
        time.sleep(0.2)
        made.revive(sound=True)
    if made.look() and let_time_pass_for_lost_inits():
        deadline = time.monotonic() + 60
        while made.look() and time.monotonic() < deadline:
            time.sleep(0.2)


def _row(made: Havoc, seed: int) -> dict[str, Any]:
    engine, wrong = made.engine, ""
    try:
        invariants.check(engine, within=1.0)
    except AssertionError as error:
        wrong = str(error)
        say(wrong)
        kept = Path("/tmp") / f"oncue-faults-{seed}-{os.getpid()}"
        shutil.copytree(engine.state / "logs", kept)
        ended = [name for name, process in engine.parts.items() if not process.running]
        say(f"seed {seed} does not hold; ended: {ended}; the logs are in {kept}")
    [verdict] = engine.verdicts
    outcomes = Counter(verdict.outcomes)
    return {
        "seed": seed,
        "kills": made.kills.total(),
        "posts": verdict.posts,
        "published": outcomes.pop("published", 0),
        "in inbox": outcomes.pop("in_inbox", 0),
        "other": ", ".join(f"{count} {name}" for name, count in outcomes.items()) or "0",
        "lost": verdict.lost,
        "doubled": verdict.doubled,
        "stuck": verdict.stuck,
        "p99": made.p99(),
        "holds": not wrong,
        "victims": dict(made.kills),
    }


def end(server: embedded.Server, number: int) -> None:
    """The server is gone, at once."""
    assert server.process is not None
    server.process.send_signal(number)
    server.process.wait(30)


def say(line: str) -> None:
    campaign.say(f"[{time.strftime('%H:%M:%S')}] {line}")
