"""500 MB through the real web server: stored exactly, memory flat, and not kept waiting by anything else."""

from __future__ import annotations

import hashlib
import http.client
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import media as verbs
from scheduler.models import Media
from scheduler.probe import UNREADABLE
from tests.people import client_of, make_person, make_workspace
from tests.processes import Process, Processes

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MEGABYTE = 1024 * 1024
SIZE = 500 * MEGABYTE
TOKEN = "t" * 32


def zeros(size: int) -> Iterator[bytes]:
    block = bytes(MEGABYTE)
    for _ in range(size // MEGABYTE):
        yield block


def send(
    web: Process, alice: User, workspace: Workspace, *, declared: int, body: Iterator[bytes]
) -> tuple[int, str]:
    """The upload as a browser makes it; the answer's status and text."""
    session = client_of(alice).cookies["sessionid"].value
    connection = http.client.HTTPConnection(urlsplit(web.base_url).netloc, timeout=120)
    headers = {
        "Content-Length": str(declared),
        "Content-Type": "video/mp4",
        "X-File-Name": "large.mp4",
        "X-CSRFToken": TOKEN,
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
    }
    with closing(connection):
        connection.request("POST", f"/w/{workspace.slug}/media/upload/", body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


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


def test_500_mb_are_stored_exactly_with_flat_memory(processes: Processes) -> None:
    alice = make_person("Alice")
    workspace = make_workspace(alice)
    web = processes.start_web()
    small_status, _ = send(web, alice, workspace, declared=MEGABYTE, body=zeros(MEGABYTE))
    before = resident(web)

    status, text = send(web, alice, workspace, declared=SIZE, body=zeros(SIZE))

    assert (small_status, status) == (201, 201), text
    assert resident(web) - before < 50 * MEGABYTE
    with workspace_scope(workspace):
        row = Media.objects.get(size=SIZE)
        checked = verbs.check(row.pk)
    expected = hashlib.sha256()
    for block in zeros(SIZE):
        expected.update(block)
    assert row.sha256 == expected.hexdigest()
    assert checked is not None
    assert checked.refusals == [UNREADABLE]


def test_an_upload_that_breaks_off_leaves_nothing(processes: Processes, state_folder: Path) -> None:
    alice = make_person("Alice")
    workspace = make_workspace(alice)
    web = processes.start_web()
    session = client_of(alice).cookies["sessionid"].value
    parts = urlsplit(web.base_url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.putrequest("POST", f"/w/{workspace.slug}/media/upload/")
    for name, value in {
        "Content-Length": str(50 * MEGABYTE),
        "Content-Type": "video/mp4",
        "X-CSRFToken": TOKEN,
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
    }.items():
        connection.putheader(name, value)
    connection.endheaders(bytes(10 * MEGABYTE))
    connection.close()

    web.await_line(r'"POST /w/\S+/media/upload/" 400')

    with workspace_scope(workspace):
        assert not Media.objects.exists()
    assert [path for path in (state_folder / "media").rglob("*") if path.is_file()] == []
