"""What the tests of the client share."""

from __future__ import annotations

import pytest

from tiktok.client import RequestsTransport


@pytest.fixture
def transport() -> RequestsTransport:
    """A transport with no connection open yet."""
    return RequestsTransport()
