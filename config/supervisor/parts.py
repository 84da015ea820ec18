"""The processes of a running Oncue as command lines; told here once for `make run`, the tests and the container."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# What no worker of ours needs: chatter between workers, which one host and a database make superfluous.
QUIET_WORKER = ("--without-gossip", "--without-mingle", "--without-heartbeat")
CLOCK_QUEUES = ("dispatch", "commit")
PUBLISH_QUEUES = ("publish", "poll", "upkeep")
UPLOAD_QUEUES = ("upload", "media")
ALL_QUEUES = (*CLOCK_QUEUES, *PUBLISH_QUEUES, *UPLOAD_QUEUES)


@dataclass(frozen=True)
class Part:
    """One process. `name` is what reports and log files call it."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Worker:
    """One kind of worker process. `niceness`: how far it gives way to the others (`config/priority.py`)."""

    name: str
    queues: Sequence[str]
    threads: int
    niceness: int = 0

    @property
    def argv(self) -> list[str]:
        return worker(self.name, self.queues, threads=self.threads)

    @property
    def environment(self) -> dict[str, str]:
        """What it is told beyond what all parts are told."""
        return {"ONCUE_NICE": str(self.niceness)}


# What must be punctual runs apart from what is merely much, and the processor is its first.
CLOCK = Worker("clock", CLOCK_QUEUES, threads=4)
PUBLISH = Worker("publish", PUBLISH_QUEUES, threads=32, niceness=5)
UPLOADS = Worker("uploads", UPLOAD_QUEUES, threads=6, niceness=10)  # four that send, two that look at files
WORKERS = (CLOCK, PUBLISH, UPLOADS)


def manage(*arguments: str) -> list[str]:
    """A management command in a process of its own."""
    return [sys.executable, "manage.py", *arguments]


def web(host: str, port: int) -> list[str]:
    """The site. With port 0 gunicorn takes a free one and logs it."""
    return [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "--bind", f"{host}:{port}"]


def worker(name: str, queues: Sequence[str], *, threads: int) -> list[str]:
    """A Celery worker; threads, because its tasks wait on TikTok and on PostgreSQL."""
    return [
        *(sys.executable, "-m", "celery", "-A", "config", "worker", "-n", f"{name}@%h", "-l", "INFO"),
        *("-P", "threads", "-c", str(threads), "-Q", ",".join(queues), *QUIET_WORKER),
    ]


def beat() -> list[str]:
    """Celery beat; it remembers nothing between two starts."""
    return [sys.executable, "-m", "celery", "-A", "config", "beat", "-l", "INFO", "--pidfile", ""]


def sandbox(port: int, state: Path, site: str) -> list[str]:
    """The TikTok sandbox, which accepts http addresses on this machine and sends its webhooks to the site."""
    return [
        *(sys.executable, "-m", "tiktok.sandbox", "--port", str(port), "--state", str(state)),
        *("--allow-loopback", "--webhook-url", f"{site}/webhooks/tiktok/"),
    ]
