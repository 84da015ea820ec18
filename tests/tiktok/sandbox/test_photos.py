"""Photo init, strict as contract 8, and what becomes of the images that TikTok fetches."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from tests.sandbox_process import Sandbox

from .caller import PHOTO_INFO, Caller, code_of, id_of
from .media_host import MediaHost, picture

URL = "https://oncue.example/pull/a.jpg"
SOURCE = {"source": "PULL_FROM_URL", "photo_images": [URL], "photo_cover_index": 0}


@pytest.fixture
def owner(luna: Caller) -> Caller:
    """Luna's app with `oncue.example` as a verified domain and no limit of inits."""
    luna.sandbox.control(settings={"verified_prefixes": ["oncue.example"], "limits": {"photo_init": None}})
    return luna


def test_photos_become_one_post_with_every_image(nearby: Caller, host: MediaHost) -> None:
    images = [picture(), picture("WEBP"), picture(colour="plum")]
    urls = [host.put(f"/{index}", image) for index, image in enumerate(images)]
    publish_id = id_of(nearby.photos(urls, cover=1))
    assert publish_id.startswith("p_pub_url~")
    data = nearby.settled(publish_id)
    assert (data["status"], data["downloaded_bytes"]) == ("PUBLISH_COMPLETE", sum(map(len, images)))
    assert len(data["publicaly_available_post_id"]) == 1
    page = requests.get(f"{nearby.sandbox.base_url}/@luna.bakes", timeout=5).text
    assert 'data-posts="1"' in page
    shown = [
        requests.get(nearby.sandbox.base_url + source, timeout=5)
        for source in re.findall(r'<li><img src="([^"]+)"', page)
    ]
    assert [answer.content for answer in shown] == [images[1], images[0], images[2]]
    assert shown[0].headers["Content-Type"] == "image/webp"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"post_mode": "DIRECT POST"},
        {"media_type": "VIDEO"},
        {"post_info": PHOTO_INFO | {"disable_duet": True}},
        {"post_info": PHOTO_INFO | {"disable_stitch": True}},
        {"post_info": PHOTO_INFO | {"is_aigc": True}},
        {"post_info": PHOTO_INFO | {"video_cover_timestamp_ms": 1}},
        {"post_info": PHOTO_INFO | {"auto_add_music": "yes"}},
        {"post_info": PHOTO_INFO | {"title": "t" * 91}},
        {"post_info": PHOTO_INFO | {"title": "🥐" * 45 + "!"}},
        {"post_info": PHOTO_INFO | {"description": "d" * 4_001}},
        {"post_info": PHOTO_INFO | {"brand_content_toggle": True, "privacy_level": "SELF_ONLY"}},
        {"source_info": SOURCE | {"source": "FILE_UPLOAD"}},
        {"source_info": SOURCE | {"photo_images": []}},
        {"source_info": SOURCE | {"photo_images": [URL] * 36}},
        {"source_info": SOURCE | {"photo_images": URL}},
        {"source_info": SOURCE | {"photo_images": [7]}},
        {"source_info": SOURCE | {"photo_images": ["http://oncue.example/a.jpg"]}},
        {"source_info": SOURCE | {"photo_images": ["//oncue.example/a.jpg"]}},
        {"source_info": SOURCE | {"photo_cover_index": 1}},
        {"source_info": SOURCE | {"photo_cover_index": -1}},
        {"source_info": SOURCE | {"photo_cover_index": "0"}},
        {"source_info": {"source": "PULL_FROM_URL", "photo_images": [URL]}},
        {"source_info": SOURCE | {"video_url": URL}},
        {"unknown": 1},
    ],
)
def test_a_photo_init_of_the_wrong_shape_is_refused(owner: Caller, body: dict[str, Any]) -> None:
    fine = {"post_mode": "DIRECT_POST", "post_info": PHOTO_INFO, "source_info": SOURCE}
    status, code = code_of(owner.photos_with(fine | body if body else {}))
    assert (status, code.removesuffix("s")) == (400, "invalid_param")


@pytest.mark.parametrize("count", [1, 35])
def test_one_to_thirty_five_images_and_full_texts_are_taken(owner: Caller, count: int) -> None:
    texts = {"title": "🥐" * 45, "description": "é" * 4_000}
    assert code_of(owner.photos([URL] * count, cover=count - 1, **texts)) == (200, "ok")


@pytest.mark.parametrize(
    ("verified", "url", "code"),
    [
        ([], URL, "url_ownership_unverified"),
        (["oncue.example"], "https://media.oncue.example/a.jpg", "ok"),
        (["media.oncue.example"], URL, "url_ownership_unverified"),
        (["oncue.example"], "https://notoncue.example/a.jpg", "url_ownership_unverified"),
        (["https://oncue.example/pull/"], URL + "?signature=x", "ok"),
        (["https://oncue.example/pull/"], "https://oncue.example/pulled.jpg", "url_ownership_unverified"),
        (["https://oncue.example/pull"], URL, "url_ownership_unverified"),
        (["127.0.0.1"], "https://127.0.0.1/a.jpg", "url_ownership_unverified"),
    ],
)
def test_images_lie_under_a_verified_property(luna: Caller, verified: list[str], url: str, code: str) -> None:
    luna.sandbox.control(settings={"verified_prefixes": verified})
    assert code_of(luna.photos([url]))[1] == code


def test_the_audience_is_judged_as_for_a_video(owner: Caller) -> None:
    assert (
        code_of(owner.photos([URL], privacy_level="FOLLOWER_OF_CREATOR"))[1]
        == "privacy_level_option_mismatch"
    )
    owner.sandbox.control(settings={"unaudited": True})
    refused = (403, "unaudited_client_can_only_post_to_private_accounts")
    assert code_of(owner.photos([URL], privacy_level="SELF_ONLY")) == refused
    assert code_of(owner.photos([URL], "MEDIA_UPLOAD")) == (200, "ok")


@pytest.mark.parametrize(
    "field",
    ["privacy_level", "disable_comment", "auto_add_music", "brand_content_toggle", "brand_organic_toggle"],
)
def test_a_photo_draft_has_words_only(owner: Caller, field: str) -> None:
    assert code_of(owner.photos([URL], "MEDIA_UPLOAD", **{field: True})) == (400, "invalid_params")


def test_the_scope_depends_on_the_mode(sandbox: Sandbox) -> None:
    sandbox.control(settings={"verified_prefixes": ["oncue.example"]})
    poster, drafter = Caller(sandbox, scopes=["video.publish"]), Caller(sandbox, scopes=["video.upload"])
    refused = (401, "scope_not_authorized")
    assert [code_of(poster.photos([URL], mode)) for mode in ("DIRECT_POST", "MEDIA_UPLOAD")] == [
        (200, "ok"),
        refused,
    ]
    assert [code_of(drafter.photos([URL], mode)) for mode in ("DIRECT_POST", "MEDIA_UPLOAD")] == [
        refused,
        (200, "ok"),
    ]


def test_an_old_app_takes_no_photo_drafts(owner: Caller) -> None:
    owner.sandbox.control(creators={"luna.bakes": {"old_app": True}})
    assert code_of(owner.photos([URL], "MEDIA_UPLOAD")) == (400, "app_version_check_failed")
    assert code_of(owner.photos([URL])) == (200, "ok")


def test_a_token_has_six_photo_inits_a_minute(luna: Caller) -> None:
    assert [code_of(luna.photos([URL]))[0] for _ in range(7)] == [403] * 6 + [429]


def test_photos_count_towards_the_daily_cap(owner: Caller) -> None:
    owner.sandbox.control(creators={"luna.bakes": {"daily_cap": 1}}, faults=[{"kind": "no_pull"}])
    assert code_of(owner.photos([URL])) == (200, "ok")
    assert code_of(owner.photos([URL])) == (403, "spam_risk_too_many_posts")
    assert code_of(owner.photos([URL], "MEDIA_UPLOAD")) == (200, "ok")
