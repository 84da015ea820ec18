"""What every handler needs, carried by the aiohttp application and by the request."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import ClientSession, web

from .activity import Activity
from .endpoints import Endpoint
from .faults import Fault
from .limits import RateLimits
from .publishes import Publish
from .store import Store
from .tally import Tally
from .webhooks import Herald

if TYPE_CHECKING:
    from hashlib import _Hash

REMEMBERED_REQUESTS = 20_000


@dataclass
class Call:
    """One request to TikTok's side: who, about what, and the fault it meets. `status` None: it got no answer."""

    endpoint: Endpoint
    method: str
    path: str
    time: float
    creator: str | None = None
    publish: Publish | None = None
    fault: Fault | None = None
    status: int | None = None
    was_committed: bool = False


@dataclass
class Uploads:
    """What upload handlers keep between chunks, lost with the process and rebuilt from the file."""

    digests: dict[str, _Hash] = field(default_factory=dict)
    writers: dict[str, object] = field(default_factory=dict)

    def digest_of(self, publish: Publish) -> _Hash | None:
        return hashlib.sha256() if not publish.uploaded_bytes else self.digests.get(publish.publish_id)


@dataclass
class Sandbox:
    """The running sandbox. `redirect_uris` empty means any that obeys the rules of contract 2.7.

    `commits` has a row per commit in order: publish_id, caption, nanoseconds of the last byte. `session` is there
    while the server runs. `webhook_url` is the one of the command line, which a reset comes back to.
    """

    store: Store
    client_key: str
    client_secret: str
    allow_loopback: bool = False
    redirect_uris: tuple[str, ...] = ()
    webhook_url: str = ""
    limits: RateLimits = field(default_factory=RateLimits)
    tally: Tally = field(default_factory=Tally)
    uploads: Uploads = field(default_factory=Uploads)
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=REMEMBERED_REQUESTS))
    pulling: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    session: ClientSession = field(init=False)
    activity: Activity = field(init=False)
    herald: Herald = field(init=False)
    commits: list[tuple[str, str, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.herald = Herald(self.store, self.client_key, self.client_secret)
        self.recount()

    def enter(self, call: Call) -> None:
        """A call has arrived and is known for what it is."""
        self.calls.append(call)
        self.tally.enter(call.creator, call.endpoint)
        if call.publish is not None:
            call.publish.count(call.endpoint)
            call.was_committed = call.publish.committed_at_ns is not None

    def leave(self, call: Call, status: int | None) -> None:
        """It is over; `status` None where nobody was answered."""
        call.status = status
        self.tally.leave(call.creator, call.endpoint)
        if status is not None:
            self.tally.answered(call.creator, call.endpoint, status, was_committed=call.was_committed)

    def recount(self) -> None:
        """Count again what is derived from the publishes."""
        publishes = list(self.store.publishes.values())
        self.activity = Activity(publishes)
        rows = [(it.publish_id, it.caption, it.committed_at_ns) for it in publishes]
        self.commits = sorted(
            ((key, caption, at) for key, caption, at in rows if at is not None), key=lambda row: row[2]
        )


SANDBOX: web.AppKey[Sandbox] = web.AppKey("SANDBOX", Sandbox)
CALL: web.RequestKey[Call] = web.RequestKey("CALL", Call)


def sandbox_of(request: web.Request) -> Sandbox:
    return request.app[SANDBOX]


def origin_of(request: web.Request) -> str:
    """The address the caller reached us by, so that the URLs in answers lead back to us."""
    return str(request.url.origin())


def arrived_ns(request: web.Request) -> int:
    """When the last byte of this request was read, in epoch nanoseconds; asked once the body is here."""
    stamped: int = getattr(request.protocol, "read_at_ns", 0)
    return stamped or time.time_ns()
