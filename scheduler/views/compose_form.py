"""What a composer is made from: an address, what was kept for later, what the browser sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from scheduler import unsaved
from scheduler.composer import Composer
from scheduler.creator_form import accounts_in, with_accounts
from scheduler.forms import PostForm, initial_of
from scheduler.states import PostKind

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.http import WorkspaceRequest
    from scheduler.models import Post, UnsavedPost

TOO_MUCH = "This is more than a post can hold. Shorten it."
"""What people read where `keep` raises TooMuch."""


def opened(request: WorkspaceRequest, post: Post | None) -> Composer:
    kept = unsaved.find(
        _uuid(request.GET.get("unsaved")), workspace=request.workspace, by=request.user, post=post
    )
    if kept:
        data = unsaved.data_of(kept)
        return Composer.of(request, data, post, version=_version(data), place=kept.place, restored=kept)
    if post:
        form = PostForm(workspace=request.workspace, initial=initial_of(post))
        return Composer(request, form, post, version=post.version)
    return Composer(request, PostForm(workspace=request.workspace, initial=_asked_for(request.GET)))


def _asked_for(query: QueryDict) -> dict[str, Any]:
    first, *also = query.getlist("account") or [""]
    day, time = query.get("date", ""), query.get("time", "")
    when = "pick" if day or time else ""
    media = str(_uuid(query.get("media"))) if "media" in query else ""
    chosen = {"account": first, "also": also, "date": day, "time": time, "when": when, "media": media}
    photos = query.get("images", "")
    return chosen | {"kind": PostKind.PHOTO.value, "images": photos} if photos else chosen


def as_sent(request: WorkspaceRequest, data: QueryDict, post: Post | None, **known: Any) -> Composer:
    place = _uuid(data.get("unsaved"))
    return Composer.of(request, data, post, version=_version(data), place=place, **known)


def keep(request: WorkspaceRequest, data: QueryDict, post: Post | None) -> UnsavedPost:
    """Raises TooMuch."""
    place = _uuid(data.get("unsaved"))
    return unsaved.keep(place=place, workspace=request.workspace, by=request.user, post=post, data=data)


def changed(data: QueryDict, action: str, value: str) -> QueryDict:
    """What was typed, after a button that only changes the page."""
    accounts = accounts_in(data)
    if action == "add":
        return with_accounts(data, [*accounts, value])
    if action == "drop":
        return with_accounts(data, [account for account in accounts if account != value])
    after = with_accounts(data, accounts)
    if action == "account":
        after = with_accounts(data, accounts[:1])
        after["account"] = value
        for name in PostForm.PER_CREATOR:
            after.pop(name, None)
    if action == "time":
        after["date"], _, after["time"] = value.partition("T")
    return after


def _version(data: QueryDict) -> int:
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _uuid(text: str | None) -> UUID:
    """The id in an address or a form; a new one, which is nobody's, where there is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return uuid4()
