"""Which posts somebody asks about who quotes one thing: an id of ours or of TikTok's, a handle, an e-mail address.

For support, across workspaces. It differs from `post_filters`, by which people narrow their own table: here one whole
term is looked for wherever it may stand, and what people wrote is not searched (R-75).
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from accounts.models import User
from scheduler.models import Post, PostEvent, PublishAttempt
from tiktok.models import TikTokAccount


def posts_quoted(text: str) -> Q:
    """A condition on posts; call, and use, inside a scope. The shape of `text` says what it is:

    a UUID is a post or an attempt, `@luna.bakes` a creator, `ana@example.org` who wrote a post or agreed to it, and
    anything else a creator or one of TikTok's ids: publish id, log id, id of the published post.
    """
    term = text.strip()
    if identity := as_uuid(term):
        return Q(pk=identity) | Q(pk__in=PublishAttempt.objects.filter(pk=identity).values("post_id"))
    if term.startswith("@"):
        return _by_handle(term)
    if "@" in term:
        people = User.objects.filter(email__icontains=term).values("pk")
        return Q(created_by__in=people) | Q(consent_by__in=people)
    return _by_handle(term) | _by_tiktok_id(term)


def accounts_quoted(text: str) -> Q:
    """The same of accounts: their own ids and names besides, and whoever connected them or is in their workspace."""
    term = text.strip()
    if identity := as_uuid(term):
        return Q(pk=identity) | Q(pk__in=Post.objects.filter(posts_quoted(term)).values("account_id"))
    if "@" in term[1:]:
        people = User.objects.filter(email__icontains=term)
        workspaces = people.values("memberships__workspace_id")
        return Q(connected_by__in=people.values("pk")) | Q(workspace__in=workspaces)
    names = Q(username__icontains=term.removeprefix("@")) | Q(nickname__icontains=term)
    if term.startswith("@"):
        return names
    of_posts = Post.objects.filter(_by_tiktok_id(term)).values("account_id")
    return names | Q(open_id=term) | Q(status_log_id=term) | Q(pk__in=of_posts)


def as_uuid(text: str) -> UUID | None:
    """An id of ours, as pages show it; TikTok's log ids are 32 hexadecimal digits too, but without the hyphens."""
    try:
        return UUID(text) if "-" in text else None
    except ValueError:
        return None


def _by_handle(term: str) -> Q:
    accounts = TikTokAccount.objects.filter(username__icontains=term.removeprefix("@"))
    return Q(account__in=accounts.values("pk"))


def _by_tiktok_id(term: str) -> Q:
    """TikTok gives each answer a log id; the newest stands in the row, earlier ones in the timeline."""
    attempts = PublishAttempt.objects.filter(
        Q(publish_id=term) | Q(log_id=term) | Q(post_ids__contains=[term])
    )
    events = PostEvent.objects.filter(Q(log_id=term) | Q(detail__log_id=term))
    return Q(log_id=term) | Q(pk__in=attempts.values("post_id")) | Q(pk__in=events.values("post_id"))
