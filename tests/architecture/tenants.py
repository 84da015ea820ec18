"""Which models belong to a workspace, and why the others do not (R-10).

A new model subclasses `WorkspaceOwned`, or stands below with its reason. Entries for models that no longer exist
fail the test, as do models without an entry.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

from accounts.tenancy import WorkspaceOwned

GLOBAL = {
    "accounts.User": "A person may belong to many workspaces.",
    "accounts.Workspace": "The tenant itself.",
    "accounts.Membership": "Decides which scope may be entered, so it is read before one.",
    "account.EmailAddress": "allauth: belongs to a person.",
    "account.EmailConfirmation": "allauth: belongs to a person; unused, links are signed instead.",
    "admin.LogEntry": "Django's admin writes it; ours is read-only, so it stays empty.",
    "mfa.Authenticator": "allauth: a person's second step, whatever workspace they enter.",
    "usersessions.UserSession": "allauth: belongs to a browser, as its session.",
    "auth.Group": "Django's groups; unused, a role is a membership.",
    "auth.Permission": "Django's permissions; unused, as groups.",
    "contenttypes.ContentType": "Names models.",
    "scheduler.Installation": "The one row about all workspaces: the kill switch, the app's cap, the mark.",
    "sessions.Session": "Belongs to a browser.",
    "tiktok.WebhookEvent": "TikTok's word about a creator; it comes before anyone knows whose creator that is.",
}


def is_tenant(model: type[models.Model]) -> bool:
    return issubclass(model, WorkspaceOwned)


def tenant_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if is_tenant(model)]


def global_models() -> list[type[models.Model]]:
    """Every other model, except the hidden tables between two global ones."""
    return [model for model in apps.get_models() if not is_tenant(model)]


def tenant_pairs() -> list[tuple[type[models.Model], Any]]:
    """Each child model with each of its foreign keys that lead to another tenant model."""
    return [
        (model, field)
        for model in tenant_models()
        for field in model._meta.concrete_fields
        if field.is_relation and is_tenant(field.related_model)
    ]


def label(value: Any) -> str:
    """How a parameter is called in the name of its test."""
    if isinstance(value, type) and issubclass(value, models.Model):
        return value._meta.label
    return str(getattr(value, "name", None) or getattr(value, "__name__", value))
