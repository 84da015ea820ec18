"""A workspace that looks lived in, for pages that are looked at: the demo's week and what the demo leaves out.

`config.demo.seed` brings the creators, videos and a post of every status; here come a carousel, a recurring post, a
saved view, a creator who waits for a yes, and a second workspace with nothing in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import QueryDict

from accounts.membership import create_workspace
from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from config.demo import seed
from config.demo.pictures import make_photo
from config.demo.seed_posts import FERN, LUNA
from scheduler import authoring, media, repeating, saved_filters, unsaved, uploads
from scheduler.clock import database_now
from scheduler.importing import keeping
from scheduler.models import BulkImport, Media, Post, Snippet
from scheduler.post_filters import of_query
from scheduler.recurrence import Rule
from scheduler.states import PostStatus
from tests.accounts.second_steps import secure
from tests.architecture.routes import routes
from tests.browser.pages import NOT_FOUND, Shown, Where
from tests.people import client_of, make_person, prove_ahead
from tiktok import connect_links
from tiktok.models import TikTokAccount

NOTHING_THERE = 404
HOURS = 6 * 3600
AGENCY = "North Quay Agency"
WORDS = {"key": "no-such-key", "uidb36": "0"}
"""What stands in addresses that come by mail; a link that is not good has a page of its own."""

GONE = {"connect_token": "no-such-token"}
"""What stands in an address that answers 404."""


@dataclass
class Cast:
    """What the pages show: two workspaces, and ids by the names that `tests.browser.pages` uses.

    `sessions` are the cookies of who is signed in where, as Playwright takes cookies.
    """

    full: Workspace
    empty: Workspace
    ids: dict[str, Any]
    sessions: dict[Where, Any]

    def path(self, shown: Shown) -> str:
        """The address of a page, without the site's."""
        if shown.route == NOT_FOUND:
            return f"/w/{self.full.slug}/nothing-here/"
        route = next(route for route in routes() if route.name == shown.route)
        values = WORDS | self.ids | {"workspace_slug": self._workspace(shown).slug}
        if shown.status == NOTHING_THERE:
            values |= GONE
        if shown.where is Where.EMPTY:
            values |= {"pending_id": self.ids["taking_over"], "place": self.ids["left_there"]}
        if shown.post:
            values["post_id"] = self.ids[shown.post]
        query = shown.query.format(**self.ids)
        return route.path(**values) + (f"?{query}" if query else "")

    def _workspace(self, shown: Shown) -> Workspace:
        return self.empty if shown.where is Where.EMPTY else self.full


def gather() -> Cast:
    """Complete the demo's workspace, which is seeded already, and say where everything is."""
    person = User.objects.get(email=seed.EMAIL)
    full = Workspace.objects.get(name=seed.WORKSPACE)
    empty = create_workspace(name=AGENCY, time_zone="America/New_York", by=person)
    with workspace_scope(empty):
        taking_over = seed.fetch_consent(empty, person, LUNA).pk
        left_there = _left(empty, person, kind="video")
    with workspace_scope(full):
        ids = _resting(full) | _added(full, person)
    hers, his = _session(person), _session(_careful_person())
    sessions = {Where.FULL: hers, Where.EMPTY: hers, Where.SECURED: his}
    return Cast(full, empty, ids | {"taking_over": taking_over, "left_there": left_there}, sessions)


def _careful_person() -> User:
    """Tomás, who has a second step."""
    person = make_person("Tomás Vale", email="tomas@people.example")
    secure(person)
    return person


def _session(person: User) -> dict[str, str]:
    """One that asks for no password again as long as anybody looks."""
    browser = prove_ahead(client_of(person), person, HOURS)
    value = browser.cookies["sessionid"].value
    return {"name": "sessionid", "value": value, "domain": "127.0.0.1", "path": "/"}


def _resting(workspace: Workspace) -> dict[str, Any]:
    """The demo's posts by what became of them, those farthest from now."""
    posts = Post.objects.filter(workspace=workspace).order_by("-due_at")
    settled = {status.value: posts.filter(status=status, hold="").first() for status in PostStatus}
    named = settled | {
        "held": posts.exclude(hold="").first(),
        "draft": posts.filter(status=PostStatus.DRAFT, media__isnull=False).first(),
        "repeated": posts.filter(status=PostStatus.SCHEDULED, account__username=LUNA, hold="").first(),
    }
    return {name: post.pk for name, post in named.items() if post}


def _added(workspace: Workspace, person: User) -> dict[str, Any]:
    luna = TikTokAccount.objects.get(workspace=workspace, username=LUNA)
    saved_filters.save(
        workspace=workspace,
        by=person,
        name="Fern & Fold, to do",
        filters=of_query("status=attention&text=linen"),
    )
    _repeat(
        Post.objects.filter(workspace=workspace, account=luna, status="scheduled", hold="").latest("due_at")
    )
    return {
        "account_id": luna.pk,
        "pending_id": seed.fetch_consent(workspace, person, "kiln.street").pk,
        "snippet_id": Snippet.objects.filter(workspace=workspace).earliest("name").pk,
        "photos": _carousel(workspace, person).pk,
        "media_id": Media.objects.filter(workspace=workspace, kind="video").earliest("original_name").pk,
        "connect_token": _invite(workspace, person),
        "import_id": _import(workspace, person).pk,
        "place": _left(workspace, person, kind="photo"),
    }


def _invite(workspace: Workspace, person: User) -> str:
    """The token of a link for a creator who is not here."""
    return (
        connect_links.make(workspace=workspace, by=person, note="Soba Sunday").rstrip("/").rpartition("/")[2]
    )


def _left(workspace: Workspace, person: User, **fields: str) -> UUID:
    """The id under which a composer is kept that waits for files of the library."""
    data = QueryDict(urlencode(fields))
    return unsaved.keep(place=uuid4(), workspace=workspace, by=person, post=None, data=data).place


def _import(workspace: Workspace, person: User) -> BulkImport:
    """A row of each kind, those of films and photos ready, and one in which nearly everything is wrong."""
    films = Media.objects.filter(workspace=workspace, kind="video", status="ready")
    day = (database_now() + timedelta(days=20)).date().isoformat()
    whole = {
        "file": films.earliest("original_name").original_name,
        "account": LUNA,
        "date": day,
        "time": "12:30",
    }
    wrong = {"file": "nowhere.mp4", "account": "@nobody", "date": "03/04/2027", "brand_content": "perhaps"}
    words = {"caption": "Rye, slowly. #bread", "privacy": "Everyone"}
    photos = {"file": "", "photos": "market-0.jpg; market-1.jpg", "title": "The market"}
    missing = photos | {"photos": "market-0.jpg; market-9.jpg", "cover": "2", "mode": "inbox"}
    cells = [whole | words, wrong, whole | words | photos, whole | missing, whole | {"mode": "inbox"}]
    return keeping.begin(workspace=workspace, by=person, cells=cells)


def _repeat(post: Post) -> None:
    """It comes back every week, at its own hour."""
    local = datetime.fromisoformat(post.due_local)
    rule = Rule(weekdays=frozenset({local.weekday()}), at=local.time(), starts=local.date())
    repeating.start(post=post, rule=rule, by=post.created_by)


def _carousel(workspace: Workspace, person: User) -> Post:
    """A draft of three photos."""
    with TemporaryDirectory() as folder:
        photos = [
            _bring(make_photo(Path(folder) / f"market-{n}.jpg", number=n), workspace, person)
            for n in range(3)
        ]
    fields = {
        "account": TikTokAccount.objects.get(workspace=workspace, username=FERN),
        "kind": "photo",
        "images": photos,
        "title": "Saturday at the market",
        "caption": "Three loaves, three mornings. #market",
    }
    return authoring.create(workspace=workspace, by=person, fields=fields)


def _bring(path: Path, workspace: Workspace, person: User) -> Media:
    with path.open("rb") as body:
        length = path.stat().st_size
        brought = uploads.bring(read=body.read, length=length, name=path.name, workspace=workspace, by=person)
    checked = media.check(brought.pk) if brought else None
    assert checked is not None
    assert checked.status == "ready"
    return checked
