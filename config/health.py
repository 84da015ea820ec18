"""Is this process alive (`/healthz`), and can it serve (`/readyz`)?

Both answer one word, so that the public learns nothing (R-85); what is wrong goes to the log. They differ in who
asks: the first decides on a restart, the second on whether traffic comes here.
"""

from __future__ import annotations

import functools
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from redis import RedisError

from accounts import clock
from accounts.access import public
from config.broker import Evicts, check_nothing_is_evicted
from config.heartbeat import last_seen, quiet
from tiktok import vault
from tiktok.keyring import KeyringError

__all__ = ["failing", "last_seen", "quiet", "urlpatterns"]

log = logging.getLogger(__name__)
FREE_BYTES = 256 * 1024 * 1024
BROKER_SECONDS = 2


class NotReady(Exception):
    """A part answers, but not well enough to serve; the text says why."""


def database() -> None:
    """PostgreSQL answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@functools.cache
def migrations() -> None:
    """No migration is waiting. Once true it stays true for this process, so success is remembered."""
    executor = MigrationExecutor(connection)
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady(f"{len(waiting)} migrations are not applied")


def broker() -> None:
    """The Celery broker takes connections, and keeps what it is given."""
    with current_app.connection_for_write() as link:
        link.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
    check_nothing_is_evicted()


def machine_clock() -> None:
    """This machine's clock and the database's agree."""
    if not clock.is_right():
        raise NotReady(f"this machine's clock is {clock.known_skew():.0f} s off the database's")


def workers() -> None:
    """Every part took work within the last minute."""
    if silent := quiet():
        raise NotReady(", ".join(f"{part} has taken nothing for {age} s" for part, age in silent.items()))


def disk() -> None:
    """The media folder can be written and has room."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise NotReady(f"{folder} cannot be written")
    if shutil.disk_usage(folder).free < FREE_BYTES:
        raise NotReady(f"less than {FREE_BYTES} bytes are free in {folder}")


def keyring() -> None:
    """The tokens of all accounts can be opened and sealed."""
    try:
        vault.ring()
    except KeyringError as error:
        raise NotReady(f"TOKEN_ENCRYPTION_KEYS: {error}") from error


CHECKS: tuple[Callable[[], None], ...] = (
    database,
    migrations,
    broker,
    disk,
    keyring,
    machine_clock,
    workers,
)


def failing() -> list[str]:
    """The names of the checks that fail now; each failure is logged with its reason."""
    failed = []
    for check in CHECKS:
        try:
            check()
        except (NotReady, Evicts, DatabaseError, OperationalError, RedisError, OSError) as error:
            log.warning("Not ready: %s: %s", check.__name__, error)
            failed.append(check.__name__)
    return failed


@public("A load balancer has no account")
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process can answer at all; touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


@public("A load balancer has no account")
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every check passes, else 503."""
    if failing():
        return HttpResponse("not ready", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
