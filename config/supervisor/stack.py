"""Starting the whole of Oncue on one machine, in order.

Servers, tables, static files, sandbox, site, workers, beat: nothing starts before what it needs, and a start that
fails half-way stops what it had begun.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config import embedded, env
from config.supervisor import environment, parts, ports, readiness, static_files
from config.supervisor.errors import StackError
from config.supervisor.running import Running, Say
from config.supervisor.single import only_one, tell_address

WEB_PORT = 8000
SANDBOX_PORT = 8010


def silent(line: str) -> None:
    """For a stack that nobody watches."""


@contextlib.contextmanager
def temporary_state() -> Iterator[Path]:
    """A state folder for one run. PostgreSQL's account may pass through it, and it is short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="oncue-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def stack(
    *,
    data_dir: Path | None = None,
    host: str = "127.0.0.1",
    web_port: int = WEB_PORT,
    seed: bool = False,
    say: Say = silent,
) -> Iterator[Running]:
    """Start everything, yield it, stop everything. Port 0 takes any free ones. Raises `StackError`."""
    state = (data_dir or env.data_dir()).resolve()
    (state / "logs").mkdir(parents=True, exist_ok=True)
    with only_one(state) as lock:
        running = _plan(state, host, web_port, say)
        tell_address(lock, running.base_url)
        try:
            _start(running, host, seed)
            yield running
            running.stop()
        except BaseException:
            running.kill()
            raise


def _plan(state: Path, host: str, web_port: int, say: Say) -> Running:
    """Choose ports and addresses before anything runs: every part is told all of them."""
    port = _port_or_next("the site", host, web_port, say)
    base_url = env.url("PUBLIC_BASE_URL", f"http://{shown(host)}:{port}")
    sandbox_url = None
    if environment.wants_sandbox():
        sandbox_url = f"http://127.0.0.1:{_sandbox_port(state, web_port, say)}"
    told = environment.for_parts(state, base_url, sandbox_url)
    return Running(state, base_url, port, sandbox_url, environment=told, say=say)


def shown(host: str) -> str:
    """The address to call where the site listens on all of them."""
    return "127.0.0.1" if host == "0.0.0.0" else host


def _sandbox_port(state: Path, web_port: int, say: Say) -> int:
    wanted = ports.remembered_port(state, "sandbox", SANDBOX_PORT if web_port else 0)
    port = _port_or_next("the sandbox", "127.0.0.1", wanted, say)
    ports.remember_port(state, "sandbox", port)
    return port


def _port_or_next(who: str, host: str, wanted: int, say: Say) -> int:
    try:
        port = ports.free_port(host, wanted)
    except OSError as error:
        raise StackError(f"There is no port for {who}. {error}") from error
    if wanted not in {0, port}:
        say(f"Port {wanted} is in use by another program: {who} takes {port}.")
    return port


def _start(running: Running, host: str, seed: bool) -> None:
    _start_servers(running)
    running.say("Bringing the tables up to date …")
    running.run_once("migrate", "migrate", "--no-input")
    if not static_files.are_collected(running.state):
        running.say("Collecting static files …")
        running.run_once("collectstatic", "collectstatic", "--no-input", "--clear")
        static_files.note_collected(running.state)
    if running.sandbox_url is not None:
        running.say("Starting the TikTok sandbox …")
        _start_sandbox(running, running.sandbox_url)
    running.say("Starting the site, three workers and beat …")
    _start_parts(running, host)
    if seed and running.sandbox_url is not None:
        running.say("Filling the demo workspace …")
        running.login = running.run_once("seed_demo", "seed_demo").strip()


def _start_servers(running: Running) -> None:
    if not env.is_set("DATABASE_URL"):
        running.say("Starting PostgreSQL …")
        running.start_server(embedded.Postgres(running.state, embedded.kind("pg")))
    if not env.is_set("REDIS_URL"):
        running.say("Starting Valkey …")
        running.start_server(embedded.Valkey(running.state, embedded.kind("vk")))


def _start_sandbox(running: Running, url: str) -> None:
    port = int(url.rpartition(":")[2])
    child = running.start_part(
        "sandbox", parts.sandbox(port, running.state / "sandbox.json", running.base_url)
    )
    readiness.await_answer(child, f"{url}/sandbox/health")


def _start_parts(running: Running, host: str) -> None:
    """All at once, because each takes a second to import; then wait until the site can serve."""
    web = running.start_part("web", parts.web(host, running.web_port))
    for worker in parts.WORKERS:
        running.start_part(worker.name, worker.argv, worker.environment)
    running.start_part("beat", parts.beat())
    readiness.await_answer(web, f"http://{shown(host)}:{running.web_port}/readyz")
