"""The sandbox as the benchmark sees it: planted before it starts, asked afterwards what arrived when.

Creators and grants are written into its state file, because thousands of connections through its consent page would
take longer than the measurement.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp
import requests

from tiktok.client.chunks import plan_staged
from tiktok.sandbox.creators import Creator
from tiktok.sandbox.endpoints import SCOPES
from tiktok.sandbox.state import DAY, State
from tiktok.sandbox.store import Store
from tiktok.sandbox.tokens import new_grant, token_answer

CALL_SECONDS = 30.0
OPENED_AT_ONCE = 16
INIT = "/v2/post/publish/video/init/"
NO_LIMITS = {"video_init": None, "creator_info": None, "status": None}


@dataclass(frozen=True)
class Connection:
    """One creator who has granted everything: the token answer of the contract."""

    creator: str
    answer: dict[str, Any]

    @property
    def token(self) -> str:
        return str(self.answer["access_token"])


@dataclass(frozen=True)
class OpenUpload:
    """An upload that waits for its bytes."""

    caption: str
    publish_id: str
    upload_url: str


def plant(path: Path, *, creators: int, client_key: str, client_secret: str) -> list[Connection]:
    """Write the state of a sandbox that knows this many creators of ours; tokens live a day."""
    store, now = Store(path), time.time()
    state = store.state = State(client_key=client_key, client_secret=client_secret)
    state.settings.access_seconds = DAY
    connections = []
    for number in range(creators):
        name = f"bench.{number:05}"
        state.creators[name] = Creator(username=name, nickname=f"Bench {number}", daily_cap=None)
        grant = new_grant(state, creator=name, client_key=client_key, scopes=list(SCOPES), now=now)
        answer = token_answer(state, grant, now=now)
        state.grants.put(grant)
        connections.append(Connection(name, answer))
    store.save()
    return connections


class Remote:
    """Calls to a running sandbox at `base_url`."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def settings(self, **values: Any) -> None:
        """Turn its knobs; see `tiktok.sandbox.state.Settings`."""
        answer = requests.post(
            f"{self.base_url}/sandbox/control", json={"settings": values}, timeout=CALL_SECONDS
        )
        answer.raise_for_status()

    def commits(self) -> list[tuple[str, int]]:
        """Caption and instant (ns since 1970) of each commit request's last byte."""
        answer = requests.get(f"{self.base_url}/sandbox/commits", timeout=CALL_SECONDS)
        answer.raise_for_status()
        return [(caption, at) for _, caption, at in answer.json()]

    def open_uploads(
        self, connections: Sequence[Connection], captions: Sequence[str], size: int
    ) -> list[OpenUpload]:
        """One upload of `size` bytes for each caption, cut as the engine cuts it; connections take turns."""
        return asyncio.run(self._open_all(connections, captions, size))

    async def _open_all(
        self, connections: Sequence[Connection], captions: Sequence[str], size: int
    ) -> list[OpenUpload]:
        room = asyncio.Semaphore(OPENED_AT_ONCE)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS)) as session:

            async def one(number: int, caption: str) -> OpenUpload:
                async with room:
                    token = connections[number % len(connections)].token
                    return await self._open(session, token, caption, size)

            return await asyncio.gather(*(one(number, caption) for number, caption in enumerate(captions)))

    async def _open(self, session: aiohttp.ClientSession, token: str, caption: str, size: int) -> OpenUpload:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json; charset=UTF-8"}
        async with session.post(self.base_url + INIT, json=_init(caption, size), headers=headers) as answer:
            data = (await answer.json())["data"]
            return OpenUpload(caption, data["publish_id"], data["upload_url"])


def _init(caption: str, size: int) -> dict[str, Any]:
    flags = ("disable_comment", "disable_duet", "disable_stitch", "brand_content_toggle")
    return {
        "post_info": {
            "title": caption,
            "privacy_level": "PUBLIC_TO_EVERYONE",
            **dict.fromkeys((*flags, "brand_organic_toggle", "is_aigc"), False),
        },
        "source_info": {"source": "FILE_UPLOAD", **asdict(plan_staged(size))},
    }
