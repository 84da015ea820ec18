"""What the tests of the client share: all transports, behind one synchronous face."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
import uvloop

from tests.tiktok.client.looping import LoopedTransport
from tiktok.client import RequestsTransport, Transport
from tiktok.client.aio import BurstTransport

MakeTransport = Callable[..., Transport]


LOOPS = {"burst": uvloop.new_event_loop, "burst on asyncio": asyncio.new_event_loop}


@pytest.fixture(params=["requests", *LOOPS])
def make_transport(request: pytest.FixtureRequest) -> Iterator[MakeTransport]:
    """Makes transports of one kind, `ca_file` given or not; the test runs once with each kind."""
    looped: list[LoopedTransport] = []

    def make(**options: object) -> Transport:
        if request.param == "requests":
            return RequestsTransport(**options)
        looped.append(LoopedTransport(BurstTransport(**options), LOOPS[request.param]()))
        return looped[-1]

    yield make
    for transport in looped:
        transport.close()


@pytest.fixture
def transport(make_transport: MakeTransport) -> Transport:
    """A transport with no connection open yet."""
    return make_transport()
