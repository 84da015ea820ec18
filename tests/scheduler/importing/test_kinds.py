"""Drafts for the app, and covers of videos: each row is asked only what its kind is asked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict

from scheduler.importing import keeping
from tests.factories import make_media
from tests.scheduler.accounts import plain_account
from tests.scheduler.importing.batches import (
    PHOTOS,
    WHOLE,
    begin,
    page_of,
    row_of,
    scheduled,
    table,
)

pytestmark = pytest.mark.django_db(transaction=True)


# --- drafts for the app


def test_a_draft_for_the_app_is_asked_for_nothing_that_the_app_asks(desk: SimpleNamespace) -> None:
    row = row_of(desk, file="rye.mp4", mode="Inbox", date="2027-06-01", time="12:30")
    assert (row.is_ready, row.open, row.wrong) == (True, {}, {})
    assert desk.tiktok.requests(endpoint="creator_info") == []


def test_a_draft_for_the_app_is_scheduled_without_what_tiktok_does_not_take(desk: SimpleNamespace) -> None:
    [post] = scheduled(desk, {**WHOLE, "mode": "inbox", "ai": "yes", "brand_content": "yes", "cover": "0.5"})
    assert (post.mode, post.status, post.media) == ("inbox", "scheduled", desk.rye)
    assert (post.caption, post.privacy_level, post.allow_comment, post.is_aigc) == ("", "", False, False)
    assert (post.disclose, post.brand_content, post.cover_timestamp_ms) == (False, False, None)


def test_photos_for_the_app_keep_their_words(desk: SimpleNamespace) -> None:
    [post] = scheduled(desk, {**PHOTOS, "mode": "inbox"})
    assert (post.mode, post.kind, post.title, post.caption) == (
        "inbox",
        "photo",
        "Three looks",
        "Rye, slowly",
    )
    assert (post.cover_index, post.auto_add_music, post.privacy_level) == (1, False, "")


def test_an_account_that_did_not_grant_drafts_is_said(desk: SimpleNamespace) -> None:
    plain_account(desk.workspace, "sol.cooks", scopes=["video.publish"])
    row = row_of(desk, **{**WHOLE, "mode": "inbox", "account": "sol.cooks"})
    assert row.wrong.keys() == {"account"}


def test_where_a_row_goes_is_never_guessed(desk: SimpleNamespace) -> None:
    batch = begin(desk, {**WHOLE, "mode": "draft"})
    [row] = table(desk, batch).rows
    assert row.wrong["mode"] == [
        "The list says “draft”, which is neither direct nor inbox. Choose where it goes."
    ]
    assert not row.is_savable
    keeping.take(batch=batch, data=page_of(desk, batch, mode="inbox"))
    assert table(desk, batch).rows[0].is_ready


def test_what_a_row_said_comes_back_with_the_mode_that_has_it(desk: SimpleNamespace) -> None:
    batch = begin(desk, {**WHOLE, "duet": "yes", "cover": "0.5"})
    keeping.take(batch=batch, data=page_of(desk, batch, mode="inbox"))
    [row] = table(desk, batch).rows
    kept = dict(row.unshown)
    assert kept == {
        "cover_timestamp_ms": "0.5",
        "caption": "Rye, slowly",
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "allow_comment": "on",
        "allow_duet": "on",
        "kind": "video",
    }
    data = QueryDict(mutable=True)
    data.update({"rows": "r1", "r1-seen": row.row.seen} | row.row.form_data | {"r1-mode": "direct"})
    keeping.take(batch=batch, data=data)
    [row] = table(desk, batch).rows
    assert row.is_ready
    assert (row.post.caption, row.post.allow_duet, row.post.cover_timestamp_ms) == ("Rye, slowly", True, 500)


# --- the cover of a video


@pytest.mark.parametrize(("cover", "moment"), [("", None), ("0,5", 500), ("0:00.75", 750), ("1", 1000)])
def test_the_cover_of_a_video_is_a_moment_of_it(
    desk: SimpleNamespace, cover: str, moment: int | None
) -> None:
    [post] = scheduled(desk, {**WHOLE, "cover": cover})
    assert post.cover_timestamp_ms == moment


@pytest.mark.parametrize(
    ("cover", "said"),
    [
        ("middle", "Write the moment in seconds, as 1.5."),
        ("0:01.5", "The video is 0:01 long. Choose an earlier moment."),
    ],
)
def test_a_cover_that_is_no_moment_of_the_video_is_said(desk: SimpleNamespace, cover: str, said: str) -> None:
    row = row_of(desk, **{**WHOLE, "cover": cover, "caption": "x" * 2201})
    assert row.wrong["cover_timestamp_ms"] == [said]
    assert "over TikTok's limit" in row.wrong["caption"][0], "the rest is looked at all the same"
    assert not row.is_savable


def test_rows_of_every_kind_are_made_posts_together(desk: SimpleNamespace) -> None:
    make_media(desk.workspace, original_name="wheat.mp4", pad_to=200_000)
    rows: list[dict[str, Any]] = [
        WHOLE,
        {"file": "wheat.mp4", "mode": "inbox", "date": "2027-06-02", "time": "12:30"},
        {**PHOTOS, "date": "2027-06-03"},
        {**WHOLE, "date": "2027-06-04", "cover": "0.5", "disclose": "yes", "brand_organic": "yes"},
    ]
    made = scheduled(desk, *rows)
    assert [(post.kind, post.mode, post.cover_timestamp_ms) for post in made] == [
        ("video", "direct", None),
        ("video", "inbox", None),
        ("photo", "direct", None),
        ("video", "direct", 500),
    ]
    assert (made[3].disclose, made[3].brand_organic) == (True, True)
