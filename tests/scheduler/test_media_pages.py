"""Media over HTTP: its fragment once it has arrived, exact parts out, nothing for anyone else."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User, Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler import media as verbs
from scheduler.models import Media
from tests.clips import make_image
from tests.factories import clip_bytes, make_media
from tests.people import client_of, join, make_person
from tests.scheduler.pages import address
from tests.scheduler.tus import begin, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(alice: User, harbour: Workspace) -> Client:
    return client_of(alice)


def only_media(workspace: Workspace) -> Media:
    with workspace_scope(workspace):
        return Media.objects.get()


# --- in


def test_an_upload_answers_with_its_id_and_asks_again_until_checked(
    browser: Client, harbour: Workspace
) -> None:
    answer = send(browser, harbour, clip_bytes())
    page, media = answer.content.decode(), only_media(harbour)

    assert answer.status_code == 200
    assert f'data-media-id="{media.pk}"' in page
    assert 'hx-trigger="every 1s"' in page
    assert "autumn loaf.mp4" in page


def test_the_fragment_stops_asking_once_the_check_is_done(browser: Client, harbour: Workspace) -> None:
    send(browser, harbour, clip_bytes())
    media = only_media(harbour)
    fragment = address(harbour, "media_fragment", media.pk)

    assert browser.get(fragment, headers={"HX-Request": "true"}).status_code == 204
    with workspace_scope(harbour):
        verbs.check(media.pk)
    page = browser.get(fragment, headers={"HX-Request": "true"}).content.decode()

    assert "hx-trigger" not in page
    assert "360 × 640" in page
    assert "H.264, 30 fps" in page


def test_a_refused_video_says_why_and_must_be_replaced(browser: Client, harbour: Workspace) -> None:
    media = make_media(
        harbour, status="refused", refusals=["This video has 120 frames a second. Export it at 30."]
    )

    page = browser.get(address(harbour, "media_fragment", media.pk)).content.decode()

    assert "Export it at 30." in page
    assert 'data-todo="Replace the video" data-todo-if="kind=video"' in page


def test_a_viewer_may_look_but_not_upload(harbour: Workspace) -> None:
    viewer = make_person("Vera")
    join(harbour, viewer, Role.VIEWER)
    media = make_media(harbour)

    assert send(client_of(viewer), harbour, clip_bytes()).status_code == 403
    assert client_of(viewer).get(address(harbour, "media_video", media.pk)).status_code == 200


def test_several_images_come_one_by_one_and_say_what_they_are(browser: Client, harbour: Workspace) -> None:
    names = ["beach.png", "dunes.jpg"]
    bodies = [make_image(kind="PNG"), make_image()]

    pages = [
        send(browser, harbour, body, name=name).content.decode()
        for name, body in zip(names, bodies, strict=True)
    ]

    assert all('data-kind="image"' in page and "Checking the image" in page for page in pages)
    with workspace_scope(harbour):
        assert sorted(Media.objects.values_list("original_name", "kind")) == [
            (name, "image") for name in names
        ]


def test_a_checked_image_shows_what_will_be_posted(browser: Client, harbour: Workspace) -> None:
    media = checked_image(browser, harbour)

    page = browser.get(address(harbour, "media_fragment", media.pk)).content.decode()

    assert "beach.png" in page
    assert "400 × 600" in page
    assert "fps" not in page
    assert "hx-trigger" not in page


def test_an_image_too_large_to_take_is_named(browser: Client, harbour: Workspace) -> None:
    answer = begin(browser, harbour, 50_000_001, name="beach.jpg")

    assert answer.status_code == 413
    assert answer.json() == {"error": "“beach.jpg” is larger than 50 MB. Export it smaller and upload that."}


# --- out


def checked_image(browser: Client, workspace: Workspace) -> Media:
    send(browser, workspace, make_image(kind="PNG"), name="beach.png")
    media = only_media(workspace)
    with workspace_scope(workspace):
        checked = verbs.check(media.pk)
    assert checked is not None
    return checked


def test_an_image_comes_as_the_picture_that_will_be_posted(browser: Client, harbour: Workspace) -> None:
    media = checked_image(browser, harbour)

    answer = browser.get(address(harbour, "media_image", media.pk))
    body = answer.getvalue()

    assert hashlib.sha256(body).hexdigest() == media.sha256
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")


def test_an_image_is_no_video_and_a_video_no_image(browser: Client, harbour: Workspace) -> None:
    image, clip = checked_image(browser, harbour), make_media(harbour)

    assert browser.get(address(harbour, "media_video", image.pk)).status_code == 404
    assert browser.get(address(harbour, "media_image", clip.pk)).status_code == 404


def video(browser: Client, workspace: Workspace, media: Media, wanted: str = "") -> Any:
    headers = {"Range": wanted} if wanted else {}
    return browser.get(address(workspace, "media_video", media.pk), headers=headers)


def test_a_video_comes_whole_and_as_what_it_is(browser: Client, harbour: Workspace) -> None:
    answer = video(browser, harbour, make_media(harbour))

    assert answer.getvalue() == clip_bytes()
    assert answer["Content-Type"] == "video/mp4"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Content-Length"] == str(len(clip_bytes()))


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=5-9", 5, 9),
        ("bytes=95-", 95, 99),
        ("bytes=-10", 90, 99),
        ("bytes=90-999", 90, 99),
        ("bytes=-999", 0, 99),
    ],
)
def test_a_player_gets_the_part_it_asks_for(
    browser: Client, harbour: Workspace, wanted: str, first: int, last: int
) -> None:
    body = bytes(range(100))

    answer = video(browser, harbour, make_media(harbour, content=body), wanted)

    assert answer.status_code == 206
    assert answer.getvalue() == body[first : last + 1]
    assert answer["Content-Range"] == f"bytes {first}-{last}/100"


@pytest.mark.parametrize(
    "wanted", ["bytes=100-", "bytes=9-5", "bytes=-0", "bytes=-", "bytes=0-1,5-6", "lines=1-2"]
)
def test_a_part_that_does_not_exist_is_refused(browser: Client, harbour: Workspace, wanted: str) -> None:
    answer = video(browser, harbour, make_media(harbour, content=bytes(100)), wanted)

    assert answer.status_code == 416
    assert answer["Content-Range"] == "bytes */100"


def test_a_file_that_is_no_video_is_not_served(browser: Client, harbour: Workspace) -> None:
    polyglot = make_media(harbour, content=b"<script>alert(1)</script>", status="refused")

    assert video(browser, harbour, polyglot).status_code == 404


def test_a_still_is_a_picture(browser: Client, harbour: Workspace) -> None:
    send(browser, harbour, clip_bytes())
    media = only_media(harbour)
    with workspace_scope(harbour):
        verbs.check(media.pk)

    answer = browser.get(address(harbour, "media_cover", media.pk))

    assert answer["Content-Type"] == "image/webp"
    assert answer.getvalue()[8:12] == b"WEBP"


@pytest.mark.parametrize("page", ["media_fragment", "media_cover", "media_video", "media_image"])
def test_nobody_reaches_a_video_of_another_workspace(
    browser: Client, harbour: Workspace, elsewhere: Workspace, page: str
) -> None:
    foreign = make_media(elsewhere)

    assert browser.get(address(harbour, page, foreign.pk)).status_code == 404
    assert browser.get(address(elsewhere, page, foreign.pk)).status_code == 404
    assert browser.get(address(harbour, page, uuid4())).status_code == 404
