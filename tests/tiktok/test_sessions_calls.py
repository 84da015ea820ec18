"""Every call that posts, through a session: it reaches its endpoint with the account's token, inside no transaction."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import transaction

from tests.factories import make_account
from tests.tiktok.client.answers import envelope, ok
from tests.tiktok.client.server import Part, answering, serving
from tiktok import sessions, wiring
from tiktok.client import AccountCounts, PhotoPost, Refusal, Secret, VideoPage, VideoPost, plan_upload
from tiktok.client.wire import Response

pytestmark = pytest.mark.django_db(transaction=True)

PLAN = plan_upload(1000)
PULL = Secret("https://oncue.example/pull/1.mp4")
POST = VideoPost("", "SELF_ONLY", True, True, True, False, False, False)
PHOTO = PhotoPost("", "", "SELF_ONLY", True, False, False, False, (PULL,), 0)
STARTED = ok({"publish_id": "v_1"})
OPENED = ok({"publish_id": "v_1", "upload_url": "https://up.tiktokapis.com/u?t=1"})

Call = Callable[[sessions.AccountSession], object]

CALLS: list[tuple[str, Call, Response]] = [
    (
        "/v2/post/publish/inbox/video/init/",
        lambda session: session.start_inbox_video(PLAN).publish_id,
        OPENED,
    ),
    ("/v2/post/publish/video/init/", lambda session: session.start_video_from_url(POST, PULL), STARTED),
    ("/v2/post/publish/inbox/video/init/", lambda session: session.start_inbox_video_from_url(PULL), STARTED),
    ("/v2/post/publish/content/init/", lambda session: session.start_photos(PHOTO), STARTED),
]
calls = pytest.mark.parametrize(("path", "call", "reply"), CALLS)


def saying(response: Response) -> Part:
    return answering(response.body, status=response.status)


@pytest.fixture
def luna(harbour, tiktok, in_harbour):
    return make_account(harbour, tiktok)


@calls
def test_an_init_goes_to_its_endpoint_with_the_accounts_token(
    luna, settings, path: str, call: Call, reply
) -> None:
    with serving(saying(reply)) as server:
        settings.TIKTOK_API_BASE_URL = server.url
        assert call(sessions.client_for(luna)) == "v_1"
    [received] = server.received
    assert (received.method, received.target) == ("POST", path)
    assert received.headers["authorization"].startswith("Bearer act.")


def test_photos_for_the_inbox_say_so(luna, settings) -> None:
    with serving(saying(STARTED)) as server:
        settings.TIKTOK_API_BASE_URL = server.url
        sessions.client_for(luna).start_photos(PHOTO, post_mode="MEDIA_UPLOAD")
    assert json.loads(server.received[0].body)["post_mode"] == "MEDIA_UPLOAD"


def test_a_cancel_is_asked_for_and_may_come_too_late(luna, settings) -> None:
    late = envelope("publish_not_cancellable", status=400)
    with serving(saying(ok()), saying(late)) as server:
        settings.TIKTOK_API_BASE_URL = server.url
        session = sessions.client_for(luna)
        session.cancel("v_1")
        with pytest.raises(Refusal) as caught:
            session.cancel("v_1")
    assert caught.value.code == "publish_not_cancellable"
    assert [json.loads(received.body) for received in server.received] == [{"publish_id": "v_1"}] * 2


def test_videos_are_listed_and_looked_up(luna, settings) -> None:
    page = ok({"videos": [{"id": "7"}], "cursor": 5, "has_more": True})
    with serving(saying(page), saying(page)) as server:
        settings.TIKTOK_API_BASE_URL = server.url
        session = sessions.client_for(luna)
        listed, queried = session.list_videos(9, max_count=3), session.query_videos(["7"])
    assert listed == VideoPage(queried, 5, True)
    assert [json.loads(received.body) for received in server.received] == [
        {"max_count": 3, "cursor": 9},
        {"filters": {"video_ids": ["7"]}},
    ]


def test_an_account_is_counted(luna, tiktok) -> None:
    tiktok.control(creators={"luna.bakes": {"followers": 5, "following": 4, "likes": 3}})
    assert sessions.client_for(luna).account_counts() == AccountCounts(5, 4, 3, 0)


@calls
def test_no_init_runs_inside_an_open_transaction(luna, settings, path: str, call: Call, reply) -> None:
    with serving(saying(reply)) as server:
        settings.TIKTOK_API_BASE_URL = server.url
        with transaction.atomic(), pytest.raises(wiring.OpenTransaction):
            call(sessions.client_for(luna))
    assert server.connections == 0
