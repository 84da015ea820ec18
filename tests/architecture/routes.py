"""Every route of the site, and real objects for the places in its address.

A new route needs its marker from `accounts.access` on the view. A new kind of object in an address (`<uuid:thing_id>`)
needs one more entry in `OBJECTS`: the name in the route, and how to find or make such an object in the victim's
workspace. Routes of other people's code that cannot carry a marker stand in `UNMARKED` with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.access import Audience, Policy
from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import authoring, uploads
from scheduler.importing import keeping as importing
from scheduler.models import BulkImport, Media, Post, SavedFilter, Snippet, UnsavedPost, Upload
from tiktok import connect_links
from tiktok.client import Secret
from tiktok.models import ConnectLink, PendingConnection, TikTokAccount
from tiktok.vault import seal_on

CANARY = "CANARY4f1c"
"""Stands in every text of the victim's rows; no stranger may ever read it."""

UNMARKED = {
    "admin/": "Django's admin; its site asks for staff at every page (tests/accounts/test_admin.py).",
}


@dataclass(frozen=True)
class Route:
    """One address pattern of the site, as the resolver holds it."""

    name: str
    template: str
    view: Callable[..., Any]
    names: tuple[str, ...]

    @property
    def policy(self) -> Policy | None:
        return getattr(self.view, "access_policy", None)

    @property
    def exception(self) -> str | None:
        """The entry of `UNMARKED` that this route falls under."""
        return next((prefix for prefix in UNMARKED if self.template.startswith(prefix)), None)

    def path(self, **values: Any) -> str:
        return "/" + self.template % {name: values[name] for name in self.names}


def routes() -> Iterator[Route]:
    """All routes, in the order of the resolver, with `%(name)s` where an object stands."""
    yield from _below(get_resolver(), "")


def _below(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        template = prefix + _template(entry)
        if isinstance(entry, URLResolver):
            yield from _below(entry, template)
        else:
            names = tuple(re.findall(r"%\((\w+)\)s", template))
            yield Route(entry.name or "", template, entry.callback, names)


def _template(entry: URLPattern | URLResolver) -> str:
    text = str(entry.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
    text = re.sub(r"<(?:\w+:)?(\w+)>", r"%(\1)s", re.sub(r"\(\?P(<\w+>)(?:[^()]|\([^()]*\))*\)", r"\1", text))
    return text.replace("\\-", "-")


def workspace_routes() -> list[Route]:
    return [route for route in routes() if "workspace_slug" in route.names]


def routes_for(audience: Audience) -> list[Route]:
    return [route for route in routes() if route.policy and route.policy.audience is audience]


class Victim:
    """A workspace with one of everything in it, each holding the canary."""

    def __init__(self, workspace: Workspace, owner: User) -> None:
        self.workspace, self.owner = workspace, owner

    @cached_property
    def account(self) -> TikTokAccount:
        return _granted(
            TikTokAccount(
                workspace=self.workspace,
                username=CANARY,
                nickname=CANARY,
                refresh_expires_at=timezone.now() + timedelta(days=1),
                access_expires_at=timezone.now() + timedelta(days=1),
            )
        )

    @cached_property
    def pending(self) -> PendingConnection:
        return _granted(
            PendingConnection(
                workspace=self.workspace,
                user=self.owner,
                username=CANARY,
                nickname=CANARY,
                expires_at=timezone.now() + timedelta(minutes=10),
            )
        )

    @cached_property
    def link(self) -> ConnectLink:
        with workspace_scope(self.workspace):
            connect_links.make(workspace=self.workspace, by=self.owner, note=CANARY)
            return ConnectLink.objects.earliest("made_at")

    @cached_property
    def media(self) -> Media:
        with workspace_scope(self.workspace):
            return Media.objects.create(
                workspace=self.workspace,
                original_name=f"{CANARY}.mp4",
                storage_key=default_storage.save(
                    f"{self.workspace.pk}/{uuid4()}", ContentFile(CANARY.encode())
                ),
                size=len(CANARY),
                sha256="0" * 64,
                status="ready",
            )

    @cached_property
    def upload(self) -> Upload:
        with workspace_scope(self.workspace):
            return uploads.begin(workspace=self.workspace, by=self.owner, name=f"{CANARY}.mp4", length=9)

    @cached_property
    def post(self) -> Post:
        fields = {"account": self.account, "media": self.media, "caption": CANARY}
        with workspace_scope(self.workspace):
            return authoring.create(workspace=self.workspace, by=self.owner, fields=fields)

    @cached_property
    def filter(self) -> SavedFilter:
        with workspace_scope(self.workspace):
            return SavedFilter.objects.create(workspace=self.workspace, user=self.owner, name=CANARY)

    @cached_property
    def snippet(self) -> Snippet:
        with workspace_scope(self.workspace):
            return Snippet.objects.create(workspace=self.workspace, name=CANARY, text=CANARY)

    @cached_property
    def unsaved(self) -> UnsavedPost:
        with workspace_scope(self.workspace):
            return UnsavedPost.objects.create(
                workspace=self.workspace, by=self.owner, place=uuid4(), fields={"caption": [CANARY]}
            )

    @cached_property
    def batch(self) -> BulkImport:
        with workspace_scope(self.workspace):
            return importing.begin(
                workspace=self.workspace, by=self.owner, cells=[{"file": CANARY, "caption": CANARY}]
            )

    def values(self, route: Route) -> dict[str, Any]:
        """What stands in the address of this route, for this workspace."""
        return {name: OBJECTS[name](self) for name in route.names}


def _granted(row: Any) -> Any:
    row.client_key, row.open_id, row.scopes = "key", uuid4().hex, ["user.info.basic", "video.publish"]
    row.access_token = seal_on(row, "access_token", Secret(f"act.{CANARY}"))
    row.refresh_token = seal_on(row, "refresh_token", Secret(f"rft.{CANARY}"))
    with workspace_scope(row.workspace_id):
        row.save()
    return row


OBJECTS: dict[str, Callable[[Victim], Any]] = {
    "workspace_slug": lambda victim: victim.workspace.slug,
    "account_id": lambda victim: victim.account.pk,
    "pending_id": lambda victim: victim.pending.pk,
    "post_id": lambda victim: victim.post.pk,
    "media_id": lambda victim: victim.media.pk,
    "place": lambda victim: victim.unsaved.place,
    "snippet_id": lambda victim: victim.snippet.pk,
    "import_id": lambda victim: victim.batch.pk,
    "filter_id": lambda victim: victim.filter.pk,
    "upload_id": lambda victim: victim.upload.pk,
    "link_id": lambda victim: victim.link.pk,
    "connect_token": lambda victim: "no-such-token",
    "guest_id": lambda victim: uuid4(),
    "code": lambda victim: "NoSuchCode",
    "sheet": lambda victim: "index",
    "key": lambda victim: "no-such-key",
    "pull_token": lambda victim: "no-such-token",
    "pull_suffix": lambda victim: "jpg",
    "uidb36": lambda victim: "0",
    "pk": lambda victim: 0,
}
