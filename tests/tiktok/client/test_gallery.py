"""The video list and the video query as pure functions."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.tiktok.client.answers import envelope, ok
from tiktok.client import AuthRefusal, LimitRefusal, Secret, UnreadableAnswer, Video, VideoPage
from tiktok.client.gallery import build_video_list, build_video_query, parse_video_list, parse_video_query
from tiktok.client.wire import Request, Response

API = "https://open.tiktokapis.com"
TOKEN = Secret("act.CANARY")

# Section 13.3, written out.
FIELDS = {
    "id",
    "create_time",
    "cover_image_url",
    "share_url",
    "video_description",
    "title",
    "duration",
    "height",
    "width",
    "embed_html",
    "embed_link",
    "like_count",
    "comment_count",
    "share_count",
    "view_count",
}
LOAF = {
    "id": "7504836789012345679",
    "create_time": 1_763_700_000,
    "cover_image_url": "https://p16/c.jpeg",
    "share_url": "https://www.tiktok.com/@luna/video/7504836789012345679?utm=x",
    "video_description": "Loaf",
    "title": "Loaf",
    "duration": 12,
    "height": 1920,
    "width": 1080,
    "embed_html": "<blockquote>",
    "embed_link": "https://www.tiktok.com/embed/1",
    "like_count": 3,
    "comment_count": 2,
    "share_count": 1,
    "view_count": 9_000_000_000,
}


def assert_asks_for(request: Request, path: str, body: dict) -> None:
    assert isinstance(request.url, str)
    address = urlsplit(request.url)
    assert (request.method, address.path, request.label) == ("POST", path, path)
    assert set(parse_qs(address.query)["fields"][0].split(",")) == FIELDS
    assert request.headers["Content-Type"] == "application/json"
    assert isinstance(request.body, bytes)
    assert json.loads(request.body) == body
    assert "CANARY" not in repr(request)


def test_the_list_begins_with_the_newest() -> None:
    assert_asks_for(build_video_list(API, TOKEN), "/v2/video/list/", {"max_count": 20})


@pytest.mark.parametrize("cursor", [0, 1_643_332_803_000])
def test_the_next_page_follows_the_cursor(cursor: int) -> None:
    request = build_video_list(API, TOKEN, cursor, 5)
    assert_asks_for(request, "/v2/video/list/", {"max_count": 5, "cursor": cursor})


def test_a_query_names_its_ids_as_texts() -> None:
    request = build_video_query(API, TOKEN, ["7504836789012345679", "2"])
    body = {"filters": {"video_ids": ["7504836789012345679", "2"]}}
    assert_asks_for(request, "/v2/video/query/", body)


@pytest.mark.parametrize("count", [0, 21])
def test_more_than_tiktok_takes_is_our_mistake(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 20"):
        build_video_list(API, TOKEN, None, count)
    with pytest.raises(ValueError, match="1 to 20"):
        build_video_query(API, TOKEN, ["1"] * count)


def test_a_page_is_read() -> None:
    page = parse_video_list(ok({"videos": [LOAF], "cursor": 1_763_700_000_000, "has_more": True}))
    assert page == VideoPage((Video(**LOAF),), 1_763_700_000_000, True)


def test_a_queried_video_is_read() -> None:
    assert parse_video_query(ok({"videos": [LOAF]})) == (Video(**LOAF),)


def test_a_number_for_an_id_stays_exact() -> None:
    body = b'{"data":{"videos":[{"id":7504836789012345679}]},"error":{"code":"ok"}}'
    assert parse_video_query(Response(200, {}, body))[0].id == "7504836789012345679"


def test_what_tiktok_leaves_out_is_not_made_up() -> None:
    [video] = parse_video_query(ok({"videos": [{"id": "1", "view_count": "12", "like_count": None}]}))
    assert (video.view_count, video.like_count, video.create_time) == (12, None, None)
    assert (video.title, video.share_url) == ("", "")


@pytest.mark.parametrize("data", [None, {}, {"videos": None}, {"videos": []}])
def test_nothing_public_is_an_empty_answer(data: dict | None) -> None:
    assert parse_video_query(ok(data)) == ()
    assert parse_video_list(ok(data)) == VideoPage((), None, False)


@pytest.mark.parametrize("data", [{"has_more": True}, {"has_more": "true", "cursor": 5}, {"cursor": 5}])
def test_there_is_more_only_where_tiktok_says_so_and_where(data: dict) -> None:
    assert parse_video_list(ok({"videos": [], **data})).has_more is False


@pytest.mark.parametrize(
    "videos",
    ["x", {"id": "1"}, [7], [{}], [{"id": ""}], [{"id": True}], [{"id": 1.5}], [LOAF, {"title": "x"}]],
)
def test_a_video_that_cannot_be_named_is_never_taken_for_deleted(videos: object) -> None:
    with pytest.raises(UnreadableAnswer):
        parse_video_query(ok({"videos": videos}))


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("scope_not_authorized", 401, AuthRefusal),
        ("scope_permission_missed", 400, AuthRefusal),
        ("rate_limit_exceeded", 429, LimitRefusal),
    ],
)
def test_a_refusal_is_told_apart(code: str, status: int, kind) -> None:
    for parse in (parse_video_list, parse_video_query):
        with pytest.raises(kind) as caught:
            parse(envelope(code, status=status))
        assert (caught.value.code, caught.value.row.known) == (code, True)
