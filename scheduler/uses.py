"""Which posts use a file, as their video or as one of their photos.

A post needs its file until it is over for good: published, or cancelled by a person. A post that comes back needs it
for its copies, whatever became of the post itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from scheduler.models import Post, PostImage, Repeat
from scheduler.states import PostStatus

if TYPE_CHECKING:
    from accounts.models import Workspace
    from scheduler.models import Media

OVER_FOR_GOOD = (PostStatus.PUBLISHED, PostStatus.CANCELLED)


def posts_with(media: Media) -> Any:
    """The posts that carry it, in no order."""
    photos = PostImage.objects.filter(workspace_id=media.workspace_id, media=media).values("post_id")
    return Post.objects.filter(Q(media=media) | Q(pk__in=photos), workspace_id=media.workspace_id)


def posts_that_need(media: Media) -> Any:
    """Those of them that could not go out, or come back, without it."""
    comes_back = Repeat.objects.filter(workspace_id=media.workspace_id, ended_at__isnull=True).values(
        "post_id"
    )
    return posts_with(media).filter(~Q(status__in=OVER_FOR_GOOD) | Q(pk__in=comes_back))


def counted(workspace: Workspace, files: Collection[UUID]) -> Counter[UUID]:
    """By how many posts each of these files is used."""
    found: Counter[UUID] = Counter()
    for rows, post in ((Post.objects, "pk"), (PostImage.objects, "post")):
        used = rows.filter(workspace=workspace, media__in=files).order_by().values_list("media_id")
        found.update(dict(used.annotate(posts=Count(post, distinct=True))))
    return found


def is_used(workspace: Workspace) -> Any:
    """The condition on a file that some post uses it."""
    as_video = Post.objects.filter(workspace=workspace, media=OuterRef("pk"))
    as_photo = PostImage.objects.filter(workspace=workspace, media=OuterRef("pk"))
    return Exists(as_video) | Exists(as_photo)
