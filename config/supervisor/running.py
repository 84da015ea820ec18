"""A started stack: its parts under supervision, and how it ends."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config import embedded, env
from config.supervisor import parts
from config.supervisor.child import CRASHES_ALLOWED, Child, Crashes
from config.supervisor.errors import PartFailed

STOP_SECONDS = 30.0
WATCH_SECONDS = 0.5
# Beat first, so that nothing new is woken; the sandbox last, because workers still talk to it.
STOP_ORDER = (("beat",), ("web", "clock", "publish", "uploads"), ("sandbox",))

Say = Callable[[str], None]


@dataclass
class Running:
    """`sandbox_url` is None where TikTok is somebody else's server; `login` is what the demo's seed printed."""

    state: Path
    base_url: str
    web_port: int
    sandbox_url: str | None
    environment: dict[str, str]
    say: Say
    login: str = ""
    servers: list[embedded.Server] = field(default_factory=list)
    children: dict[str, Child] = field(default_factory=dict)
    ending: threading.Event = field(default_factory=threading.Event)

    @property
    def mail_dir(self) -> Path:
        """Where `config.mail` writes each message."""
        return self.state / "mail"

    @property
    def logs_dir(self) -> Path:
        """One file per part."""
        return self.state / "logs"

    def start_server(self, server: embedded.Server) -> None:
        """Start a database server; it is stopped after every part."""
        self.servers.append(server)
        server.start()

    def start_part(self, name: str, argv: Sequence[str], own: Mapping[str, str] | None = None) -> Child:
        """Start one part, `own` added to the environment of all, and take it under supervision."""
        environment = {**self.environment, **(own or {}), "ONCUE_PART": name}
        child = Child(parts.Part(name, argv, environment), self.logs_dir)
        self.children[name] = child
        child.start()
        return child

    def run_once(self, name: str, *arguments: str) -> str:
        """Run a management command; returns its output. Raises `PartFailed` with the path of its log."""
        done = subprocess.run(
            parts.manage(*arguments),
            cwd=env.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        log = self.logs_dir / f"{name}.log"
        log.write_text(done.stdout + done.stderr)
        if done.returncode:
            last_line = (done.stderr or done.stdout).strip().rpartition("\n")[2]
            raise PartFailed(f"{name} failed: {last_line}. Its log: {log}")
        return done.stdout

    def watch(self, each_time: Callable[[], None] = lambda: None) -> None:
        """Restart what dies, until `ending` is set. Raises `PartFailed` when a part dies too often."""
        server_crashes = {server.kind: Crashes() for server in self.servers}
        while not self.ending.wait(WATCH_SECONDS):
            for server in self.servers:
                if server.died:
                    self._revive_server(server, server_crashes[server.kind])
            for child in self.children.values():
                self._look_after(child)
            each_time()

    def stop(self) -> None:
        """Stop the parts in order, then the servers, the database last."""
        for names in STOP_ORDER:
            group = [self.children[name] for name in names if name in self.children]
            for child in group:
                child.ask_to_stop()
            deadline = time.monotonic() + STOP_SECONDS
            for child in group:
                if not child.await_stop(deadline - time.monotonic()):
                    self.say(f"{child.part.name} did not stop in {STOP_SECONDS:g} s and was killed.")
        for server in reversed(self.servers):
            server.stop()

    def kill(self) -> None:
        """End the parts at once; the servers still close their files properly."""
        for child in self.children.values():
            child.await_stop(0)
        for server in reversed(self.servers):
            server.stop()

    def _look_after(self, child: Child) -> None:
        if child.restart_at is not None:
            if time.monotonic() >= child.restart_at:
                child.start()
        elif (code := child.ended) is not None:
            self.say(child.note_crash(code))

    def _revive_server(self, server: embedded.Server, crashes: Crashes) -> None:
        if crashes.count(time.monotonic()) >= CRASHES_ALLOWED:
            raise PartFailed(f"{server.title} keeps ending: giving up. Its log: {server.log}")
        self.say(f"{server.title} ended. Its log: {server.log}. Starting it again.")
        server.start()
