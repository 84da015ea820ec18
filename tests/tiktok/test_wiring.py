"""The asynchronous client as the settings wire it; the synchronous one shows in `test_sessions`."""

from __future__ import annotations

import asyncio

import pytest
from django.db import transaction

from tests.tiktok.client.answers import ok
from tests.tiktok.client.server import answering, serving
from tiktok import wiring
from tiktok.client import PublishStatus, Remedy, Secret
from tiktok.client.aio import BurstTransport

pytestmark = pytest.mark.django_db(transaction=True)

LIVE = answering(ok({"status": "PUBLISH_COMPLETE"}).body)


def ask() -> PublishStatus:
    """One status fetch: the client made here, its call in a loop."""
    transport = BurstTransport()
    client = wiring.async_api_client(transport)

    async def run() -> PublishStatus:
        async with transport:
            await client.warm_calls(1)
            return await client.publish_status(Secret("act.1"), "v_1")

    return asyncio.run(run())


@pytest.fixture
def configured(settings) -> None:
    settings.TIKTOK_CLIENT_KEY = "ck"
    settings.TIKTOK_CLIENT_SECRET = "cs"


def test_a_loop_calls_the_address_of_the_settings(configured, settings) -> None:
    with serving(LIVE) as server:
        settings.TIKTOK_API_BASE_URL = server.url
        assert ask().status == "PUBLISH_COMPLETE"
    assert [received.target for received in server.received] == ["/v2/post/publish/status/fetch/"]
    assert server.connections == 1


def test_no_loop_is_prepared_inside_an_open_transaction(configured, settings) -> None:
    with serving(LIVE) as server:
        settings.TIKTOK_API_BASE_URL = server.url
        with transaction.atomic(), pytest.raises(wiring.OpenTransaction):
            ask()
    assert server.received == []


@pytest.mark.parametrize("name", ["TIKTOK_CLIENT_KEY", "TIKTOK_CLIENT_SECRET"])
def test_without_an_app_there_is_no_client_for_a_loop(configured, settings, name: str) -> None:
    setattr(settings, name, "")
    with pytest.raises(wiring.NotConfigured) as caught:
        ask()
    assert caught.value.remedy is Remedy.APP_CONFIG
