"""Nothing that a test runs leaves this machine: not the test, not asyncio, not a child process."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest
import requests

from tests.loopback.sitecustomize import NetworkIsOff
from tests.processes import LOOPBACK

OUTSIDE = "192.0.2.1"  # reserved for documentation: nothing is ever there


def connect() -> None:
    with socket.socket() as link:
        link.connect((OUTSIDE, 443))


def send() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as link:
        link.sendto(b"x", (OUTSIDE, 53))


def look_up() -> None:
    socket.getaddrinfo("open.tiktokapis.com", 443)


def fetch() -> None:
    requests.get("https://open.tiktokapis.com/v2/post/publish/status/fetch/", timeout=1)


def open_asynchronously() -> None:
    asyncio.run(asyncio.open_connection(OUTSIDE, 443))


@pytest.mark.parametrize("leave", [connect, send, look_up, fetch, open_asynchronously])
def test_nothing_leaves_this_machine(leave: Callable[[], None]) -> None:
    with pytest.raises(NetworkIsOff):
        leave()


def test_a_child_process_is_held_back_too() -> None:
    code = f"import socket; socket.create_connection(({OUTSIDE!r}, 443), timeout=1)"
    child = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(LOOPBACK)},
        capture_output=True,
        text=True,
    )
    assert child.returncode == 1
    assert "NetworkIsOff" in child.stderr


def test_loopback_stays_open() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()
