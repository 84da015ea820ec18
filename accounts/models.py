"""People, the workspaces they share, and what they did there.

A `Workspace` is the tenant: a brand or a client. A `Membership` says who may enter it and as what; it is read
before any scope exists, so it is a global table. An `AuditEvent` is the record of one sensitive act.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower, Now

from accounts.hours import Hours
from accounts.permissions import Role
from accounts.tenancy import WorkspaceOwned


def check_time_zone(name: str) -> None:
    """Raises `ValidationError` unless the name is an IANA zone that this host knows."""
    if name not in available_timezones():
        raise ValidationError("Choose a time zone from the list.", code="time_zone")


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address, always in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **(fields | {"is_staff": True, "is_superuser": True}))

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, known by e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=120, blank=True)
    hours = models.CharField(max_length=2, choices=Hours, default=Hours.DAY, db_default=Hours.DAY)
    shortcuts = models.BooleanField(default=True, db_default=True, help_text="Single keys do something.")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May read the admin pages.")
    date_joined = models.DateTimeField(db_default=Now())

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(condition=models.Q(hours__in=Hours.values), name="user_hours_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] or self.email


class Workspace(models.Model):
    """A tenant: a brand or a client, with the time zone its posts are planned in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=60, unique=True, help_text="Its place in addresses: /w/<slug>/.")
    time_zone = models.CharField(max_length=64, validators=[check_time_zone], help_text="An IANA name.")
    created_at = models.DateTimeField(db_default=Now())
    members = models.ManyToManyField(User, through="Membership", related_name="workspaces")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Membership(models.Model):
    """That a person belongs to a workspace, and as what. Read from the database on every request (R-08)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]


class AuditEvent(WorkspaceOwned):
    """One sensitive act: who did what to which object. Append-only; write it with `accounts.audit.record`."""

    action = models.CharField(max_length=64, help_text="As in account.connected.")
    by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: Oncue itself."
    )
    target_type = models.CharField(max_length=64, blank=True, help_text="As in tiktok.tiktokaccount.")
    target_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict, blank=True, help_text="Before and after, never a secret.")
    at = models.DateTimeField(db_default=Now())
    request_id = models.UUIDField(null=True, editable=False, help_text="Empty: nobody asked, Oncue did it.")
    ip = models.GenericIPAddressField(null=True, editable=False, help_text="Where the request came from.")

    class Meta(WorkspaceOwned.Meta):
        ordering = ["-at"]
        indexes = [models.Index(fields=["workspace", "-at"], name="audit_by_time")]
