"""The same again, or too close (P8): said in time, and nobody stopped by it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from accounts.tenancy import workspace_scope
from scheduler.likeness import warnings_of
from scheduler.models import Media, Post
from tests.clips import make_image
from tests.factories import make_account, make_image_media, make_media, make_photo_post
from tests.people import client_of
from tests.scheduler.pages import address, filled

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


def said(studio: SimpleNamespace, post: Post) -> list[str]:
    with workspace_scope(studio.workspace):
        return [problem.field for problem in warnings_of(post)]


def test_the_same_video_for_the_same_account_is_said(studio: SimpleNamespace) -> None:
    video = make_media(studio.workspace)
    studio.post(media=video, due_in=DAY)

    assert said(studio, studio.post(media=video, due_in=3 * DAY)) == ["media"]


def test_the_same_bytes_under_another_name_are_the_same_video(studio: SimpleNamespace) -> None:
    studio.post(media=make_media(studio.workspace), due_in=DAY)

    again = make_media(studio.workspace, original_name="loaf-copy.mp4")

    assert said(studio, studio.post(media=again, due_in=3 * DAY)) == ["media"]


def test_the_same_photos_in_the_same_order_are_said(studio: SimpleNamespace) -> None:
    drawn = make_image()
    first = make_image_media(studio.workspace, content=drawn)
    second, third = (make_image_media(studio.workspace) for _ in range(2))
    copy = make_image_media(studio.workspace, content=drawn)
    make_photo_post(studio.luna, [first, second, third], studio.alice, due_in=DAY)

    def is_again(*images: Media) -> bool:
        return "images" in said(studio, make_photo_post(studio.luna, images, studio.alice, due_in=-90 * DAY))

    assert is_again(first, second, third)
    assert is_again(copy, second, third)
    assert not is_again(second, first, third)
    assert not is_again(first, second)
    assert not is_again(first, second, third, copy)


def test_the_composer_says_that_photos_were_posted(studio: SimpleNamespace) -> None:
    photos = [make_image_media(studio.workspace) for _ in range(2)]
    make_photo_post(studio.luna, photos, studio.alice, due_in=DAY)
    ids = ",".join(str(photo.pk) for photo in photos)
    browser, told = client_of(studio.alice), "Luna Bakes has these photos already: planned for"

    page = browser.get(f"{address(studio.workspace, 'post_new')}?images={ids}").content.decode()
    assert told in page.split('id="like-images"')[1].split("</section>")[0]

    form = filled(studio.luna, None, kind="photo", images=ids, unsaved=str(photos[0].pk))
    assert told in browser.post(address(studio.workspace, "post_unsaved"), form).content.decode()
    as_video = form | {"kind": "video"}
    assert told not in browser.post(address(studio.workspace, "post_unsaved"), as_video).content.decode()


def test_the_same_words_are_said_whatever_their_case(studio: SimpleNamespace) -> None:
    studio.post(pad_to=50_000, due_in=DAY, caption="Autumn loaf")

    assert said(studio, studio.post(pad_to=60_000, due_in=3 * DAY, caption="autumn LOAF ")) == ["caption"]


def test_posts_close_in_time_are_said(studio: SimpleNamespace) -> None:
    studio.post(pad_to=50_000, due_in=DAY)

    assert said(studio, studio.post(pad_to=60_000, due_in=DAY + timedelta(minutes=20))) == ["time"]
    assert said(studio, studio.post(pad_to=70_000, due_in=DAY + timedelta(hours=2))) == []


def test_another_account_may_post_the_same_at_the_same_time(studio: SimpleNamespace) -> None:
    video = make_media(studio.workspace)
    studio.post(media=video, due_in=DAY, caption="For both")
    fern = make_account(studio.workspace, studio.tiktok, creator="fernandfold")

    assert said(studio, studio.post(account=fern, media=video, due_in=DAY, caption="For both")) == []


@pytest.mark.parametrize("status", ["failed", "missed", "cancelled"])
def test_a_post_that_did_not_go_out_is_no_reason_to_hesitate(studio: SimpleNamespace, status: str) -> None:
    video = make_media(studio.workspace)
    first = studio.post(media=video, due_in=DAY)
    with workspace_scope(studio.workspace):
        Post.objects.filter(pk=first.pk).update(status=status, reason="late", next_step_at=None)

    assert said(studio, studio.post(media=video, due_in=DAY)) == []


def test_what_was_posted_long_ago_may_come_again(studio: SimpleNamespace) -> None:
    video = make_media(studio.workspace)
    studio.post(media=video, due_in=-90 * DAY)

    assert said(studio, studio.post(media=video, due_in=DAY)) == []


def test_empty_captions_are_not_alike(studio: SimpleNamespace) -> None:
    studio.post(pad_to=50_000, due_in=DAY, caption="")

    assert said(studio, studio.post(pad_to=60_000, due_in=3 * DAY, caption="")) == []


def test_the_composer_says_it_and_schedules_all_the_same(studio: SimpleNamespace) -> None:
    browser, video = client_of(studio.alice), make_media(studio.workspace)
    new = address(studio.workspace, "post_new")
    browser.post(new, filled(studio.luna, video))

    page = browser.post(new, filled(studio.luna, video, time="12:45"), follow=True).content.decode()

    with workspace_scope(studio.workspace):
        assert Post.objects.filter(workspace=studio.workspace, status="scheduled").count() == 2
    assert "Luna Bakes has this video already: planned for" in page
    assert "another post close to this one, 15 min apart" in page


def test_it_is_said_while_the_person_still_types(studio: SimpleNamespace) -> None:
    browser, video = client_of(studio.alice), make_media(studio.workspace)
    browser.post(address(studio.workspace, "post_new"), filled(studio.luna, video))
    place = address(studio.workspace, "post_unsaved")

    page = browser.post(
        place, filled(studio.luna, video, caption="Other words", date="2027-07-01", unsaved=str(video.pk))
    ).content.decode()

    assert "Luna Bakes has this video already" in page
    assert "with this caption" not in page
    assert "close to this one" not in page


def test_a_post_is_not_like_itself(studio: SimpleNamespace) -> None:
    assert said(studio, studio.post(due_in=DAY)) == []
