"""What may be done with a post, and what its content must satisfy: rules without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from scheduler import policies
from scheduler.states import PostStatus, Reason
from tiktok.client.types import CreatorInfo

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LUNA = CreatorInfo(
    nickname="Luna Bakes",
    username="luna.bakes",
    avatar_url="",
    privacy_level_options=("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"),
    comment_disabled=False,
    duet_disabled=False,
    stitch_disabled=True,
    max_video_post_duration_sec=600,
)
CLIP = SimpleNamespace(status="ready", refusals=[], duration_ms=47_000, sha256="ab" * 32)


def post(**changes):
    fields = {
        "status": PostStatus.SCHEDULED,
        "hold": "",
        "account_id": "a",
        "account": None,
        "kind": "video",
        "mode": "direct",
        "title": "",
        "auto_add_music": False,
        "cover_index": 0,
        "caption": "Autumn loaf",
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "allow_comment": True,
        "allow_duet": False,
        "allow_stitch": False,
        "disclose": False,
        "brand_organic": False,
        "brand_content": False,
        "is_aigc": False,
        "cover_timestamp_ms": None,
        "due_at": NOW,
        "consent_digest": "d",
    }
    return SimpleNamespace(**fields | changes)


def fields_of(problems):
    return [problem.field for problem in problems]


def test_a_complete_post_has_no_problem():
    assert policies.content_problems(post(), LUNA, CLIP) == []


def test_an_audience_must_be_chosen():
    problems = policies.content_problems(post(privacy_level=""), LUNA, CLIP)
    assert [(p.field, p.sentence) for p in problems] == [("privacy_level", "Choose who can watch.")]


def test_an_audience_that_tiktok_no_longer_offers_is_named_and_never_replaced():
    chosen = post(privacy_level="FOLLOWER_OF_CREATOR")
    [problem] = policies.content_problems(chosen, LUNA, CLIP)
    assert problem.reason == Reason.PRIVACY_GONE
    assert "“Followers”" in problem.sentence
    assert chosen.privacy_level == "FOLLOWER_OF_CREATOR"


def test_an_interaction_the_creator_turned_off_is_refused():
    assert fields_of(policies.content_problems(post(allow_stitch=True), LUNA, CLIP)) == ["allow_stitch"]


def test_a_caption_is_counted_in_utf16_units():
    leaves = "🍂" * 1100
    assert policies.utf16_length(leaves) == 2200
    assert policies.own_problems(post(caption=leaves)) == []
    assert fields_of(policies.own_problems(post(caption=leaves + "a"))) == ["caption"]


def test_disclosure_with_neither_box_is_refused_in_tiktoks_words():
    [problem] = policies.own_problems(post(disclose=True))
    assert (
        problem.sentence == "You need to indicate if your content promotes yourself, a third party, or both."
    )


@pytest.mark.parametrize("level", ["SELF_ONLY", "FOLLOWER_OF_CREATOR"])
def test_branded_content_is_for_everyone_or_friends(level):
    branded = post(disclose=True, brand_content=True, privacy_level=level)
    assert fields_of(policies.own_problems(branded)) == ["privacy_level"]


def test_branded_content_set_to_private_is_refused_in_tiktoks_words():
    branded = post(disclose=True, brand_content=True, privacy_level="SELF_ONLY")
    assert (
        policies.own_problems(branded)[0].sentence == "Branded content visibility cannot be set to private."
    )


def test_both_boxes_for_everyone_are_allowed():
    assert policies.own_problems(post(disclose=True, brand_content=True, brand_organic=True)) == []


def test_a_label_without_its_disclosure_switch_is_refused():
    assert fields_of(policies.own_problems(post(brand_organic=True))) == ["disclose"]


def test_a_video_longer_than_the_creators_limit_names_both_lengths():
    long = SimpleNamespace(status="ready", refusals=[], duration_ms=724_000)
    [problem] = policies.media_problems(long, LUNA)
    assert problem.reason == Reason.TOO_LONG
    assert "12:04" in problem.sentence
    assert "10:00" in problem.sentence


@pytest.mark.parametrize(
    ("media", "words"),
    [
        (None, "Add a video."),
        (SimpleNamespace(status="checking", refusals=[]), "still being checked"),
        (SimpleNamespace(status="refused", refusals=["It has 120 frames a second."]), "120 frames"),
    ],
)
def test_a_video_that_is_missing_unchecked_or_refused_stops_the_post(media, words):
    [problem] = policies.media_problems(media, LUNA)
    assert words in problem.sentence


@pytest.mark.parametrize(
    "change",
    [
        {"caption": "Autumn loaf!"},
        {"privacy_level": "SELF_ONLY"},
        {"allow_comment": False},
        {"is_aigc": True},
        {"brand_organic": True},
        {"cover_timestamp_ms": 1},
        {"account_id": "b"},
    ],
)
def test_any_change_of_content_changes_what_was_agreed_to(change):
    assert policies.content_digest(post(), CLIP) != policies.content_digest(post(**change), CLIP)


def test_another_file_is_another_agreement_and_another_time_is_not():
    other = SimpleNamespace(sha256="cd" * 32)
    assert policies.content_digest(post(), CLIP) != policies.content_digest(post(), other)
    later = post(due_at=NOW + timedelta(days=1))
    assert policies.content_digest(post(), CLIP) == policies.content_digest(later, CLIP)


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (policies.can_edit, {"draft", "scheduled", "failed", "missed"}),
        (policies.can_reschedule, {"scheduled", "failed", "missed"}),
        (policies.can_cancel, {"draft", "in_review", "scheduled", "failed", "missed"}),
        (policies.can_move_to_drafts, {"in_review", "scheduled", "failed", "missed", "cancelled"}),
        (policies.can_retry, {"failed", "missed"}),
        (policies.can_answer, {"needs_check"}),
        (policies.can_mark_posted, {"in_inbox"}),
    ],
)
def test_what_each_status_allows(rule, allowed):
    assert {status for status in PostStatus if rule(post(status=status))} == allowed


def test_after_the_commit_intent_a_cancel_is_refused_with_a_sentence():
    with pytest.raises(policies.NotPossible, match="Too late to cancel"):
        policies.check_can_cancel(post(status=PostStatus.PUBLISHING))


def test_an_unknown_audience_of_tiktoks_still_reads_as_words():
    assert policies.privacy_label("CLOSE_FRIENDS_ONLY") == "Close friends only"
