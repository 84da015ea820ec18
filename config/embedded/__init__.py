"""The embedded servers: PostgreSQL and Valkey from Python packages, for one machine.

They stand in where `DATABASE_URL` / `REDIS_URL` are unset: real engines on Unix sockets below the state
folder, children of whoever started them. The addresses are fixed by the folder alone, so settings can name a
server before it runs. Who starts and stops them is the supervisor's matter (`config/supervisor/`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config import env
from config.embedded.paths import socket_dir
from config.embedded.postgres import DATABASE, ROLE, Postgres
from config.embedded.server import DidNotStart, Server
from config.embedded.valkey import Valkey, socket_path

__all__ = [
    "DidNotStart",
    "Postgres",
    "Server",
    "Valkey",
    "broker_url",
    "database_settings",
    "database_url",
    "kind",
    "numbered",
    "redis_url",
]


def kind(base: str) -> str:
    """`pg` or `vk`, with the suffix of this environment: tests (`ONCUE_EMBEDDED=test`) have their own."""
    suffix = env.text("ONCUE_EMBEDDED", "")
    return f"{base}-{suffix}" if suffix else base


def database_settings(state: Path) -> dict[str, Any]:
    """Django's DATABASES entry of the embedded PostgreSQL of this state folder."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": ROLE,
        "HOST": str(socket_dir(state, kind("pg"))),
    }


def database_url(state: Path, name: str = DATABASE) -> str:
    """The same as a URL, as `DATABASE_URL` takes it."""
    return f"postgres://{ROLE}:@/{name}?host={socket_dir(state, kind('pg'))}"


def redis_url(state: Path) -> str:
    """The embedded Valkey of this state folder, as `REDIS_URL` takes it."""
    return f"unix://{socket_path(state, kind('vk'))}?db=0"


def broker_url(url: str) -> str:
    """Celery's spelling of a `REDIS_URL`; it has one of its own for Unix sockets."""
    path, socket, database = url.partition("?db=")
    if not path.startswith("unix://"):
        return url
    return path.replace("unix://", "redis+socket://") + (f"?virtual_host={database}" if socket else "")


def numbered(url: str, database: int) -> str:
    """The same Redis, in its database of this number: each test process has its own."""
    if url.startswith("unix://"):
        return f"{url.partition('?')[0]}?db={database}"
    return urlsplit(url)._replace(path=f"/{database}").geturl()
