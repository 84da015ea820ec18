"""Free ports on this machine, and the memory of those that must stay the same between starts."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from pathlib import Path

TRIES = 50


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen here now."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: TIME_WAIT is no obstacle
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(host: str, preferred: int) -> int:
    """The preferred port or the next free one; 0 means any. Raises `OSError` where 50 in a row are taken."""
    if preferred == 0:
        return _any_port(host)
    for port in range(preferred, min(preferred + TRIES, 65536)):
        if is_free(host, port):
            return port
    raise OSError(f"Ports {preferred} to {preferred + TRIES - 1} on {host} are all in use.")


def remembered_port(state: Path, name: str, preferred: int) -> int:
    """The port this folder used before under this name, else the preferred one."""
    return int(_read(state).get(name, preferred))


def remember_port(state: Path, name: str, port: int) -> None:
    """Keep it for the next start: links into the sandbox contain its port."""
    (state / "ports.json").write_text(json.dumps(_read(state) | {name: port}))


def _any_port(host: str) -> int:
    with closing(socket.socket()) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _read(state: Path) -> dict[str, int]:
    path = state / "ports.json"
    return json.loads(path.read_text()) if path.exists() else {}
