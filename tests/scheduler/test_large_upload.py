"""500 MB through the real web server: stored exactly, memory flat, and what breaks off or is killed goes on."""

from __future__ import annotations

import hashlib
import http.client
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import default_storage

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import media as verbs
from scheduler.models import Media, Upload
from scheduler.probe import UNREADABLE
from tests.people import client_of, make_person, make_workspace
from tests.processes import Process, Processes
from tests.scheduler.tus import PART

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MEGABYTE = 1024 * 1024
SIZE = 500 * MEGABYTE
TOKEN = "t" * 32


def zeros(size: int) -> Iterator[bytes]:
    block = bytes(MEGABYTE)
    for _ in range(size // MEGABYTE):
        yield block


class Line:
    """Alice's browser, as the upload element drives it."""

    def __init__(self, web: Process, alice: User) -> None:
        self.place = urlsplit(web.base_url).netloc
        session = client_of(alice).cookies["sessionid"].value
        self.headers = {
            "X-CSRFToken": TOKEN,
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "Tus-Resumable": "1.0.0",
        }

    def ask(self, method: str, path: str, body: Any = None, **said: str) -> http.client.HTTPResponse:
        """One request; `said` are its headers, with `_` for `-`."""
        headers = self.headers | {name.replace("_", "-"): value for name, value in said.items()}
        connection = http.client.HTTPConnection(self.place, timeout=120)
        with closing(connection):
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read()
            return answer

    def begin(self, workspace: Workspace, length: int) -> str:
        """The path of a new upload."""
        answer = self.ask("POST", f"/w/{workspace.slug}/uploads/", Upload_Length=str(length))
        assert answer.status == 201
        return answer.headers["Location"]

    def send(self, path: str, body: Iterator[bytes], *, at: int, length: int) -> int:
        """A part that promises `length` bytes; the status."""
        said = {"Content_Type": PART, "Content_Length": str(length), "Upload_Offset": str(at)}
        return self.ask("PATCH", path, body, **said).status

    def break_off(self, path: str, body: bytes, *, promised: int) -> None:
        """A part that ends before it is whole."""
        connection = http.client.HTTPConnection(self.place, timeout=60)
        connection.putrequest("PATCH", path)
        said = {"Content-Type": PART, "Content-Length": str(promised), "Upload-Offset": "0"}
        for name, value in (self.headers | said).items():
            connection.putheader(name, value)
        connection.endheaders(body)
        connection.close()

    def offset(self, path: str) -> int:
        return int(self.ask("HEAD", path).headers["Upload-Offset"])


def resident(web: Process) -> int:
    """Bytes of memory of the server's processes together, at their highest so far."""
    pids = [
        web.pid,
        *(int(pid) for pid in Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()),
    ]
    peaks = [
        line
        for pid in pids
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if "VmHWM" in line
    ]
    return sum(int(line.split()[1]) * 1024 for line in peaks)


@pytest.fixture
def web(processes: Processes) -> Process:
    return processes.start_web()


def test_500_mb_are_stored_exactly_with_flat_memory(web: Process) -> None:
    alice = make_person("Alice")
    workspace = make_workspace(alice)
    line = Line(web, alice)
    assert line.send(line.begin(workspace, MEGABYTE), zeros(MEGABYTE), at=0, length=MEGABYTE) == 204
    before = resident(web)

    assert line.send(line.begin(workspace, SIZE), zeros(SIZE), at=0, length=SIZE) == 204

    assert resident(web) - before < 50 * MEGABYTE
    with workspace_scope(workspace):
        checked = verbs.check(Media.objects.get(size=SIZE).pk)
    expected = hashlib.sha256()
    for block in zeros(SIZE):
        expected.update(block)
    assert checked is not None
    assert checked.sha256 == expected.hexdigest()
    assert checked.refusals == [UNREADABLE]


def test_an_upload_that_breaks_off_goes_on_from_there(web: Process) -> None:
    alice = make_person("Alice")
    workspace = make_workspace(alice)
    line = Line(web, alice)
    body = random.Random(7).randbytes(20 * MEGABYTE)
    path = line.begin(workspace, len(body))

    line.break_off(path, body[: 10 * MEGABYTE], promised=len(body))
    web.await_line(r'"PATCH /w/\S+/uploads/\S+" 204')

    assert (at := line.offset(path)) == 10 * MEGABYTE
    assert line.send(path, iter([body[at:]]), at=at, length=len(body) - at) == 204
    with workspace_scope(workspace):
        row = Media.objects.get()
        with default_storage.open(row.storage_key) as stored:
            assert stored.read() == body


def test_a_server_that_is_killed_forgets_at_most_what_was_not_yet_safe(
    processes: Processes, web: Process
) -> None:
    alice = make_person("Alice")
    workspace = make_workspace(alice)
    line = Line(web, alice)
    body = random.Random(8).randbytes(40 * MEGABYTE)
    path = line.begin(workspace, len(body))

    def until_killed() -> Iterator[bytes]:
        for start in range(0, 30 * MEGABYTE, MEGABYTE):
            yield body[start : start + MEGABYTE]
        while True:  # until that much is safe
            with workspace_scope(workspace):
                if Upload.objects.get().offset >= 16 * MEGABYTE:
                    break
        web.kill()
        yield body[30 * MEGABYTE :]

    with pytest.raises(ConnectionError):
        line.send(path, until_killed(), at=0, length=len(body))
    again = Line(processes.start_web(), alice)

    at = again.offset(path)
    assert 16 * MEGABYTE <= at <= 30 * MEGABYTE
    assert again.send(path, iter([body[at:]]), at=at, length=len(body) - at) == 204
    with workspace_scope(workspace):
        row = Media.objects.get()
        with default_storage.open(row.storage_key) as stored:
            assert stored.read() == body
