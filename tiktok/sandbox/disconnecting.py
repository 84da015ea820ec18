"""The end of a connection: tokens die, what was in processing fails (contract 2.5, 9.1)."""

from __future__ import annotations

import time
from enum import IntEnum

from .context import Sandbox
from .lifecycle import fail
from .pulls import stop_pull
from .tokens import abandoned_by_removal, remove_app


class Removal(IntEnum):
    """The reasons of `authorization.removed` (contract 12.4)."""

    UNKNOWN = 0
    DISCONNECTED = 1
    ACCOUNT_DELETED = 2
    AGE_CHANGED = 3
    ACCOUNT_BANNED = 4
    DEVELOPER_REVOKED = 5


def disconnect(
    sandbox: Sandbox, *, creator: str, client_key: str | None = None, reason: int = Removal.DISCONNECTED
) -> None:
    """Remove the app from the creator's connected apps; `client_key` None removes every app."""
    store = sandbox.store
    for publish in abandoned_by_removal(store.by_creator.get(creator, []), now=time.time()):
        if client_key in (None, publish.client_key):
            stop_pull(sandbox, publish)
            fail(sandbox, publish, "auth_removed")
    was_connected = bool(store.state.grants.of(creator))
    remove_app(store.state, creator=creator, client_key=client_key)
    store.save()
    if was_connected:
        sandbox.herald.removed(creator, reason)
