"""Photos and drafts on the pages: composed, shown, and followed to the creator's app."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.tenancy import workspace_scope
from scheduler.models import Post
from scheduler.states import Stage, Way
from tests.factories import make_image_media, make_media, make_photo_post
from tests.scheduler.engine import run
from tests.scheduler.pages import address, filled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice_in(studio):
    client = Client()
    client.force_login(studio.alice)
    return client


@pytest.fixture
def send(studio, alice_in):
    """What the composer sends; returns the answer and the post, where one was made."""

    def do(**changes):
        form = filled(studio.luna, None, **changes)
        answer = alice_in.post(address(studio.workspace, "post_new"), form)
        with workspace_scope(studio.workspace):
            return answer, Post.objects.first()

    return do


def photos_of(post):
    with workspace_scope(post.workspace_id):
        return [row.media_id for row in post.images.all()]


def ids(images):
    return ",".join(str(image.pk) for image in images)


def test_photos_are_scheduled_in_the_order_that_was_sent(studio, send):
    images = [make_image_media(studio.workspace) for _ in range(3)]
    answer, post = send(
        kind="photo", images=ids(images[::-1]), title="Loaf", cover_index="2", auto_add_music="on"
    )
    assert answer.status_code == 302
    assert (post.status, post.kind, post.mode, post.title) == ("scheduled", "photo", "direct", "Loaf")
    assert (post.cover_index, post.auto_add_music) == (2, True)
    assert photos_of(post) == [image.pk for image in images[::-1]]


def test_what_belongs_to_videos_is_not_kept_with_photos(studio, send):
    clip = make_media(studio.workspace)
    _, post = send(
        kind="photo",
        images=ids([make_image_media(studio.workspace)]),
        media=str(clip.pk),
        allow_duet="on",
        is_aigc="on",
    )
    assert (post.media_id, post.allow_duet, post.is_aigc) == (None, False, False)


def test_a_draft_for_the_app_needs_no_audience(studio, send):
    clip = make_media(studio.workspace)
    answer, post = send(mode="inbox", media=str(clip.pk), privacy_level="")
    assert answer.status_code == 302
    assert (post.status, post.mode, post.caption, post.allow_comment) == ("scheduled", "inbox", "", False)


def test_photos_of_another_workspace_are_as_good_as_none(studio, send, elsewhere):
    foreign = make_image_media(elsewhere)
    answer, post = send(kind="photo", images=ids([foreign]))
    assert answer.status_code == 422
    assert post is None
    assert "was not found in this workspace" in answer.content.decode()


def test_a_video_is_no_photo(studio, send):
    answer, _ = send(kind="photo", images=ids([make_media(studio.workspace)]))
    assert answer.status_code == 422


def test_nothing_is_lost_where_the_cover_is_missing(studio, send):
    images = [make_image_media(studio.workspace) for _ in range(2)]
    answer, _ = send(kind="photo", images=ids(images), cover_index="5", title="Loaf")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose which photo is the cover." in page
    assert f'value="{ids(images)}"' in page
    assert 'value="Loaf"' in page


def test_before_the_audit_a_public_post_is_refused_with_the_sentence(studio, send, settings):
    settings.TIKTOK_APP_AUDITED = False
    answer, _ = send(media=str(make_media(studio.workspace).pk))
    assert answer.status_code == 422
    assert "Until TikTok approves this app, Luna Bakes must be a private account" in answer.content.decode()


def test_the_composer_shows_what_photos_have(studio, alice_in):
    page = alice_in.get(address(studio.workspace, "post_new")).content.decode()
    assert page.count('data-show="kind=video"') > 3
    for box in ("allow_duet", "allow_stitch"):
        before = page[: page.index(f'name="{box}"')]
        assert before[before.rindex("<label") :].startswith('<label class="check" data-show="kind=video">')
    before = page[: page.index('name="allow_comment"')]
    assert "data-show" not in before[before.rindex("<label") :]
    assert 'data-todo-if="mode=direct !privacy_level"' in page


def test_an_edit_shows_the_photos_that_there_are(studio, alice_in):
    post = make_photo_post(studio.luna, 2, studio.alice, title="Loaf", cover_index=1)
    page = alice_in.get(address(studio.workspace, "post_edit", post.pk)).content.decode()
    assert ",".join(map(str, photos_of(post))) in page
    assert page.count('data-kind="image"') == 2
    assert 'name="cover_index" value="1" checked' in page


def test_the_page_of_photos_shows_the_carousel(studio, alice_in):
    post = make_photo_post(studio.luna, 3, studio.alice, title="Loaf")
    page = alice_in.get(address(studio.workspace, "post_detail", post.pk)).content.decode()
    assert "Photo 3 of 3" in page
    assert "<h1" in page
    assert "Loaf" in page[page.index("<h1") :]


def test_a_draft_in_the_app_says_what_to_do_and_can_be_marked_as_posted(studio, alice_in):
    post = run(studio.post(mode="inbox", privacy_level=""), until={"in_inbox"})
    page = alice_in.get(address(studio.workspace, "post_detail", post.pk)).content.decode()
    assert "Open the notification in the inbox of the TikTok app and finish the post there." in page
    assert 'class="badge" data-status="inbox"' in page
    answer = alice_in.post(address(studio.workspace, "post_mark_posted", post.pk))
    assert answer.status_code == 302
    with workspace_scope(studio.workspace):
        assert Post.objects.get(pk=post.pk).status == "published"
    again = alice_in.post(address(studio.workspace, "post_mark_posted", post.pk))
    assert again.status_code == 409


def test_the_evidence_tells_what_was_fetched(studio, alice_in, live_server, settings):
    settings.PUBLIC_BASE_URL = live_server.url
    post = run(make_photo_post(studio.luna, 2, studio.alice), until={"published"})
    page = alice_in.get(address(studio.workspace, "post_detail", post.pk)).content.decode()
    assert page.count("fetched by TikTok, first at") == 2
    with workspace_scope(studio.workspace):
        assert list(post.attempts.values_list("way", "stage")) == [(Way.PULL, Stage.LIVE)]


def test_a_carousel_has_its_cover_in_the_calendar(studio, alice_in):
    image = make_image_media(studio.workspace, cover_key="x/cover.webp")
    make_photo_post(studio.luna, [make_image_media(studio.workspace), image], studio.alice, cover_index=1)
    page = alice_in.get(address(studio.workspace, "calendar")).content.decode()
    assert address(studio.workspace, "media_cover", image.pk) in page
