"""Files of the library in a composer that is not saved: offered by kind, put where they belong, nothing typed lost."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse

from accounts.models import User, Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler import authoring, tagging
from scheduler.models import MAX_IMAGES, Media, UnsavedPost
from tests.factories import make_image_media, make_media
from tests.people import client_of, join, make_person, make_workspace
from tests.scheduler.accounts import plain_account
from tests.scheduler.pages import address, filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(harbour: Workspace, alice: User, settings: Any) -> SimpleNamespace:
    """Two films and two photos, one file that can't be posted, and a composer with nothing chosen."""
    settings.TIKTOK_CLIENT_KEY = ""
    return SimpleNamespace(
        workspace=harbour,
        browser=client_of(alice),
        alice=alice,
        luna=plain_account(harbour, "luna.bakes"),
        place=str(uuid4()),
        rye=make_media(harbour, original_name="Rye at dawn.mp4"),
        spelt=make_media(harbour, original_name="Spelt.mp4"),
        crumb=make_image_media(harbour, original_name="crumb.jpg"),
        crust=make_image_media(harbour, original_name="crust.jpg"),
        broken=make_media(
            harbour, original_name="broken.mov", status="refused", refusals=["This is no video."]
        ),
    )


def leave(desk: SimpleNamespace, kind: str = "video", post: Any = None, **changes: Any) -> HttpResponse:
    """Press "from the library" in the composer."""
    url = address(desk.workspace, "post_edit", post.pk) if post else address(desk.workspace, "post_new")
    form = {"unsaved": desk.place, "action": f"library:{kind}"} | changes
    return desk.browser.post(url, filled(desk.luna, None, **form))


def look(desk: SimpleNamespace, **query: str) -> str:
    return desk.browser.get(address(desk.workspace, "media_pick", desk.place), query).content.decode()


def offered(desk: SimpleNamespace, **query: str) -> set[str]:
    found = re.findall(r'name="files" value="([^"]+)"', look(desk, **query))
    with workspace_scope(desk.workspace):
        return set(Media.objects.filter(pk__in=found).values_list("original_name", flat=True))


def pick(desk: SimpleNamespace, *files: Any) -> HttpResponse:
    chosen = [str(getattr(file, "pk", file)) for file in files]
    return desk.browser.post(address(desk.workspace, "media_pick", desk.place), {"files": chosen})


def kept(desk: SimpleNamespace) -> dict[str, list[str]]:
    with workspace_scope(desk.workspace):
        return UnsavedPost.objects.get(place=desk.place).fields


def test_the_way_to_the_library_keeps_what_was_typed(desk: SimpleNamespace) -> None:
    answer = leave(desk, caption="Half a thought")
    assert (answer.status_code, answer["Location"]) == (
        302,
        address(desk.workspace, "media_pick", desk.place),
    )
    assert kept(desk)["caption"] == ["Half a thought"]


def test_a_video_or_photos_are_offered_and_nothing_that_cannot_be_posted(desk: SimpleNamespace) -> None:
    leave(desk)
    assert offered(desk) == {"Rye at dawn.mp4", "Spelt.mp4"}
    leave(desk, "photo")
    assert offered(desk) == {"crumb.jpg", "crust.jpg"}


def test_files_are_found_by_words_and_tags(desk: SimpleNamespace) -> None:
    with workspace_scope(desk.workspace):
        tagging.put(media=desk.rye, names=["winter"])
    leave(desk)
    assert offered(desk, text="spelt") == {"Spelt.mp4"}
    assert offered(desk, tag="winter") == {"Rye at dawn.mp4"}
    assert "Asked for: “nothing such”." in unescape(look(desk, text="nothing such"))


def test_a_filter_exchanges_the_list_alone(desk: SimpleNamespace) -> None:
    leave(desk)
    url = address(desk.workspace, "media_pick", desk.place)
    answer = desk.browser.get(url, {"text": "rye"}, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert answer["HX-Push-Url"] == f"{url}?text=rye"


def test_a_video_comes_in_place_of_the_one_there_was(desk: SimpleNamespace) -> None:
    leave(desk, media=str(desk.spelt.pk), caption="Slowly")
    assert "In this post" in look(desk)

    answer = pick(desk, desk.rye)

    assert answer["Location"] == f"{address(desk.workspace, 'post_new')}?unsaved={desk.place}"
    page = desk.browser.get(answer["Location"]).content.decode()
    assert f'name="media" id="id_media" value="{desk.rye.pk}"' in page
    assert "Slowly" in page


def test_photos_come_after_those_there_are_each_once(desk: SimpleNamespace) -> None:
    leave(desk, "photo", images=str(desk.crust.pk))
    answer = pick(desk, desk.crumb, desk.crust, desk.crumb)
    page = desk.browser.get(answer["Location"]).content.decode()
    assert f'name="images" id="id_images" value="{desk.crust.pk},{desk.crumb.pk}"' in page
    assert re.search(r'name="kind" value="photo" checked', page)


def test_of_a_field_that_was_sent_twice_the_last_one_counts(desk: SimpleNamespace) -> None:
    leave(desk, media=[str(desk.rye.pk), str(desk.spelt.pk)])
    assert offered(desk) == {"Rye at dawn.mp4"}


def test_a_post_that_is_edited_goes_on_where_it_was(desk: SimpleNamespace) -> None:
    with workspace_scope(desk.workspace):
        post = authoring.create(workspace=desk.workspace, by=desk.alice, fields={"account": desk.luna})
    leave(desk, post=post, version=str(post.version))
    answer = pick(desk, desk.rye)
    assert answer["Location"] == f"{address(desk.workspace, 'post_edit', post.pk)}?unsaved={desk.place}"
    assert f'value="{desk.rye.pk}"' in desk.browser.get(answer["Location"]).content.decode()


def test_more_photos_than_a_post_takes_are_refused_and_nothing_changes(desk: SimpleNamespace) -> None:
    there = ",".join(str(uuid4()) for _ in range(MAX_IMAGES - 1))
    leave(desk, "photo", images=there)
    answer = pick(desk, desk.crumb, desk.crust)
    assert answer.status_code == 422
    assert "This one has 34, so choose up to 1." in answer.content.decode()
    assert kept(desk)["images"] == [there]


@pytest.mark.parametrize("which", ["nothing", "words", "another_kind", "broken", "elsewhere", "deleted"])
def test_what_cannot_be_taken_is_refused_with_a_sentence(desk: SimpleNamespace, which: str) -> None:
    other = make_media(make_workspace(make_person("Mallory")))
    files = {
        "nothing": [],
        "words": ["no-id"],
        "another_kind": [desk.crumb],
        "broken": [desk.broken],
        "elsewhere": [other],
        "deleted": [uuid4()],
    }
    leave(desk)
    answer = pick(desk, *files[which])
    assert answer.status_code == 422
    assert re.search("Choose a video first|was not found in this workspace", answer.content.decode())
    assert kept(desk)["media"] == [""]


def test_nobody_else_picks_into_a_persons_composer(desk: SimpleNamespace) -> None:
    leave(desk)
    bob = make_person("Bob the editor")
    join(desk.workspace, bob, Role.EDITOR)
    url = address(desk.workspace, "media_pick", desk.place)
    assert client_of(bob).get(url).status_code == 404
    assert client_of(bob).post(url, {"files": [str(desk.rye.pk)]}).status_code == 404


def test_a_library_without_such_a_file_leads_back(desk: SimpleNamespace) -> None:
    with workspace_scope(desk.workspace):
        Media.objects.all().delete()
    leave(desk, "photo")
    page = look(desk)
    assert "No photos yet" in page
    assert f"?unsaved={desk.place}" in page
