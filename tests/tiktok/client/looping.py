"""The asynchronous transport for tests that wait for one answer at a time: its loop runs in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from tiktok.client.aio import BurstTransport
from tiktok.client.wire import Request, Response

T = TypeVar("T")

PATIENCE = 90.0


class LoopedTransport:
    """An asynchronous transport, in a loop of either kind, with the face of the synchronous one."""

    def __init__(self, inner: BurstTransport, loop: asyncio.AbstractEventLoop) -> None:
        self.inner = inner
        self._loop = loop
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def send(self, request: Request, *, deadline: float) -> Response:
        return self.run(self.inner.send(request, deadline=deadline))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns or raises, from inside the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def close(self) -> None:
        """Close the connections and end the loop."""
        self.run(self.inner.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()
