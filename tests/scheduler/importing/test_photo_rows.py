"""Rows of photos: found by their names in their order, one of two never guessed, asked what photos are asked."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from scheduler.clock import database_now
from scheduler.importing import adding, keeping, storing
from scheduler.importing.table import Table
from tests.factories import make_image_media
from tests.scheduler.importing.batches import (
    PHOTOS,
    WHOLE,
    add,
    agreed,
    begin,
    images_of,
    page_of,
    photo_row,
    row_of,
    scheduled,
    table,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_photos_are_found_by_name_in_the_order_of_the_row(desk: SimpleNamespace) -> None:
    row = photo_row(desk, photos="TABLE.jpg; crust.jpg")
    assert (row.images, row.media, row.is_ready) == ([desk.photos[2], desk.photos[0]], None, True)


def test_a_carousel_is_scheduled_as_its_row_says(desk: SimpleNamespace) -> None:
    [post] = scheduled(desk, PHOTOS)
    assert (post.kind, post.mode, post.status, post.media) == ("photo", "direct", "scheduled", None)
    assert (post.title, post.caption, post.cover_index) == ("Three looks", "Rye, slowly", 1)
    assert (post.auto_add_music, post.allow_comment, post.privacy_level) == (True, True, "PUBLIC_TO_EVERYONE")
    assert images_of(post) == desk.photos


def test_photos_in_the_place_of_the_video_are_photos_all_the_same(desk: SimpleNamespace) -> None:
    row = row_of(desk, **{**WHOLE, "file": "crust.jpg; crumb.jpg"})
    assert (row.row.is_photos, row.images) == (True, desk.photos[:2])


def test_photos_take_no_duet_no_stitch_and_no_label_of_ai(desk: SimpleNamespace) -> None:
    [post] = scheduled(desk, {**PHOTOS, "duet": "yes", "stitch": "yes", "ai": "yes"})
    assert (post.allow_comment, post.allow_duet, post.allow_stitch, post.is_aigc) == (
        True,
        False,
        False,
        False,
    )


def test_names_that_no_photo_has_are_all_told_and_nothing_is_saved_without_them(
    desk: SimpleNamespace,
) -> None:
    row = photo_row(desk, photos="crust.jpg; nut.jpg; oat.jpg")
    told = "No photo is called “nut.jpg”, “oat.jpg”. Add them above, or write another name."
    assert row.open["images"] == told
    assert (row.images, row.is_savable, row.state) == ([desk.photos[0]], False, "choose")
    many = photo_row(desk, photos="; ".join(f"{number}.jpg" for number in range(9)))
    assert "“3.jpg” and 5 more." in many.open["images"]


def test_a_mistyped_photo_is_told_which_may_be_meant(desk: SimpleNamespace) -> None:
    row = photo_row(desk, photos="crust.jpg; crumbs.jpg")
    assert row.open["images"].endswith("Did you mean “crumb.jpg”?")


def test_a_video_is_never_taken_for_a_photo_nor_a_photo_for_a_video(desk: SimpleNamespace) -> None:
    assert photo_row(desk, photos="rye.mp4").images == []
    make_image_media(desk.workspace, original_name="rye")
    assert row_of(desk, **{**WHOLE, "file": "rye"}).media is None
    batch = begin(desk, WHOLE)
    keeping.take(batch=batch, data=page_of(desk, batch, media=str(desk.photos[0].pk)))
    assert table(desk, batch).rows[0].media == desk.rye, "by its name, not by the id of a photo"


def test_two_photos_of_a_name_are_asked_about_and_the_choice_is_kept(desk: SimpleNamespace) -> None:
    other = make_image_media(desk.workspace, original_name="Crumb.jpg")
    batch = begin(desk, PHOTOS)
    [row] = table(desk, batch).rows
    assert row.open["images"] == "2 photos are called “crumb.jpg”. Choose one."
    assert set(row.photos[1].found) == {desk.photos[1], other}

    sent = page_of(desk, batch)
    sent.setlist(
        "r1-which", [row.settled_photos, f"1:{other.pk}"]
    )  # one field for those that nobody is asked of
    keeping.take(batch=batch, data=sent)
    [row] = table(desk, batch).rows
    assert (row.images, row.is_ready) == ([desk.photos[0], other, desk.photos[2]], True)
    sent["r1-seen"] = row.row.seen
    assert not keeping.take(batch=batch, data=sent).differs


def test_a_choice_between_two_does_not_stick_to_another_name(desk: SimpleNamespace) -> None:
    other = make_image_media(desk.workspace, original_name="crumb.jpg")
    batch = begin(desk, PHOTOS)
    keeping.take(batch=batch, data=page_of(desk, batch, which=f"1:{other.pk}"))
    keeping.take(batch=batch, data=page_of(desk, batch, images="crumb.jpg\ntable.jpg"))
    [row] = table(desk, batch).rows
    assert row.images == [desk.photos[2]]
    assert "Choose one" in row.open["images"]


def test_photos_of_the_import_come_before_the_library(desk: SimpleNamespace) -> None:
    mine = make_image_media(desk.workspace, original_name="crust.jpg")
    batch = begin(desk, PHOTOS)
    add(desk, batch, mine)
    assert table(desk, batch).rows[0].images[0] == mine


def test_photos_of_another_workspace_are_never_found(desk: SimpleNamespace, elsewhere: Workspace) -> None:
    make_image_media(elsewhere, original_name="theirs.jpg")
    assert photo_row(desk, photos="theirs.jpg").images == []


def test_more_photos_than_tiktok_takes_are_refused_in_the_words_of_the_composer(
    desk: SimpleNamespace,
) -> None:
    row = photo_row(desk, photos="; ".join(["crust.jpg"] * 36))
    assert row.wrong["images"] == ["TikTok takes up to 35 photos in one post. Remove some."]
    assert not row.is_savable


def test_photos_that_are_refused_or_still_checked_are_said(desk: SimpleNamespace) -> None:
    make_image_media(desk.workspace, original_name="broken.jpg", status="refused", refusals=["It is empty."])
    row = photo_row(desk, photos="crust.jpg; broken.jpg")
    assert row.wrong["images"] == ["Photo 2: It is empty."]
    assert not row.is_savable
    make_image_media(desk.workspace, original_name="new.jpg", status="checking", check_due_at=database_now())
    batch = begin(desk, {**PHOTOS, "photos": "crust.jpg; new.jpg", "cover": ""})
    found = table(desk, batch)
    assert found.rows[0].open["images"] == "The photos are still being checked. It takes a moment."
    assert found.is_checking
    assert found.missing == [("wait for the check of the photos (row 1)", "id_r1-images")]


def test_words_of_photos_have_limits_of_their_own(desk: SimpleNamespace) -> None:
    row = photo_row(desk, title="x" * 91, caption="x" * 4001)
    assert row.wrong["title"] == ["A title has up to 90 characters. Shorten it."]
    assert "1 characters over TikTok's limit of 4,000" in row.wrong["caption"][0]
    assert row.caption_count == "4,001 / 4,000"
    assert photo_row(desk, caption="x" * 2201).is_ready


@pytest.mark.parametrize(("cover", "index"), [("", 0), ("1", 0), ("3", 2)])
def test_the_cover_of_photos_is_counted_from_one(desk: SimpleNamespace, cover: str, index: int) -> None:
    [post] = scheduled(desk, {**PHOTOS, "cover": cover})
    assert post.cover_index == index


def test_a_cover_that_is_no_photo_of_the_row_is_said(desk: SimpleNamespace) -> None:
    row = photo_row(desk, cover="second")
    assert row.wrong["cover_index"] == ["The list says “second”. Choose which photo is the cover."]
    assert not row.is_savable, "the first would be chosen for them"
    row = photo_row(desk, cover="7")
    assert row.wrong["images"] == ["Choose which photo is the cover."]
    assert [(cover.number, cover.chosen) for cover in row.covers] == [
        (1, False),
        (2, False),
        (3, False),
        (7, True),
    ]


def test_a_row_of_a_video_and_photos_asks_which(desk: SimpleNamespace) -> None:
    batch = begin(desk, {**PHOTOS, "file": "rye.mp4", "cover": ""})
    [row] = table(desk, batch).rows
    assert row.wrong["kind"][0].startswith("The list names a video and photos.")
    assert (row.asks_kind, row.is_savable) == (True, False)

    keeping.take(batch=batch, data=page_of(desk, batch, kind="photo"))
    [row] = table(desk, batch).rows
    assert (row.is_ready, row.media, row.images, row.asks_kind) == (True, None, desk.photos, True)
    keeping.take(batch=batch, data=page_of(desk, batch, kind="video"))
    [row] = table(desk, batch).rows
    assert (row.is_ready, row.media, row.images) == (True, desk.rye, [])


def test_rows_that_post_the_same_photos_are_warned_of(desk: SimpleNamespace) -> None:
    _, second, third = table(desk, begin(desk, PHOTOS, PHOTOS, {**PHOTOS, "photos": "crust.jpg"})).rows
    assert "Row 1 posts the same photos for this account." in second.warnings
    assert not [told for told in third.warnings if "photos" in told]


def test_photos_that_the_account_has_already_are_said_at_the_last_look(desk: SimpleNamespace) -> None:
    scheduled(desk, PHOTOS)
    found = table(desk, begin(desk, {**PHOTOS, "date": "2027-06-20"}))
    assert any("has these photos already" in told for told in found.likenesses(found.rows[0]))


def test_a_photo_that_changed_after_it_was_seen_is_not_scheduled(desk: SimpleNamespace) -> None:
    batch = begin(desk, PHOTOS)
    seen = agreed(table(desk, batch))
    keeping.take(batch=batch, data=page_of(desk, batch, images="crumb.jpg\ncrust.jpg\ntable.jpg"))
    assert storing.schedule(table(desk, batch), by=desk.alice, agreed=seen) == 0
    assert table(desk, batch).raw[0].told == storing.CHANGED


def test_many_carousels_are_read_in_as_many_queries_as_one(desk: SimpleNamespace) -> None:
    def asked(*cells: dict[str, str]) -> int:
        batch = begin(desk, *cells)
        with CaptureQueriesContext(connection) as queries:
            assert all(row.is_ready for row in Table(batch, workspace=desk.workspace).rows)
        return len(queries)

    asked(PHOTOS)  # the first question of an account makes the lane that counts them
    assert asked(*(PHOTOS for _ in range(9))) == asked(PHOTOS)


# --- files without a row


def test_photos_that_no_row_names_become_a_row_each(desk: SimpleNamespace) -> None:
    batch = begin(desk)
    add(desk, batch, *desk.photos)
    for _ in "twice":
        adding.add_rows_for(batch=batch, files=desk.photos)
    assert [row.images for row in table(desk, batch).rows] == [[photo] for photo in desk.photos]
    assert table(desk, batch).without_row == []


def test_photos_that_no_row_names_become_one_carousel(desk: SimpleNamespace) -> None:
    batch = begin(desk, {**PHOTOS, "photos": "crumb.jpg"})
    add(desk, batch, *desk.photos)
    left = table(desk, batch).photos_without_row
    assert left == [desk.photos[0], desk.photos[2]]
    for _ in "twice":
        adding.add_carousel_of(batch=batch, photos=left)
    assert [row.images for row in table(desk, batch).rows] == [[desk.photos[1]], left]
    assert table(desk, batch).without_row == []


def test_photos_that_share_a_name_are_each_the_one_that_was_added(desk: SimpleNamespace) -> None:
    twins = [make_image_media(desk.workspace, original_name="1.jpg") for _ in range(2)]
    batch = begin(desk)
    add(desk, batch, *twins)
    adding.add_carousel_of(batch=batch, photos=twins)
    assert table(desk, batch).rows[0].images == twins


def test_photos_of_a_post_that_is_made_are_not_offered_again(desk: SimpleNamespace) -> None:
    batch = begin(desk, PHOTOS)
    add(desk, batch, *desk.photos)
    storing.save_drafts(table(desk, batch), by=desk.alice)
    now = table(desk, batch)
    assert (now.raw, now.without_row) == ([], [])
    adding.add_rows_for(batch=batch, files=desk.photos)
    assert table(desk, batch).raw == []
