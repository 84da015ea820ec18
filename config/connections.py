"""How a process of ours holds on to PostgreSQL.

Each thread of a worker keeps one connection from task to task. Celery's own fixup closes it around every task, for
the sake of forked children that we do not have, and that costs a factor of four (`requirements/performance.md` B3).
Kept connections are treated as Django treats them between two requests: one that failed is dropped, and the first
query of a task asks whether it still lives, so a restart of PostgreSQL is healed within one task (F-33).

At most, for one host: web 2 x 8 threads, clock 4 + 1 (its event loop), publish 32 + 1 (its polls), uploads 6, and
10 for commands, probes and people: 70. `max_connections` is 200 wherever we start the server, so that a second
publisher or web host fits; who finds none free waits (`config/database`).
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.fixups.django import DjangoFixup, DjangoWorkerFixup  # type: ignore[attr-defined]
from django.db import close_old_connections, connections

# A locked or slow table must not pile up what waits for it (F-34). A frozen process gives its locks back (F-08).
# Commands, migrations first of all, have no limit.
LIMITS = {
    "web": {"lock_timeout": "3s", "statement_timeout": "10s"},
    "worker": {"lock_timeout": "5s", "statement_timeout": "60s"},
}
SHARED_LIMITS = {"idle_in_transaction_session_timeout": "60s"}


def limit_waits(kind: str) -> None:
    """Give the connections that this process is going to open the limits of its kind, `web` or `worker`."""
    limits = LIMITS[kind] | SHARED_LIMITS
    options = connections.settings["default"].setdefault("OPTIONS", {})
    given = [options["options"]] if "options" in options else []
    options["options"] = " ".join([*given, *(f"-c {name}={value}" for name, value in limits.items())])
    options.setdefault("application_name", os.environ.get("ONCUE_PART", kind))


class KeptConnections(DjangoWorkerFixup):  # type: ignore[misc]
    """Celery's fixup with Django's own rule for old connections in the place of "close them all"."""

    def install(self) -> KeptConnections:
        limit_waits("worker")
        super().install()
        return self

    def close_database(self, **kwargs: Any) -> None:
        close_old_connections()


class KeepingFixup(DjangoFixup):  # type: ignore[misc]
    """What Celery does for Django projects, with `KeptConnections` in its worker."""

    _worker_fixup: KeptConnections | None

    @property
    def worker_fixup(self) -> KeptConnections:
        if self._worker_fixup is None:
            self._worker_fixup = KeptConnections(self.app)
        return self._worker_fixup

    @worker_fixup.setter
    def worker_fixup(self, value: KeptConnections) -> None:
        self._worker_fixup = value


def fixup(app: Celery) -> KeepingFixup:
    """For `Celery(fixups=…)`, where it replaces `celery.fixups.django:fixup`."""
    installed = KeepingFixup(app)
    installed.install()
    return installed
