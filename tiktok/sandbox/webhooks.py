"""Telling the app by webhook (contract 12): each event becomes a delivery when it happens, tried until it is taken.

Deliveries are kept on disk until the app says 200 or their 72 hours are over. Faults of the kinds in
`faults.AT_WEBHOOK` spoil the next ones.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

import aiohttp

from .deliveries import Delivery
from .events import Event, EventName, content_of, events_of
from .faults import Fault, FaultKind, take_webhook
from .publishes import Publish
from .signing import HEADER, event_body, signature
from .state import Settings
from .store import Store

ANSWER_SECONDS = 10.0
SHORTEST_WAIT = 0.01
REMEMBERED = 5_000
FOREIGN_KEY = "aw_somebody_else"


@dataclass(frozen=True)
class Attempt:
    """One try; `status` None: no answer. `attempt` counts from 1."""

    order: int
    creator: str
    event: str
    attempt: int
    time: float
    status: int | None


class Herald:
    """Watches publishes for what they become, and delivers. It needs `run` to be under way."""

    def __init__(self, store: Store, client_key: str, client_secret: str) -> None:
        self._store, self._client_key, self._secret = store, client_key, client_secret
        self._woken = asyncio.Event()
        self.attempts: deque[Attempt] = deque(maxlen=REMEMBERED)
        self.forget()

    def forget(self) -> None:
        """Start over from what the store holds."""
        self._events: list[tuple[float, str, str]] = []
        self._expected: set[tuple[str, str]] = set()
        self._sends: list[tuple[float, int]] = []
        self._last_order = max(self._store.deliveries, default=0)
        for delivery in self._store.deliveries.values():
            self._schedule(delivery)
        for publish in self._store.publishes.values():
            self.watch(publish)

    def watch(self, publish: Publish) -> None:
        """The publish has changed: announce what it becomes, each event once, when it happens."""
        for event in events_of(publish):
            known = (publish.publish_id, event.key)
            if event.key not in publish.announced and known not in self._expected:
                self._expected.add(known)
                heapq.heappush(self._events, (event.at, event.key, publish.publish_id))
                if self._events[0][2] == publish.publish_id:
                    self._woken.set()

    def removed(self, creator: str, reason: int) -> None:
        """`authorization.removed`: the connection has ended."""
        self.tell(creator, EventName.REMOVED, {"reason": int(reason)})

    def tell(self, creator: str, event: str, content: dict[str, object]) -> None:
        """Deliver an event, whatever it is; nobody is told where no webhook address is set."""
        settings, state = self._store.state.settings, self._store.state
        if not settings.webhook_url:
            return
        fault = take_webhook(state.faults, creator) if state.faults else None
        if fault is not None:
            self._store.save_faults()
        if fault is not None and fault.kind == FaultKind.DROP:
            return
        body = event_body(
            client_key=FOREIGN_KEY if _is(fault, FaultKind.FOREIGN_KEY) else self._client_key,
            event=event,
            create_time=int(time.time()),
            user_openid=state.creators[creator].open_id(self._client_key),
            content=content,
        )
        copies = fault.copies if fault is not None and fault.kind == FaultKind.DUPLICATE else 1
        for _ in range(copies):
            self._deliver(creator, event, body, fault)

    async def run(self, session: aiohttp.ClientSession) -> None:
        """Announce and deliver until cancelled."""
        async with asyncio.TaskGroup() as sending:
            while True:
                now = time.time()
                self._announce(now)
                due = self._due(now)
                if due and self._store.state.settings.webhook_reorder:
                    sending.create_task(self._send_all(session, due[::-1]))
                else:
                    for delivery in due:
                        sending.create_task(self._send(session, delivery))
                await self._wait()

    def _announce(self, now: float) -> None:
        """Turn the events that have happened into deliveries."""
        while self._events and self._events[0][0] <= now:
            _, key, publish_id = heapq.heappop(self._events)
            self._expected.discard((publish_id, key))
            publish = self._store.publishes.get(publish_id)
            event = (
                next((event for event in events_of(publish) if event.key == key), None) if publish else None
            )
            if publish is not None and event is not None:
                self._tell_of(publish, event)

    def _tell_of(self, publish: Publish, event: Event) -> None:
        as_text = self._store.state.settings.webhook_post_id_as_text
        self.tell(publish.creator, event.name, content_of(publish, event, post_id_as_text=as_text))
        publish.announced.append(event.key)
        self._store.save_publish(publish)

    def _deliver(self, creator: str, event: str, body: str, fault: Fault | None) -> None:
        now, settings = time.time(), self._store.state.settings
        late = fault.seconds if fault is not None and fault.kind == FaultKind.LATE else 0.0
        self._last_order += 1
        delivery = Delivery(
            order=self._last_order,
            creator=creator,
            event=event,
            body=body,
            created_at=now,
            next_at=now + settings.webhook_delay_seconds + late,
            wrong_signature=_is(fault, FaultKind.WRONG_SIGNATURE),
        )
        if settings.webhook_reorder:
            self._hold_others(delivery)
        self._store.save_delivery(delivery)
        self._schedule(delivery)

    def _hold_others(self, newest: Delivery) -> None:
        """What has not been tried waits until the newest is due, to be overtaken by it."""
        for delivery in self._store.deliveries.values():
            if not delivery.attempts:
                delivery.next_at = newest.next_at
                self._schedule(delivery)

    def _schedule(self, delivery: Delivery) -> None:
        heapq.heappush(self._sends, (delivery.next_at, delivery.order))
        self._woken.set()

    def _due(self, now: float) -> list[Delivery]:
        due = []
        while self._sends and self._sends[0][0] <= now:
            at, order = heapq.heappop(self._sends)
            delivery = self._store.deliveries.get(order)
            if delivery is not None and delivery.next_at == at:
                due.append(delivery)
        return sorted(due, key=lambda delivery: delivery.order)

    async def _wait(self) -> None:
        """Until the next event or delivery is due, or something new comes."""
        times = [queue[0][0] for queue in (self._events, self._sends) if queue]
        seconds = max(SHORTEST_WAIT, min(times) - time.time()) if times else None
        self._woken.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _send_all(self, session: aiohttp.ClientSession, deliveries: list[Delivery]) -> None:
        for delivery in deliveries:
            await self._send(session, delivery)

    async def _send(self, session: aiohttp.ClientSession, delivery: Delivery) -> None:
        """Try it once; only 200 ends it."""
        settings: Settings = self._store.state.settings
        status = await self._post(session, settings.webhook_url, delivery)
        number = delivery.attempts + 1
        self.attempts.append(
            Attempt(delivery.order, delivery.creator, delivery.event, number, time.time(), status)
        )
        if self._store.deliveries.get(delivery.order) is not delivery:
            return  # everything was reset meanwhile
        base, give_up = settings.webhook_retry_seconds, settings.webhook_give_up_seconds
        if status == 200 or not delivery.put_off(time.time(), base=base, give_up=give_up):
            self._store.drop_delivery(delivery)
        else:
            self._store.save_delivery(delivery)
            self._schedule(delivery)

    async def _post(self, session: aiohttp.ClientSession, url: str, delivery: Delivery) -> int | None:
        secret = "not the secret" if delivery.wrong_signature else self._secret
        headers = {
            "Content-Type": "application/json",
            HEADER: signature(secret, delivery.body, at=int(time.time())),
        }
        body, limit = delivery.body.encode(), aiohttp.ClientTimeout(ANSWER_SECONDS)
        try:
            async with session.post(
                url, data=body, headers=headers, timeout=limit, allow_redirects=False
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None


def _is(fault: Fault | None, kind: FaultKind) -> bool:
    return fault is not None and fault.kind == kind
