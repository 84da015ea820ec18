"""Every call of every client, each by one name, against a scripted server; what they carry is marked CANARY."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from tests.tiktok.client.sending import LATE
from tests.tiktok.client.server import Part, ScriptedServer, answering
from tiktok.client import (
    ChunkReply,
    OAuthClient,
    PhotoPost,
    RequestsTransport,
    Secret,
    TikTokClient,
    VideoPost,
    plan_upload,
)
from tiktok.client.aio import AsyncTikTokClient, BurstTransport

TOKEN = Secret("act.CANARY")
POST = VideoPost("A caption", "SELF_ONLY", True, True, True, False, False, False)
PULL = Secret("https://oncue.example/pull/CANARY.mp4")
PHOTO = PhotoPost("A title", "A text", "SELF_ONLY", True, False, False, False, (PULL,), 0)
PLAN = plan_upload(1000)
TOKENS = {
    "access_token": "act.CANARY-2",
    "expires_in": 7200,
    "refresh_token": "rft.CANARY-2",
    "refresh_expires_in": 15_552_000,
    "open_id": "open-1",
    "scope": "user.info.basic",
}


def saying(document: object, *, status: int = 200) -> Part:
    return answering(json.dumps(document).encode(), status=status)


def data(**values: object) -> Part:
    return saying({"data": values, "error": {"code": "ok", "message": "", "log_id": "LOG1"}})


def error(code: str, *, status: int) -> Part:
    return saying({"error": {"code": code, "message": "", "log_id": "LOG1"}}, status=status)


def tiktok(server: ScriptedServer) -> TikTokClient:
    return TikTokClient(transport=RequestsTransport(), api_base_url=server.url + "/")


def oauth(server: ScriptedServer) -> OAuthClient:
    return OAuthClient(
        transport=RequestsTransport(),
        api_base_url=server.url,
        auth_base_url=server.url,
        client_key="ck",
        client_secret=Secret("CANARY-secret"),
        redirect_uri="https://oncue.example/connect/callback/",
    )


def send_chunk(server: ScriptedServer, deadline: float = LATE) -> ChunkReply:
    url = Secret(server.url + "/up?token=CANARY")
    return tiktok(server).send_chunk(url, PLAN, 0, [bytes(1000)], "video/mp4", deadline=deadline)


def in_loop(server: ScriptedServer, call: Callable[[AsyncTikTokClient], Awaitable[object]]) -> object:
    """One call of the asynchronous client, in a loop that lives as long."""

    async def run() -> object:
        async with BurstTransport() as transport:
            return await call(AsyncTikTokClient(transport=transport, api_base_url=server.url + "/"))

    return asyncio.run(run())


def send_chunk_in_loop(server: ScriptedServer, deadline: float = LATE) -> object:
    url = Secret(server.url + "/up?token=CANARY")
    return in_loop(
        server, lambda client: client.ready_chunk(url, PLAN, 0, bytes(1000), "video/mp4", deadline=deadline)()
    )


CALLS: dict[str, Callable[..., object]] = {
    "creator_info": lambda server, deadline=LATE: tiktok(server).creator_info(TOKEN, deadline=deadline),
    "user_info": lambda server, deadline=LATE: tiktok(server).user_info(TOKEN, scopes=[], deadline=deadline),
    "account_counts": lambda server, deadline=LATE: tiktok(server).account_counts(TOKEN, deadline=deadline),
    "start_video": lambda server, deadline=LATE: tiktok(server).start_video(
        TOKEN, POST, PLAN, deadline=deadline
    ),
    "publish_status": lambda server, deadline=LATE: tiktok(server).publish_status(
        TOKEN, "v_1", deadline=deadline
    ),
    "send_chunk": send_chunk,
    "exchange": lambda server, deadline=LATE: oauth(server).exchange("CANARY-code", deadline=deadline),
    "refresh": lambda server, deadline=LATE: oauth(server).refresh(Secret("rft.CANARY"), deadline=deadline),
    "revoke": lambda server, deadline=LATE: oauth(server).revoke(TOKEN, deadline=deadline),
    "start_inbox_video": lambda server, deadline=LATE: tiktok(server).start_inbox_video(
        TOKEN, PLAN, deadline=deadline
    ),
    "start_video_from_url": lambda server, deadline=LATE: tiktok(server).start_video_from_url(
        TOKEN, POST, PULL, deadline=deadline
    ),
    "start_inbox_video_from_url": lambda server, deadline=LATE: tiktok(server).start_inbox_video_from_url(
        TOKEN, PULL, deadline=deadline
    ),
    "start_photos": lambda server, deadline=LATE: tiktok(server).start_photos(
        TOKEN, PHOTO, deadline=deadline
    ),
    "cancel": lambda server, deadline=LATE: tiktok(server).cancel(TOKEN, "v_1", deadline=deadline),
    "list_videos": lambda server, deadline=LATE: tiktok(server).list_videos(TOKEN, deadline=deadline),
    "query_videos": lambda server, deadline=LATE: tiktok(server).query_videos(
        TOKEN, ["1"], deadline=deadline
    ),
    "aio.ready_chunk": send_chunk_in_loop,
    "aio.ready_video_from_url": lambda server, deadline=LATE: in_loop(
        server, lambda client: client.ready_video_from_url(TOKEN, POST, PULL, deadline=deadline)()
    ),
    "aio.ready_inbox_video_from_url": lambda server, deadline=LATE: in_loop(
        server, lambda client: client.ready_inbox_video_from_url(TOKEN, PULL, deadline=deadline)()
    ),
    "aio.ready_photos": lambda server, deadline=LATE: in_loop(
        server, lambda client: client.ready_photos(TOKEN, PHOTO, deadline=deadline)()
    ),
    "aio.publish_status": lambda server, deadline=LATE: in_loop(
        server, lambda client: client.publish_status(TOKEN, "v_1", deadline=deadline)
    ),
}

CHUNK_CALLS = ["send_chunk", "aio.ready_chunk"]
OAUTH_CALLS = ["exchange", "refresh", "revoke"]
DATA_CALLS = [name for name in CALLS if name not in [*CHUNK_CALLS, *OAUTH_CALLS]]
