"""The cover that a post shows is the frame that somebody chose, drawn in jail by a worker and never by a request."""

from __future__ import annotations

import io
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from accounts.tenancy import workspace_scope
from scheduler import media_tasks
from scheduler.media import frames
from scheduler.models import Media, Post
from tests.factories import make_media
from tests.people import client_of
from tests.scheduler.pages import address, filled

pytestmark = pytest.mark.django_db(transaction=True)

RED, BLUE = (200, 20, 20), (20, 20, 200)


def clip(path: Path) -> bytes:
    """Two seconds: one of red, one of blue, with one key frame at the start."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=30, options={"g": "600"})
        stream.width, stream.height, stream.pix_fmt = 360, 640, "yuv420p"
        for number in range(60):
            drawn = Image.new("RGB", (360, 640), RED if number < 30 else BLUE)
            film.mux(stream.encode(av.VideoFrame.from_image(drawn)))
        film.mux(stream.encode())
    return path.read_bytes()


@pytest.fixture
def film(studio: SimpleNamespace, tmp_path: Path) -> Media:
    still = io.BytesIO()
    Image.new("RGB", (90, 160), RED).save(still, "WEBP")
    key = default_storage.save("first.webp", ContentFile(still.getvalue()))
    return make_media(studio.workspace, content=clip(tmp_path / "two.mp4"), duration_ms=2000, cover_key=key)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the workers are asked to draw."""
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(media_tasks.draw_frame, "apply_async", lambda kwargs, **_: asked.append(kwargs))
    return asked


def shade(body: bytes) -> str:
    red, _, blue = Image.open(io.BytesIO(body)).convert("RGB").resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    return "red" if red > blue else "blue"


def cover(studio: SimpleNamespace, post: Post) -> Any:
    """What a list shows as the picture of the post, asked as a browser asks for it."""
    browser = client_of(studio.alice)
    page = browser.get(address(studio.workspace, "posts")).content.decode()
    return browser.get(re.findall(rf'src="([^"]+{post.media_id}/cover/[^"]*)"', page)[0])


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_post_shows_the_chosen_frame_once_it_is_drawn(
    studio: SimpleNamespace, film: Media, woken: list[dict[str, Any]]
) -> None:
    post = studio.post(media=film, cover_timestamp_ms=1500)

    before = cover(studio, post)

    assert (shade(body_of(before)), before["Cache-Control"]) == ("red", "no-store")
    assert woken == [{"workspace_id": str(studio.workspace.pk), "media_id": str(film.pk), "at_ms": 1500}]
    with workspace_scope(studio.workspace):
        frames.draw(film.pk, 1500)
    after = cover(studio, post)
    assert (shade(body_of(after)), after["Cache-Control"]) == ("blue", "private, max-age=3600")
    assert len(woken) == 1


def test_the_player_of_the_post_shows_that_moment_itself_until_then(
    studio: SimpleNamespace, film: Media
) -> None:
    post = studio.post(media=film, cover_timestamp_ms=1500)
    browser, where = client_of(studio.alice), address(studio.workspace, "post_detail", post.pk)
    still, video = (address(studio.workspace, f"media_{what}", film.pk) for what in ("cover", "video"))

    before = browser.get(where).content.decode()
    assert f'preload="metadata" src="{video}#t=1.5"' in before
    assert "poster=" not in before

    with workspace_scope(studio.workspace):
        frames.draw(film.pk, 1500)
    after = browser.get(where).content.decode()
    assert f'poster="{still}?at=1500" src="{video}"' in after


def test_the_calendar_and_the_table_show_the_same_picture(studio: SimpleNamespace, film: Media) -> None:
    studio.post(media=film, cover_timestamp_ms=1500)
    browser = client_of(studio.alice)

    for name in ("calendar", "posts"):
        page = browser.get(address(studio.workspace, name)).content.decode()
        assert f"{address(studio.workspace, 'media_cover', film.pk)}?at=1500" in page


def test_without_a_choice_it_is_the_first_still(
    studio: SimpleNamespace, film: Media, woken: list[dict[str, Any]]
) -> None:
    assert shade(body_of(cover(studio, studio.post(media=film)))) == "red"
    assert woken == []


@pytest.mark.parametrize("at", ["1500", "-1", "x", "\u0661", "9" * 30])
def test_nobody_has_a_frame_drawn_that_no_post_shows(
    studio: SimpleNamespace, film: Media, woken: list[dict[str, Any]], at: str
) -> None:
    answer = client_of(studio.alice).get(address(studio.workspace, "media_cover", film.pk), {"at": at})

    assert shade(body_of(answer)) == "red"
    assert woken == []


def test_saving_a_post_has_its_frame_drawn(
    studio: SimpleNamespace, film: Media, woken: list[dict[str, Any]]
) -> None:
    sent = filled(studio.luna, film, cover_timestamp_ms="1.5", action="draft")

    client_of(studio.alice).post(address(studio.workspace, "post_new"), sent)

    assert [asked["at_ms"] for asked in woken] == [1500]


def test_a_moment_without_a_frame_is_drawn_once_as_the_first_still(
    studio: SimpleNamespace, film: Media
) -> None:
    with workspace_scope(studio.workspace), default_storage.open(film.storage_key, "wb") as broken:
        broken.write(b"\0" * 100)
    studio.post(media=film, cover_timestamp_ms=1500)

    with workspace_scope(studio.workspace):
        frames.draw(film.pk, 1500)

    with default_storage.open(frames.key_of(film, 1500)) as drawn:
        assert shade(drawn.read()) == "red"


def test_the_frames_of_a_file_go_with_it(studio: SimpleNamespace, film: Media) -> None:
    default_storage.save(frames.key_of(film, 1500), ContentFile(b"still"))

    client_of(studio.alice).post(address(studio.workspace, "media_remove", film.pk))

    assert not default_storage.exists(frames.key_of(film, 1500))
