"""The inits beside the direct upload: inbox video, video by address, photos, and the cancel."""

from __future__ import annotations

import dataclasses
import json

import pytest

from tests.tiktok.client.answers import answer, envelope, ok
from tiktok.client import (
    LimitRefusal,
    PhotoMode,
    PhotoPost,
    Refusal,
    Remedy,
    Secret,
    Surface,
    TikTokError,
    UnreadableAnswer,
    Upload,
    VideoPost,
    plan_upload,
)
from tiktok.client.cancels import build_cancel, parse_cancel
from tiktok.client.inbox import build_inbox_init, build_inbox_pull, parse_inbox_init, parse_inbox_pull
from tiktok.client.photos import build_photo_init, parse_photo_init
from tiktok.client.videos import build_video_pull, parse_pull_init
from tiktok.client.wire import Request

API = "https://open.tiktokapis.com"
TOKEN = Secret("act.CANARY")
PULL = Secret("https://media.example/pull/CANARY-1.mp4")
VIDEO = VideoPost(
    title="Sourdough 🍞",
    privacy_level="SELF_ONLY",
    disable_comment=False,
    disable_duet=True,
    disable_stitch=True,
    brand_content_toggle=False,
    brand_organic_toggle=True,
    is_aigc=True,
)
PHOTO = PhotoPost(
    title="Crumb",
    description="Three loaves #bread",
    privacy_level="PUBLIC_TO_EVERYONE",
    disable_comment=True,
    auto_add_music=False,
    brand_content_toggle=False,
    brand_organic_toggle=True,
    images=(
        Secret("https://media.example/pull/CANARY-a.jpg"),
        Secret("https://media.example/pull/CANARY-b.webp"),
    ),
    cover_index=1,
)


def payload(request: Request) -> object:
    """What is sent; an address in it must not show."""
    header = request.headers["Authorization"]
    assert isinstance(header, Secret)
    assert header.reveal() == "Bearer act.CANARY"
    assert request.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert "CANARY" not in repr(request) + str(request.body)
    body = request.body
    return json.loads(body.reveal() if isinstance(body, Secret) else body)


# Video by address


def test_a_direct_video_is_fetched_from_its_address() -> None:
    request = build_video_pull(API, TOKEN, VIDEO, PULL)
    assert (request.method, request.url) == ("POST", API + "/v2/post/publish/video/init/")
    assert payload(request) == {
        "post_info": {
            "title": "Sourdough 🍞",
            "privacy_level": "SELF_ONLY",
            "disable_comment": False,
            "disable_duet": True,
            "disable_stitch": True,
            "brand_content_toggle": False,
            "brand_organic_toggle": True,
            "is_aigc": True,
        },
        "source_info": {"source": "PULL_FROM_URL", "video_url": PULL.reveal()},
    }


def test_a_chosen_cover_goes_with_a_video_by_address() -> None:
    video = dataclasses.replace(VIDEO, video_cover_timestamp_ms=0)
    assert payload(build_video_pull(API, TOKEN, video, PULL))["post_info"]["video_cover_timestamp_ms"] == 0


# Inbox


def test_the_inbox_takes_the_source_and_nothing_else() -> None:
    request = build_inbox_init(API, TOKEN, plan_upload(70_000_000))
    assert (request.method, request.url) == ("POST", API + "/v2/post/publish/inbox/video/init/")
    assert payload(request) == {
        "source_info": {
            "source": "FILE_UPLOAD",
            "video_size": 70_000_000,
            "chunk_size": 32_000_000,
            "total_chunk_count": 2,
        }
    }


def test_the_inbox_fetches_from_an_address_too() -> None:
    request = build_inbox_pull(API, TOKEN, PULL)
    assert request.url == API + "/v2/post/publish/inbox/video/init/"
    assert payload(request) == {"source_info": {"source": "PULL_FROM_URL", "video_url": PULL.reveal()}}


def test_an_inbox_upload_is_opened_like_a_direct_one() -> None:
    url = "https://open-upload.tiktokapis.com/video/?upload_token=CANARY"
    opened = parse_inbox_init(ok({"publish_id": "v_inbox_file~v2.1", "upload_url": url}))
    assert opened == Upload("v_inbox_file~v2.1", Secret(url))


# Photos


def test_direct_photos_send_every_toggle_that_photos_have() -> None:
    request = build_photo_init(API, TOKEN, PHOTO)
    assert (request.method, request.url) == ("POST", API + "/v2/post/publish/content/init/")
    assert payload(request) == {
        "media_type": "PHOTO",
        "post_mode": "DIRECT_POST",
        "post_info": {
            "title": "Crumb",
            "description": "Three loaves #bread",
            "privacy_level": "PUBLIC_TO_EVERYONE",
            "disable_comment": True,
            "auto_add_music": False,
            "brand_content_toggle": False,
            "brand_organic_toggle": True,
        },
        "source_info": {
            "source": "PULL_FROM_URL",
            "photo_images": [image.reveal() for image in PHOTO.images],
            "photo_cover_index": 1,
        },
    }


@pytest.mark.parametrize("mode", ["MEDIA_UPLOAD", PhotoMode.INBOX])
def test_photos_for_the_inbox_send_their_texts_alone(mode: str) -> None:
    sent = payload(build_photo_init(API, TOKEN, PHOTO, mode))
    assert sent["post_mode"] == "MEDIA_UPLOAD"
    assert sent["post_info"] == {"title": "Crumb", "description": "Three loaves #bread"}
    assert sent["source_info"]["photo_cover_index"] == 1


@pytest.mark.parametrize("mode", ["DIRECT POST", "", "direct"])
def test_a_mode_that_tiktok_does_not_know_is_never_sent(mode: str) -> None:
    with pytest.raises(ValueError, match="PhotoMode"):
        build_photo_init(API, TOKEN, PHOTO, mode)


@pytest.mark.parametrize("count", [1, 35])
def test_a_photo_post_has_1_to_35_images(count: int) -> None:
    assert dataclasses.replace(PHOTO, images=(PULL,) * count, cover_index=count - 1).cover_index == count - 1


@pytest.mark.parametrize(("count", "cover"), [(0, 0), (36, 0), (2, 2), (2, -1)])
def test_images_that_tiktok_would_refuse_make_no_photo_post(count: int, cover: int) -> None:
    with pytest.raises(ValueError, match="image"):
        dataclasses.replace(PHOTO, images=(PULL,) * count, cover_index=cover)


def test_an_image_does_not_show_in_the_repr_of_its_post() -> None:
    assert "CANARY" not in repr(PHOTO)


# Their answers

PARSERS = [
    (parse_pull_init, Surface.VIDEO_INIT),
    (parse_inbox_pull, Surface.INBOX_INIT),
    (parse_inbox_init, Surface.INBOX_INIT),
    (parse_photo_init, Surface.PHOTO_INIT),
]


@pytest.mark.parametrize("parse", [parse_pull_init, parse_inbox_pull, parse_photo_init])
def test_what_tiktok_fetches_is_answered_by_an_id_alone(parse) -> None:
    assert parse(ok({"publish_id": "p_pub_url~v2.1"})) == "p_pub_url~v2.1"


@pytest.mark.parametrize("parse", [parse_pull_init, parse_inbox_pull, parse_photo_init])
@pytest.mark.parametrize("data", [None, {}, {"publish_id": ""}, {"publish_id": 7}])
def test_an_init_without_an_id_is_unreadable(parse, data: dict | None) -> None:
    with pytest.raises(UnreadableAnswer, match="publish_id"):
        parse(ok(data))


@pytest.mark.parametrize(("parse", "surface"), PARSERS)
@pytest.mark.parametrize("code", ["url_ownership_unverified", "rate_limit_exceeded"])
def test_a_refused_init_says_which_init_it_was(parse, surface: Surface, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse(envelope(code, status=403))
    assert (caught.value.surface, caught.value.code, caught.value.row.surface) == (surface, code, surface)


@pytest.mark.parametrize("parse", [parse_inbox_init, parse_inbox_pull, parse_photo_init])
def test_five_waiting_drafts_are_a_limit_of_the_inbox(parse) -> None:
    with pytest.raises(LimitRefusal) as caught:
        parse(envelope("spam_risk_too_many_pending_share", status=403))
    assert (caught.value.remedy, caught.value.row.also) == (Remedy.RETRY_AFTER, Remedy.USER_FIX)


def test_an_old_app_cannot_take_photos() -> None:
    with pytest.raises(Refusal) as caught:
        parse_photo_init(envelope("app_version_check_failed", status=400))
    assert caught.value.remedy is Remedy.USER_FIX


# Cancel


def test_a_cancel_names_the_publish_id() -> None:
    request = build_cancel(API, TOKEN, "v_pub_url~v2.1")
    assert (request.method, request.url) == ("POST", API + "/v2/post/publish/cancel/")
    assert payload(request) == {"publish_id": "v_pub_url~v2.1"}


def test_a_cancel_is_answered_without_data() -> None:
    parse_cancel(answer({"error": {"code": "ok", "message": "", "log_id": "LOG1"}}))


@pytest.mark.parametrize(
    ("code", "status", "remedy"),
    [
        ("publish_not_cancellable", 400, Remedy.TERMINAL),
        ("invalid_publish_id", 400, Remedy.TERMINAL),
        ("access_token_invalid", 401, Remedy.RECONNECT),
        ("url_ownership_unverified", 403, Remedy.APP_CONFIG),
        ("internal_error", 500, Remedy.RETRY),
    ],
)
def test_a_refused_cancel_says_why(code: str, status: int, remedy: Remedy) -> None:
    with pytest.raises(TikTokError) as caught:
        parse_cancel(envelope(code, status=status))
    assert (caught.value.surface, caught.value.remedy) == (Surface.CANCEL, remedy)
