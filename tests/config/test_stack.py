"""`manage.py up` as a person meets it: real processes, real signals, nothing left behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from config import supervisor
from config.supervisor import ports
from tests.processes import LOOPBACK, ROOT, Process

pytestmark = pytest.mark.slow
HOST = "127.0.0.1"
CLEARED = ("TIKTOK_API_BASE_URL", "TIKTOK_AUTH_BASE_URL", "TIKTOK_CLIENT_KEY", "PUBLIC_BASE_URL")


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """One folder for the file: the first start fills it, the others are second starts."""
    with supervisor.temporary_state() as folder:
        yield folder


def environment(state: Path, **different: str) -> dict[str, str]:
    """What a person's shell would have; embedded servers unless a test names others."""
    kept = {name: value for name, value in os.environ.items() if name not in CLEARED}
    own = {
        "ONCUE_DATA_DIR": str(state),
        "ONCUE_EMBEDDED": "",
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "PYTHONPATH": f"{LOOPBACK}{os.pathsep}{ROOT}",
        "PYTHONUNBUFFERED": "1",
    }
    return kept | own | different


@contextmanager
def up(state: Path, port: int, **different: str) -> Iterator[Process]:
    """A started `manage.py up --no-seed`, stopped after the test if it still runs."""
    command = [sys.executable, "manage.py", "up", "--no-seed", "--port", str(port)]
    process = Process("up", command, environment(state, **different), state / "up.log")
    try:
        yield process
    finally:
        process.stop()


@contextmanager
def running(state: Path, port: int | None = None) -> Iterator[Process]:
    """The same, once the site answers; `base_url` is what it printed."""
    with up(state, port or ports.free_port(HOST, 0)) as process:
        process.base_url = process.await_line(r"Open\s+(http://\S+)", timeout=120)[1]
        yield process


def descendants(pid: int) -> set[int]:
    """All live processes below this one, grandchildren included."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found, new = set[int](), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def _parent(path: Path) -> int:
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def pid_of(process: Process, *words: str) -> int:
    """The one direct child whose command line has all these words."""
    for pid in sorted(descendants(process.pid)):
        line = Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
        if _parent(Path(f"/proc/{pid}")) == process.pid and all(word in line for word in words):
            return pid
    raise AssertionError(f"No process with {words}:\n{process.output}")


@pytest.fixture(scope="module")
def site() -> Iterator[Process]:
    """One running stack for the tests that leave it running; the port it wished for was taken."""
    with (
        supervisor.temporary_state() as folder,
        socket.create_server((HOST, 0)) as taken,
        running(folder, taken.getsockname()[1]) as process,
    ):
        yield process


@pytest.fixture(scope="module")
def logs(site: Process) -> Path:
    return site.log.parent / "logs"


def test_a_port_in_use_is_told_and_the_next_one_taken(site: Process) -> None:
    wished, took = site.await_line(r"Port (\d+) is in use by another program: the site takes (\d+)").groups()
    assert site.base_url == f"http://{HOST}:{took}"
    assert wished != took
    assert requests.get(f"{site.base_url}/readyz", timeout=10).text == "ok"


def test_a_second_start_in_the_same_folder_says_where_the_first_one_is(site: Process) -> None:
    folder = site.log.parent
    with up(folder, ports.free_port(HOST, 0)) as second:
        assert second.wait() == 1
    assert f"already running from {folder} at {site.base_url}" in second.output
    assert requests.get(f"{site.base_url}/healthz", timeout=10).ok


def test_the_access_log_has_no_query_string(site: Process, logs: Path) -> None:
    requests.get(f"{site.base_url}/healthz?code=canary-code&state=canary-state", timeout=10)
    _await(lambda: '"GET /healthz" 200' in (logs / "web.log").read_text())
    assert "canary" not in (logs / "web.log").read_text()


def test_a_crash_is_reported_by_name_with_its_log_and_repaired(site: Process, logs: Path) -> None:
    killed = pid_of(site, "celery", "publish@")
    os.kill(killed, signal.SIGKILL)
    log = site.await_line(r"publish was killed by SIGKILL\. Its log: (\S+)\. Starting it again")[1]
    assert Path(log) == logs / "publish.log"
    _await_new(site, killed, "celery", "publish@")


def test_a_killed_database_comes_back_under_the_running_site(site: Process) -> None:
    command = ("postgres", str(site.log.parent / "pg"))
    killed = pid_of(site, *command)
    os.kill(killed, signal.SIGKILL)
    site.await_line(r"PostgreSQL ended\. Its log: \S+\. Starting it again")
    _await_new(site, killed, *command)
    _await(lambda: requests.get(f"{site.base_url}/readyz", timeout=10).ok)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_an_ending_signal_stops_everything_with_exit_code_0(state: Path, ending: int) -> None:
    with running(state) as process:
        children = descendants(process.pid)
        assert process.stop(ending) == 0
    assert len(children) >= 8
    assert not [pid for pid in children if "Z" not in _state_of(pid)]


def test_a_killed_supervisor_leaves_nothing_behind(state: Path) -> None:
    with running(state) as process:
        children = descendants(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    for pid in children:
        _await_end(pid)


def test_a_step_that_fails_ends_the_start_with_its_log(state: Path) -> None:
    with up(state, ports.free_port(HOST, 0), TOKEN_ENCRYPTION_KEYS="malformed") as process:
        assert process.wait(120) == 1
    assert re.search(r"migrate failed: .*Its log: \S+migrate\.log", process.output)


def test_a_malformed_variable_is_named(state: Path) -> None:
    with up(state, ports.free_port(HOST, 0), TIKTOK_APP_AUDITED="perhaps") as process:
        assert process.wait() == 1
    assert "TIKTOK_APP_AUDITED must be true or false" in process.output


def test_the_library_gives_a_stack_on_free_ports(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(state).items():
        monkeypatch.setenv(name, value)
    for name in CLEARED:
        monkeypatch.delenv(name, raising=False)
    with supervisor.stack(data_dir=state, web_port=0) as stack:
        assert requests.get(f"{stack.base_url}/readyz", timeout=10).ok
        assert requests.get(f"{stack.sandbox_url}/sandbox/health", timeout=10).ok
        assert stack.mail_dir == state / "mail"


def _await(holds: Callable[[], object], tries: int = 600) -> None:
    """What is not our child gives no event to wait on, so these few facts are asked for again."""
    for _ in range(tries):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("It did not become true in time.")


def _await_end(pid: int) -> None:
    _await(lambda: not Path(f"/proc/{pid}").exists() or "Z" in _state_of(pid))


def _state_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "Z"


def _await_new(process: Process, old: int, *words: str) -> int:
    def found() -> int:
        try:
            return pid_of(process, *words)
        except (AssertionError, FileNotFoundError, ProcessLookupError):
            return old

    _await(lambda: found() != old)
    return found()
