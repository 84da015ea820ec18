"""One running part: its process, its log, and how often it has died lately."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import deque
from pathlib import Path

from config import env
from config.embedded.server import die_with_parent
from config.supervisor.errors import PartFailed
from config.supervisor.parts import Part

CRASHES_ALLOWED = 5
CRASH_WINDOW = 60.0  # seconds
LONGEST_PAUSE = 8.0  # seconds
LOG_LIMIT = 10 * 1024 * 1024  # bytes; an older log is kept as `.1`


class Crashes:
    """Counts deaths within the last minute and says how long to pause before the next start."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def count(self, now: float) -> int:
        """Record a death; returns how many there were within the window, this one included."""
        self._times.append(now)
        while now - self._times[0] > CRASH_WINDOW:
            self._times.popleft()
        return len(self._times)


def pause_after(crashes: int) -> float:
    """Seconds to wait: 0.5, 1, 2, 4, 8."""
    return min(LONGEST_PAUSE, 0.5 * 2 ** (crashes - 1))


def describe_end(code: int) -> str:
    """An exit code in words."""
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


class Child:
    """A part under supervision."""

    def __init__(self, part: Part, logs: Path) -> None:
        self.part = part
        self.log = logs / f"{part.name}.log"
        self.crashes = Crashes()
        self.restart_at: float | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, its output appended to the log."""
        self.restart_at = None
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.rename(f"{self.log}.1")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.part.argv,
                cwd=env.BASE_DIR,
                env=dict(self.part.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops things in order
                preexec_fn=die_with_parent,
            )

    @property
    def ended(self) -> int | None:
        """The exit code once the process has ended, else None."""
        return self.process.poll() if self.process else None

    def note_crash(self, code: int) -> str:
        """Plan the restart; returns the report. Raises `PartFailed` when it died too often."""
        now = time.monotonic()
        count = self.crashes.count(now)
        report = f"{self.part.name} {describe_end(code)}. Its log: {self.log}"
        if count >= CRASHES_ALLOWED:
            raise PartFailed(f"{report}. It ended {count} times within a minute: giving up.")
        self.restart_at = now + pause_after(count)
        return f"{report}. Starting it again in {pause_after(count):g} s."

    def ask_to_stop(self) -> None:
        """Send SIGTERM: each part finishes what it has in hand."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def await_stop(self, seconds: float) -> bool:
        """Wait for the end; whoever overstays is killed with all it started. True if it went by itself."""
        if self.process is None:
            return True
        try:
            self.process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return False
        return True
