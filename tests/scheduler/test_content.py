"""What photos and drafts for the app must satisfy, and what their consent covers."""

from __future__ import annotations

import hashlib
import json
from types import SimpleNamespace

import pytest

from scheduler import content
from scheduler.states import Reason
from tests.scheduler.test_policies import CLIP, LUNA, fields_of, post

IMAGES = [SimpleNamespace(status="ready", refusals=[], sha256=f"{n:02d}" * 32) for n in range(3)]


def photos(**changes):
    return post(**{"kind": "photo", "title": "Loaf", **changes})


def problems(row, images=IMAGES, creator=LUNA):
    return content.content_problems(row, creator, None, images)


def test_three_checked_photos_have_no_problem():
    assert problems(photos()) == []


@pytest.mark.parametrize(
    ("images", "words"),
    [
        ([], "Add a photo"),
        (IMAGES * 12, "up to 35"),
        ([*IMAGES, SimpleNamespace(status="checking", refusals=[])], "still being checked"),
        ([IMAGES[0], SimpleNamespace(status="refused", refusals=["It is a GIF."])], "Photo 2: It is a GIF."),
    ],
)
def test_what_is_wrong_with_the_photos_is_said(images, words):
    [problem] = problems(photos(), images)
    assert problem.field == "images"
    assert words in problem.sentence


def test_the_cover_is_one_of_the_photos():
    assert fields_of(problems(photos(cover_index=2))) == []
    assert fields_of(problems(photos(cover_index=3))) == ["images"]


def test_a_title_has_90_units_and_a_description_4000():
    assert problems(photos(title="🍞" * 45, caption="x" * 4000)) == []
    assert fields_of(problems(photos(title="🍞" * 45 + "x"))) == ["title"]
    [problem] = problems(photos(caption="x" * 4001))
    assert "description is 1 characters over TikTok's limit of 4,000" in problem.sentence


def test_photos_know_no_duets():
    """Where the creator has turned them off, it is no matter of photos: nothing of it is sent."""
    off = SimpleNamespace(
        **{name: getattr(LUNA, name) for name in LUNA.__slots__} | {"comment_disabled": True}
    )
    assert fields_of(problems(photos(), creator=off)) == ["allow_comment"]


def test_a_draft_for_the_app_needs_a_file_and_no_audience():
    draft = post(mode="inbox", privacy_level="", caption="x" * 5000, allow_stitch=True)
    assert content.content_problems(draft, None, CLIP) == []
    assert fields_of(content.content_problems(draft, None, None)) == ["media"]
    assert fields_of(problems(photos(mode="inbox", privacy_level="", title="x" * 91), creator=None)) == [
        "title"
    ]


@pytest.mark.parametrize(
    ("mode", "scopes", "missing"),
    [
        ("direct", ["video.publish"], False),
        ("direct", ["video.upload"], True),
        ("inbox", ["video.upload"], False),
        ("inbox", ["video.publish"], True),
    ],
)
def test_the_permission_of_the_mode_must_be_granted(mode, scopes, missing):
    luna = SimpleNamespace(scopes=scopes, display_name="Luna Bakes")
    found = content.content_problems(post(mode=mode, account=luna), LUNA, CLIP)
    assert [(p.field, p.reason) for p in found] == [("account", Reason.SCOPE_MISSING)] * missing
    if missing:
        assert "Reconnect" in found[0].sentence


def test_before_the_audit_only_oneself_may_watch(settings):
    settings.TIKTOK_APP_AUDITED = False
    [problem] = content.content_problems(post(), LUNA, CLIP)
    assert (problem.field, problem.reason) == ("privacy_level", Reason.UNAUDITED)
    assert content.content_problems(post(privacy_level="SELF_ONLY"), LUNA, CLIP) == []
    assert content.content_problems(post(mode="inbox", privacy_level=""), None, CLIP) == []


# --- what was agreed to


def test_the_agreement_to_a_direct_video_reads_as_it_always_did():
    """Digests of posts that were scheduled before there were photos stay valid."""
    row = post()
    agreed = {
        "account": "a",
        "media": CLIP.sha256,
        "caption": row.caption,
        "privacy_level": row.privacy_level,
        "allow": [True, False, False],
        "brand": [False, False, False],
        "is_aigc": False,
        "cover_timestamp_ms": None,
    }
    expected = hashlib.sha256(json.dumps(agreed, sort_keys=True).encode()).hexdigest()
    assert content.content_digest(row, CLIP) == expected


@pytest.mark.parametrize(
    "change",
    [{"title": "Bun"}, {"caption": "x"}, {"cover_index": 1}, {"auto_add_music": True}, {"mode": "inbox"}],
)
def test_any_change_of_photos_changes_what_was_agreed_to(change):
    assert content.content_digest(photos(), None, IMAGES) != content.content_digest(
        photos(**change), None, IMAGES
    )


def test_the_order_of_photos_is_agreed_to():
    assert content.content_digest(photos(), None, IMAGES) != content.content_digest(
        photos(), None, IMAGES[::-1]
    )


def test_a_draft_is_another_agreement_than_a_post():
    assert content.content_digest(post(), CLIP) != content.content_digest(post(mode="inbox"), CLIP)


def test_what_is_not_sent_has_no_value():
    assert content.not_sent("video", "direct").keys() == {"images", "title", "cover_index", "auto_add_music"}
    assert "caption" not in content.not_sent("photo", "inbox")
    assert content.not_sent("video", "inbox")["caption"] == ""
    assert "allow_comment" not in content.not_sent("photo", "direct")
