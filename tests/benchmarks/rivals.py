"""Who else does the work: the naive stack, the peers, and a bare client, each as command lines.

A rival takes its posts from one table and puts each one's bytes to the sandbox at its due time. `workers` run first
and say that they are ready; `hand_out` then tells them what is due, or is the rival itself where `stays` is true.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config import env

FOLDER = Path(__file__).resolve().parent
PEERS = FOLDER / "peers"
PEERS_PYTHON = env.BASE_DIR / ".data" / "bench-venv" / "bin" / "python"
OURS = sys.executable


@dataclass(frozen=True)
class Rival:
    """`lead`: seconds from the last preparation to the due time, for handing out a thousand posts."""

    name: str
    prepare: Sequence[str] = ()
    workers: Sequence[Sequence[str]] = ()
    hand_out: Sequence[Sequence[str]] = ()
    stays: bool = False
    after: Sequence[Sequence[str]] = ()
    lead: float = 3.0
    environment: Mapping[str, str] = field(default_factory=dict)
    needs_peers: bool = False


def celery(*arguments: str) -> list[str]:
    return [OURS, "-m", "celery", "-A", "tests.benchmarks.naive.app", *arguments]


def naive(*, processes: int | None = None) -> Rival:
    """Django, Celery, beat each second. None: Celery's own default, one process for each core."""
    pool = [] if processes is None else ["-c", str(processes)]
    return Rival(
        f"Celery + beat 1 s, {'default pool' if processes is None else f'{processes} processes'}",
        workers=[celery("worker", *pool)],
        after=[celery("beat", "-s", "{scratch}/naive-beat", "--pidfile", "")],
        environment={"NAIVE_TICKS": "1"},
    )


def eta(*, processes: int = 8) -> Rival:
    """The same project with its tasks handed out in advance."""
    return Rival(
        f"Celery ETA, {processes} processes",
        workers=[celery("worker", "-c", str(processes))],
        hand_out=[[OURS, "-m", "tests.benchmarks.naive.hand_out"]],
        lead=8.0,
    )


def bare(*, warm: bool, lead: float = 5.0) -> Rival:
    """Two processes of a client that does nothing else, with a connection for each request."""
    options = ["--warm"] if warm else []
    one = [OURS, "-m", "tests.benchmarks.bare", *options, "--number"]
    return Rival(
        f"bare client, {'warm' if warm else 'cold'}",
        hand_out=[[*one, "0"], [*one, "1"]],
        stays=True,
        lead=lead,
    )


def peer(script: str, *arguments: str) -> list[str]:
    """A script of ours, or `-m` and a module, in the peers' environment."""
    return [str(PEERS_PYTHON), script if script == "-m" else str(PEERS / script), *arguments]


def procrastinate(*, poll: float | None = None) -> Rival:
    """None: the poll of its manual, five seconds."""
    return Rival(
        f"procrastinate{'' if poll is None else f', poll {poll:g} s'}",
        workers=[peer("procrastinate_peer.py", str(poll or 5.0))],
        hand_out=[peer("procrastinate_peer.py", "hand_out")],
        lead=10.0,
        needs_peers=True,
    )


def apscheduler(*, misfire: int | None = None) -> Rival:
    return Rival(
        f"APScheduler{'' if misfire is None else f', misfire {misfire} s'}",
        hand_out=[peer("apscheduler_peer.py", *([] if misfire is None else [str(misfire)]))],
        stays=True,
        lead=4.0,
        needs_peers=True,
    )


def dramatiq() -> Rival:
    worker = peer("-m", "dramatiq", "dramatiq_peer", "--processes", "2", "--threads", "8")
    return Rival(
        "Dramatiq",
        workers=[worker],
        hand_out=[peer("dramatiq_hand_out.py")],
        lead=8.0,
        needs_peers=True,
    )


def huey() -> Rival:
    consumer = peer("-m", "huey.bin.huey_consumer", "huey_peer.huey", "-w", "8", "-k", "thread")
    return Rival("Huey", workers=[consumer], hand_out=[peer("huey_hand_out.py")], lead=8.0, needs_peers=True)


def djangoq() -> Rival:
    return Rival(
        "django-q2",
        prepare=peer("-m", "django", "migrate", "--verbosity", "0"),
        workers=[peer("-m", "django", "qcluster")],
        hand_out=[peer("djangoq_hand_out.py")],
        lead=5.0,
        environment={"DJANGO_SETTINGS_MODULE": "djangoq_settings"},
        needs_peers=True,
    )


def make_peers_ready() -> None:
    """Build the peers' environment where it is missing or of other versions. Needs the package registry then."""
    wanted = FOLDER / "requirements-peers.txt"
    stamp = PEERS_PYTHON.parent.parent / ".requirements"
    if stamp.exists() and stamp.read_text() == wanted.read_text():
        return
    uv = Path(sys.executable).parent / "uv"
    subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, stamp.parent], check=True)
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", PEERS_PYTHON, "-r", wanted],
        check=True,
        timeout=300,
    )
    stamp.write_text(wanted.read_text())
