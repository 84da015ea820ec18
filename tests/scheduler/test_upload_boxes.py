"""What the boxes for files say before one is chosen: what is taken, how long for whom, and what room is left."""

from __future__ import annotations

from html import unescape
from types import SimpleNamespace

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import uploads
from scheduler.models import Media
from scheduler.uploads import Share
from tests.factories import make_media
from tests.people import client_of
from tests.scheduler.pages import address
from tests.scheduler.tus import begin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(alice: User, harbour: Workspace) -> Client:
    return client_of(alice)


def fill(workspace: Workspace) -> None:
    """One file of 9 GB."""
    video = make_media(workspace)
    with workspace_scope(workspace):
        Media.objects.filter(pk=video.pk).update(size=9_000_000_000)


@pytest.mark.parametrize(
    ("whole", "used", "said"),
    [
        (50e9, 12.43e9, "This workspace uses 12.4 of 50 GB."),
        (50e9, 0, "This workspace uses 0 of 50 GB."),
        (50e9, 1, "This workspace uses less than 0.1 of 50 GB."),
        (50e9, 51e9, "This workspace uses all of its 50 GB. Delete media that no post needs first."),
        (0, 12.43e9, "This workspace uses 12.4 GB."),
    ],
)
def test_the_share_is_said_in_gigabytes(whole: float, used: float, said: str) -> None:
    assert Share(int(whole), int(used)).in_words == said


def test_files_and_all_of_what_is_on_its_way_are_used(
    browser: Client, harbour: Workspace, settings: Settings
) -> None:
    settings.MEDIA_QUOTA_BYTES = 50 * 10**9
    fill(harbour)
    begin(browser, harbour, 3_400_000_000)

    with workspace_scope(harbour):
        assert uploads.share_of(harbour) == Share(50_000_000_000, 12_400_000_000)
    for name in ("library", "post_new"):
        assert "This workspace uses 12.4 of 50 GB." in browser.get(address(harbour, name)).content.decode()


def test_another_workspace_uses_none_of_it(elsewhere: Workspace, harbour: Workspace) -> None:
    fill(elsewhere)

    with workspace_scope(harbour):
        assert uploads.share_of(harbour).used == 0


def test_the_library_says_it_anew_when_files_have_come(browser: Client, harbour: Workspace) -> None:
    part = browser.get(address(harbour, "library"), headers={"HX-Request": "true"}).content.decode()

    assert 'hx-swap-oob="outerHTML:.media-room"' in part


def test_the_composer_says_what_is_taken_and_how_long_for_whom(studio: SimpleNamespace) -> None:
    shown = unescape(client_of(studio.alice).get(address(studio.workspace, "post_new")).content.decode())

    assert (
        "MP4, MOV or WebM, up to 4 GB, 360 to 4,096 pixels a side, 23 to 60 frames a second; "
        "may be paused and continued" in shown
    )
    assert "JPEG, PNG or WebP, up to 35 of up to 50 MB each" in shown
    assert "Luna Bakes may post up to 10 min." in shown
