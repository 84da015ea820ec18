"""What the tests of the client share: both transports, behind one synchronous face."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.tiktok.client.looping import LoopedTransport
from tiktok.client import RequestsTransport, Transport

MakeTransport = Callable[..., Transport]


@pytest.fixture(params=["requests", "aiohttp"])
def make_transport(request: pytest.FixtureRequest) -> Iterator[MakeTransport]:
    """Makes transports of one kind, `ca_file` given or not; the test runs once with each kind."""
    looped: list[LoopedTransport] = []

    def make(**options: object) -> Transport:
        if request.param == "requests":
            return RequestsTransport(**options)
        looped.append(LoopedTransport(**options))
        return looped[-1]

    yield make
    for transport in looped:
        transport.close()


@pytest.fixture
def transport(make_transport: MakeTransport) -> Transport:
    """A transport with no connection open yet."""
    return make_transport()
