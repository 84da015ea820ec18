"""What an export says of posts, an import makes again: all that the composer can make, in a workspace's own hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Membership
from scheduler import authoring, export_list
from scheduler.clock import database_now
from scheduler.content import PRIVACY_LABELS, not_sent
from scheduler.exporting import FORMS, stream
from scheduler.importing import keeping, storing
from scheduler.importing.columns import FIELDS, LEFT_ASIDE
from scheduler.importing.lists import List, read_list
from scheduler.importing.table import Table
from scheduler.models import Media, Post
from scheduler.post_filters import Filters
from scheduler.post_list import PostList
from tests.factories import make_image_media, make_media
from tests.scheduler.accounts import plain_account

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = (
    "Slow rye, fast hands. #bread",
    "@luna.bakes begins with a mention",
    "=1+1",
    "'@quoted' from the first letter",
    '“ü” 🍂; a "quote",\nand a second line',
    "- a list\n- of two",
    "  two spaces ahead",
    "",
)
VIDEOS = ("rye.mp4", "=formula.mp4", "two; parts.mp4", "Pão de centeio.mov")
PHOTOS = ("crust.jpg", "crumb; close.jpg", '"table".png', "-1.jpg", "Broa.webp")
BOXES = ("allow_comment", "allow_duet", "allow_stitch", "brand_organic", "brand_content", "is_aigc")
SAID = tuple(name for name in authoring.CONTENT + authoring.TIME if name not in {"due_local", "due_zone"})


@pytest.fixture
def desk(studio: SimpleNamespace, in_harbour: Any) -> SimpleNamespace:
    """Alice's workspace with videos and photos in its library, and two accounts."""
    studio.sol = plain_account(studio.workspace, "sol.cooks")
    studio.videos = [
        make_media(studio.workspace, original_name=name, pad_to=200_000 + number, duration_ms=60_000)
        for number, name in enumerate(VIDEOS)
    ]
    studio.photos = [make_image_media(studio.workspace, original_name=name) for name in PHOTOS]
    return studio


def some_post(desk: SimpleNamespace, rng: Random) -> dict[str, Any]:
    """Fields of a post as the composer would send them, valid or not yet whole."""
    kind, mode = rng.choice(["video", "photo"]), rng.choice(["direct", "direct", "inbox"])
    photos = rng.sample(desk.photos, rng.randint(1, len(desk.photos)))
    fields: dict[str, Any] = {name: rng.random() < 0.4 for name in (*BOXES, "auto_add_music")} | {
        "account": rng.choice([desk.luna, desk.sol, None]),
        "kind": kind,
        "mode": mode,
        "media": rng.choice(desk.videos),
        "images": photos,
        "title": rng.choice(["", "Three looks", "+1 more", "Ofen & Brot"]),
        "caption": rng.choice(WORDS),
        "privacy_level": rng.choice(["", *PRIVACY_LABELS]),
        "cover_timestamp_ms": rng.choice([None, 0, 500, 1234, 59_000]),
        "cover_index": rng.randrange(len(photos)),
    }
    is_branded = fields["brand_organic"] or fields["brand_content"]
    fields["disclose"] = is_branded or rng.random() < 0.2
    return fields | not_sent(kind, mode) | some_time(desk, rng)


def some_time(desk: SimpleNamespace, rng: Random) -> dict[str, Any]:
    """On the workspace's clocks or on others', to the second or the minute, or none."""
    if rng.random() < 0.25:
        return {"due_at": None, "due_local": "", "due_zone": ""}
    ahead = timedelta(days=rng.randint(2, 300), minutes=rng.randrange(600, 1200))
    due_at = database_now().replace(hour=0, minute=0, second=rng.choice([0, 0, 25]), microsecond=0) + ahead
    zone = rng.choice([desk.workspace.time_zone, "UTC", "Asia/Tokyo"])
    there = due_at.astimezone(ZoneInfo(zone))
    return {"due_at": due_at, "due_local": there.replace(tzinfo=None).isoformat(), "due_zone": zone}


def exported(desk: SimpleNamespace) -> List:
    """The CSV of all posts, read as an import reads it."""
    member = Membership.objects.select_related("workspace").get(workspace=desk.workspace, user=desk.alice)
    text = "".join(stream(FORMS["posts"], PostList(member, Filters(), {})))
    return read_list(text.encode())


def said(post: Post) -> dict[str, Any]:
    """All that a person says of a post."""
    files = [image.media for image in post.images.select_related("media").order_by("position")]
    return {name: getattr(post, name) for name in SAID} | {"images": files}


def imported(desk: SimpleNamespace, sent: List) -> list[Post]:
    batch = keeping.begin(workspace=desk.workspace, by=desk.alice, cells=sent.rows)
    table = Table(batch, workspace=desk.workspace)
    assert {row.number: row.errors for row in table.rows if row.errors} == {}
    storing.save_drafts(table, by=desk.alice)
    batch.refresh_from_db()
    ids = [each["post"] for each in batch.outcomes]
    found = {str(post.pk): post for post in Post.objects.filter(workspace=desk.workspace, pk__in=ids)}
    return [found[each] for each in ids]


@pytest.mark.parametrize("seed", range(4))
def test_posts_that_are_exported_and_imported_again_say_the_same(desk: SimpleNamespace, seed: int) -> None:
    rng = Random(seed)
    for _ in range(25):
        authoring.create(workspace=desk.workspace, by=desk.alice, fields=some_post(desk, rng))
    originals = list(Post.objects.filter(workspace=desk.workspace).order_by("pk"))

    copies = imported(desk, exported(desk))

    assert [said(copy) for copy in copies] == [said(post) for post in originals]


def test_a_time_of_another_zone_comes_back_as_the_same_instant(desk: SimpleNamespace) -> None:
    due_at = datetime(2027, 6, 1, 12, 30, tzinfo=UTC)
    authoring.create(
        workspace=desk.workspace,
        by=desk.alice,
        fields={
            "account": desk.luna,
            "media": desk.videos[0],
            "due_at": due_at,
            "due_local": "2027-06-01T21:30:00",
            "due_zone": "Asia/Tokyo",
        },
    )
    sent = exported(desk)
    assert (sent.rows[0]["date"], sent.rows[0]["time"]) == ("2027-06-01", "13:30")
    [copy] = imported(desk, sent)
    assert (copy.due_at, copy.due_zone) == (due_at, "Europe/Lisbon")


def test_an_hour_that_comes_twice_is_asked_about(desk: SimpleNamespace) -> None:
    due_at = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    fields = {"media": desk.videos[0], "due_local": "2027-10-31T01:30:00", "due_zone": "Europe/Lisbon"}
    authoring.create(workspace=desk.workspace, by=desk.alice, fields=fields | {"due_at": due_at})
    batch = keeping.begin(workspace=desk.workspace, by=desk.alice, cells=exported(desk).rows)
    [row] = Table(batch, workspace=desk.workspace).rows
    assert "comes twice on that day" in row.wrong["time"][0]


def test_two_files_that_share_a_name_by_now_are_asked_about(desk: SimpleNamespace) -> None:
    for fields in ({"media": desk.videos[0]}, {"kind": "photo", "images": desk.photos[:2]}):
        authoring.create(workspace=desk.workspace, by=desk.alice, fields=fields)
    make_media(desk.workspace, original_name="RYE.mp4", pad_to=300_000)
    make_image_media(desk.workspace, original_name="Crust.jpg")
    batch = keeping.begin(workspace=desk.workspace, by=desk.alice, cells=exported(desk).rows)
    rows = Table(batch, workspace=desk.workspace).rows
    video, photos = sorted(rows, key=lambda row: row.row.is_photos)
    assert video.open["media"] == "2 videos are called “rye.mp4”. Choose one."
    assert photos.open["images"] == "2 photos are called “crust.jpg”. Choose one."
    assert [row.row.number for row in rows if row.is_savable] == []


def test_nothing_is_uploaded_again(desk: SimpleNamespace) -> None:
    authoring.create(workspace=desk.workspace, by=desk.alice, fields={"kind": "photo", "images": desk.photos})
    before = Media.objects.filter(workspace=desk.workspace).count()
    [copy] = imported(desk, exported(desk))
    assert [image.media for image in copy.images.all()] == desk.photos
    assert Media.objects.filter(workspace=desk.workspace).count() == before


def test_what_an_export_says_of_posts_that_there_are_is_left_aside(desk: SimpleNamespace) -> None:
    authoring.create(workspace=desk.workspace, by=desk.alice, fields={"media": desk.videos[0]})
    assert set(exported(desk).aside) == set(LEFT_ASIDE)


def test_an_export_has_every_column_of_a_list_and_none_twice() -> None:
    assert set(FIELDS) < set(export_list.COLUMNS)
    assert len(set(export_list.COLUMNS)) == len(export_list.COLUMNS)
