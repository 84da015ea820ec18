"""One run: the stack as `make run` starts it, with a planted sandbox, on temporary state; and what was measured.

Oncue's own processes stand still while others are measured, and the others have ended before Oncue is.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from config import embedded, env
from config.supervisor import readiness
from tests.benchmarks import noise
from tests.benchmarks.remote import NO_LIMITS, Connection, Remote, plant

if TYPE_CHECKING:
    from config.supervisor import Running
    from config.supervisor.child import Child
    from tests.processes import Processes

Run = TypeVar("Run", bound=noise.Measured)

CREATORS = 5_000
CLIP_BYTES = 40_000
STOP_SECONDS = 40.0
SANDBOX = "sandbox"
TOO_LONG_AGAIN, NO_MORE_AGAIN = 40.0, 600.0
"""Seconds of a repetition that is not made again for noise, and of the run after which none is."""

DATABASE_NUMBERS = {"naive": 8, "peers": 9}


def say(line: str) -> None:
    """A line for whoever watches."""
    sys.stdout.write(f"[{time.strftime('%H:%M:%S')}] {line}\n")
    sys.stdout.flush()


@dataclass
class Bench:
    """What every scenario is given. `quick` means smaller and once, for a look; goals are judged all the same."""

    quick: bool
    state: Path
    running: Running
    processes: Processes
    connections: list[Connection]
    remote: Remote
    known: dict[str, Any] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def once(self, name: str, measure: Callable[[], Any]) -> Any:
        """What this measurement gave, made now if nobody has asked for it before in this run."""
        if name not in self.known:
            say(f"measuring {name} …")
            began = time.monotonic()
            self.known[name] = measure()
            say(f"measured  {name} in {time.monotonic() - began:.0f} s")
        return self.known[name]

    def repeat(self, measure: Callable[[], Run], *, full: int = 3) -> list[Run]:
        """So many repetitions, or one where it has to be quick; each as `guarded` makes it."""
        return [self.guarded(measure) for _ in range(1 if self.quick else full)]

    def guarded(self, measure: Callable[[], Run]) -> Run:
        """One repetition, made again while the machine was busy with other things; the quietest one.

        One that takes long is not made again, and nothing is once the run has taken its time.
        """
        quietest: Run | None = None
        for _ in range(noise.TRIES):
            watch, began = noise.Watch(), time.monotonic()
            found = measure()
            foreign = watch.foreign_cores()
            if quietest is None or foreign < (quietest.foreign_cores or 0.0):
                quietest = replace(found, foreign_cores=foreign)
            if foreign <= noise.QUIET_CORES:
                break
            say(f"noise: others kept {foreign:.2f} cores busy meanwhile")
            too_late = time.monotonic() - self.began > NO_MORE_AGAIN
            if self.quick or too_late or time.monotonic() - began > TOO_LONG_AGAIN:
                break
        assert quietest is not None
        return quietest

    # --- TikTok's side

    def fresh_sandbox(self, *, limits: bool = True, **settings: Any) -> None:
        """A sandbox that has seen nothing yet, with the same creators and tokens; counts bytes, keeps none."""
        child = self.running.children[SANDBOX]
        stop(child)
        for folder in self.state.glob("sandbox*"):
            if folder.is_dir():
                shutil.rmtree(folder)
        child.start()
        readiness.await_answer(child, f"{self.remote.base_url}/sandbox/health")
        known = {"latency_ms": 0, "keep_media": False, "limits": {} if limits else NO_LIMITS}
        self.remote.settings(**(known | settings))

    # --- our own processes

    def parts(self) -> list[Child]:
        return [child for name, child in self.running.children.items() if name != SANDBOX]

    def rest_ours(self) -> None:
        """Stop the site, the workers and beat."""
        children = [child for child in self.parts() if is_running(child)]
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.await_stop(STOP_SECONDS)

    def start_ours(self) -> None:
        """Start what stands still, and wait until each worker takes work."""
        for child in self.parts():
            if not is_running(child):
                seen = child.log.stat().st_size if child.log.exists() else 0
                child.start()
                self.known.setdefault("log offsets", {})[child.part.name] = seen
        for child in self.parts():
            self._await_ready(child)

    @contextmanager
    def told(self, **environment: str) -> Iterator[None]:
        """Our processes started anew with these settings, and as before afterwards."""
        before = {child: child.part for child in self.parts()}
        self.rest_ours()
        for child, part in before.items():
            child.part = replace(part, environment={**part.environment, **environment})
        try:
            self.start_ours()
            yield
        finally:
            self.rest_ours()
            for child, part in before.items():
                child.part = part

    def _await_ready(self, child: Child) -> None:
        if " worker " not in f" {' '.join(child.part.argv)} ":
            return
        offset = self.known.get("log offsets", {}).get(child.part.name, 0)
        deadline = time.monotonic() + 60
        while " ready." not in child.log.read_text()[offset:]:
            if child.ended is not None or time.monotonic() > deadline:
                end = child.log.read_text()[offset:][-2000:]
                raise RuntimeError(f"{child.part.name} did not start:\n{end}")
            time.sleep(0.1)

    # --- servers for others

    def postgres(self) -> embedded.Postgres:
        return next(server for server in self.running.servers if isinstance(server, embedded.Postgres))

    def redis_url(self, who: str) -> str:
        """A numbered database of the same Valkey, emptied."""
        url = embedded.numbered(embedded.redis_url(self.state), DATABASE_NUMBERS[who])
        server = next(server for server in self.running.servers if isinstance(server, embedded.Valkey))
        with server.client() as client:
            client.execute_command("SELECT", DATABASE_NUMBERS[who])
            client.flushdb()
        return url


def is_running(child: Child) -> bool:
    return child.process is not None and child.ended is None


def stop(child: Child) -> None:
    child.ask_to_stop()
    child.await_stop(STOP_SECONDS)


@contextmanager
def bench(state: Path, *, quick: bool) -> Iterator[Bench]:
    """Plant the sandbox, start everything, yield it, end everything."""
    from config.supervisor import stack
    from tests.processes import Processes

    secrets = env.local_secrets(state)
    key, secret = secrets["SANDBOX_CLIENT_KEY"], secrets["SANDBOX_CLIENT_SECRET"]
    connections = plant(state / "sandbox.json", creators=CREATORS, client_key=key, client_secret=secret)
    with stack(data_dir=state, web_port=0, say=say) as running:
        assert running.sandbox_url is not None
        with Processes(running.environment, state / "others") as processes:
            made = Bench(quick, state, running, processes, connections, Remote(running.sandbox_url))
            made.rest_ours()
            yield made
            made.rest_ours()
