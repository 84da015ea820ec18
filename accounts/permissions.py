"""What each role may do in its workspace.

A permission asks about the person; whether a post is in a state that allows the act is a policy
(`scheduler.policies`). The table below is the only one: views, templates and the tests that walk every route
read it (R-18).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Membership


class Role(models.TextChoices):
    """What a member is in a workspace, highest first."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    EDITOR = "editor", "Editor"
    APPROVER = "approver", "Approver"
    VIEWER = "viewer", "Viewer"
    CLIENT = "client", "Client"


class Action(models.TextChoices):
    """What can be done in a workspace. The label completes the sentence "Your role may not …"."""

    VIEW = "view", "see this workspace"
    COMPOSE = "compose", "write and change drafts"
    PUBLISH = "publish", "schedule posts or publish them"
    APPROVE = "approve", "approve posts"
    CONNECT = "connect", "connect or disconnect TikTok accounts"
    MANAGE = "manage", "change members and settings"
    OWN = "own", "read the audit log or delete the workspace"


ALLOWED: dict[Role, frozenset[Action]] = {
    Role.OWNER: frozenset(Action),
    Role.ADMIN: frozenset(Action) - {Action.OWN},
    Role.EDITOR: frozenset({Action.VIEW, Action.COMPOSE, Action.PUBLISH}),
    Role.APPROVER: frozenset({Action.VIEW, Action.APPROVE}),
    Role.VIEWER: frozenset({Action.VIEW}),
    Role.CLIENT: frozenset({Action.VIEW, Action.APPROVE}),
}


class NotAllowed(Exception):
    """The member's role does not include the action; the message is a sentence for them."""


def check_can(membership: Membership, action: Action) -> None:
    """Raises `NotAllowed` with the sentence to show, if the member's role does not include the action."""
    role = Role(membership.role)
    if action not in ALLOWED[role]:
        article = "an" if role.label[0] in "AEIOU" else "a"
        raise NotAllowed(
            f"As {article} {role.label.lower()} you cannot {action.label}. Ask an owner or admin."
        )


def can(membership: Membership, action: Action) -> bool:
    """Whether the member may; see `check_can`."""
    try:
        check_can(membership, action)
    except NotAllowed:
        return False
    return True
