"""Mail to the person who agreed to a post that did not go out as agreed: what happened, why, what to do."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from scheduler.models import PostEvent
from scheduler.policies import explain
from scheduler.states import EventKind, PostStatus
from scheduler.transitions import note

TOLD_ABOUT = frozenset({PostStatus.FAILED, PostStatus.MISSED, PostStatus.NEEDS_CHECK})


def tell_owner(event_id: UUID) -> None:
    """Mail about one change of status, and note on the timeline that it was sent.

    Nothing is sent where the post has moved on since, or where nobody can be told.
    """
    event = PostEvent.objects.select_related("post__account", "post__workspace").filter(pk=event_id).first()
    if event is None or event.post.status != event.status_to:
        return
    post, person = event.post, event.post.consent_by or event.post.created_by
    told = explain(post)
    if person is None or told is None:
        return
    page = reverse("post_detail", kwargs={"workspace_slug": post.workspace.slug, "post_id": post.pk})
    text = render_to_string(
        "scheduler/mail/not_posted.txt",
        {"told": told, "post": post, "zone": post.due_zone, "link": settings.PUBLIC_BASE_URL + page},
    )
    send_mail(f"{told.title} – {post.workspace.name}", text, None, [person.email])
    note(post, EventKind.OWNER_TOLD, to=person.get_full_name())
