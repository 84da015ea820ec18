"""What any page may show of publishing: TikTok's limits of an account, and that publishing is paused."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template

from accounts.models import Membership, Workspace
from accounts.permissions import Action, can
from scheduler import explaining, switches
from scheduler.clock import database_now
from scheduler.meters import Meter, daily, meters
from scheduler.needs import Needs, all_of
from scheduler.queries import coming
from scheduler.states import Explanation
from tiktok.models import TikTokAccount

register = template.Library()

NEXT_SHOWN = 3
"""Posts named on the card of an account."""


@register.inclusion_tag("scheduler/_meters.html", takes_context=True)
def account_meters(context: template.Context, account: TikTokAccount, which: str = "daily") -> dict[str, Any]:
    """How much of TikTok's limits the account has used: those of the day, or `all`."""
    now = database_now()
    rows = meters(account, now) if which == "all" else daily(account, now)
    return {"meters": rows, "zone": context["request"].workspace.time_zone}


@register.inclusion_tag("scheduler/_next_posts.html", takes_context=True)
def next_posts(context: template.Context, account: TikTokAccount) -> dict[str, Any]:
    """What goes out next at the account."""
    request = context["request"]
    rows = coming(account)[:NEXT_SHOWN].prefetch_related("images__media")
    return {"posts": rows, "account": account, "request": request}


@register.filter
def used_by(limits: dict[UUID, Meter], account: TikTokAccount) -> Meter:
    """How much of that limit the account has used."""
    return limits[account.pk]


@register.inclusion_tag("scheduler/_pause.html", takes_context=True)
def publishing_banner(context: template.Context) -> dict[str, Any]:
    """A banner while nothing of the request's workspace goes out; nothing otherwise."""
    request = context.get("request")
    workspace = getattr(request, "workspace", None)
    if not isinstance(workspace, Workspace):
        return {}
    return {
        "pause": switches.current_pause(workspace),
        "workspace": workspace,
        "may_manage": may_manage(context),
    }


@register.simple_tag(takes_context=True)
def workspace_needs(context: template.Context) -> Needs | None:
    """What waits for a person in the request's workspace; nothing outside one."""
    request = context.get("request")
    membership = getattr(request, "membership", None)
    if not isinstance(membership, Membership) or request is None:
        return None
    return all_of(request.workspace, membership)


@register.simple_tag
def loss_of(account: TikTokAccount) -> Explanation | None:
    """Why an account is lost, in the words of its posts; nothing of one that is not."""
    return None if account.is_active else explaining.explain_loss(account)


@register.simple_tag(takes_context=True)
def may_manage(context: template.Context) -> bool:
    """Whether the person may change this workspace's settings."""
    return _may(context, Action.MANAGE)


@register.simple_tag(takes_context=True)
def may_compose(context: template.Context) -> bool:
    """Whether the person may write posts of this workspace."""
    return _may(context, Action.COMPOSE)


def _may(context: template.Context, action: Action) -> bool:
    membership = getattr(context.get("request"), "membership", None)
    return isinstance(membership, Membership) and can(membership, action)
