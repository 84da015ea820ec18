"""The panel on a post's page that says whether it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from accounts.permissions import Action, can
from scheduler import policies, repeating
from scheduler.clock import database_now

if TYPE_CHECKING:
    from scheduler.models import Post

register = template.Library()


@register.inclusion_tag("scheduler/repeats/panel.html", takes_context=True)
def repeat_panel(context: template.Context, post: Post) -> dict[str, Any]:
    """The rule and what waits for a yes; of a copy, its series; otherwise the way to begin."""
    request = context["request"]
    repeat = repeating.series_of(post)
    is_copy = repeat is not None and repeat.post_id != post.pk
    runs = repeat is not None and repeat.ended_at is None
    waits = repeating.waiting(repeat, database_now()).count() if repeat and not is_copy else 0
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "post": post,
        "repeat": repeat if runs or waits or is_copy else None,
        "is_copy": is_copy,
        "waits": waits,
        "may_compose": can(request.membership, Action.COMPOSE),
        "may_skip": is_copy and policies.can_cancel(post) and can(request.membership, Action.PUBLISH),
        "may_begin": not is_copy and post.due_at is not None,
    }
