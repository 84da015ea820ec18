"""Connected creators, and the short-lived rows around a connection.

`TikTokAccount` is a creator that a workspace may post for. `ConnectLink` asks a creator who is not here. `OAuthState`
is one trip to TikTok and back, `PendingConnection` what came back and waits for a person's yes, `Revocation` a grant
that TikTok still has to be told to end. Secrets are sealed columns: reading a row decrypts nothing (R-24).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.tenancy import WorkspaceOwned
from tiktok.fields import SealedField
from tiktok.link_models import ConnectLink, LinkState
from tiktok.permissions_in_words import in_words
from tiktok.webhook_models import WebhookEvent

__all__ = [
    "AccountStatus",
    "ConnectLink",
    "Grant",
    "LinkState",
    "OAuthState",
    "PendingConnection",
    "Profile",
    "Purpose",
    "Revocation",
    "StatusReason",
    "TikTokAccount",
    "WebhookEvent",
]

if TYPE_CHECKING:
    from datetime import timedelta

POSTING_SCOPE = "video.publish"


class AccountStatus(models.TextChoices):
    """Whether posts can go out through an account."""

    ACTIVE = "active", "Connected"
    NEEDS_RECONNECT = "needs_reconnect", "Needs reconnecting"
    DISCONNECTED = "disconnected", "Disconnected"


class StatusReason(models.TextChoices):
    """Why an account is not active; the sentence is what its people read."""

    NONE = "", ""
    REFRESH_REFUSED = "refresh_refused", "TikTok no longer accepts our connection."
    TOKEN_REFUSED = "token_refused", "TikTok refused a token that it had just renewed."
    UNREADABLE = "unreadable", "The stored connection cannot be opened on this server."
    BY_PERSON = "by_person", "Someone in this workspace disconnected it."
    BY_OPERATOR = "by_operator", "The people who run this service ended all connections."
    TAKEN_OVER = "taken_over", "This creator was connected in another workspace."
    ACCOUNT_GONE = "account_gone", "TikTok says that this creator's account was deleted or banned."


class Grant(models.Model):
    """What TikTok gave us for one creator: who they are to our app, what they allow, the sealed token pair."""

    client_key = models.CharField(max_length=128)
    open_id = models.CharField(
        max_length=128, help_text="The creator, as our app knows them; never the handle."
    )
    scopes = ArrayField(models.CharField(max_length=64), default=list)
    access_token = SealedField(null=True, context_field="open_id")
    refresh_token = SealedField(null=True, context_field="open_id")
    access_expires_at = models.DateTimeField(null=True)
    refresh_expires_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def may_post(self) -> bool:
        """Whether the creator allowed direct posts; without it the connection is limited (R-34)."""
        return POSTING_SCOPE in self.scopes

    @property
    def missing_scopes(self) -> list[str]:
        """What we asked for and the creator did not allow, in the order of the settings."""
        return [scope for scope in settings.TIKTOK_SCOPES if scope not in self.scopes]

    @property
    def missing_in_words(self) -> list[str]:
        """The same for people."""
        return in_words(self.missing_scopes)


class Profile(models.Model):
    """How a creator looks: what TikTok said when they connected."""

    username = models.CharField(max_length=64, blank=True)
    nickname = models.CharField(max_length=128, blank=True)
    avatar = models.CharField(max_length=200, blank=True, help_text="Storage key of our own copy.")

    class Meta:
        abstract = True

    @property
    def display_name(self) -> str:
        return self.nickname or self.handle or "TikTok creator"

    @property
    def handle(self) -> str:
        return f"@{self.username}" if self.username else ""


class TikTokAccount(WorkspaceOwned, Grant, Profile):
    """A creator that the workspace may post for. One live connection per creator, across all workspaces."""

    status = models.CharField(max_length=16, choices=AccountStatus, default=AccountStatus.ACTIVE)
    status_reason = models.CharField(
        max_length=16, choices=StatusReason, default=StatusReason.NONE, blank=True
    )
    status_since = models.DateTimeField(default=timezone.now)
    status_code = models.CharField(max_length=64, blank=True, help_text="TikTok's code behind the status.")
    status_log_id = models.CharField(max_length=64, blank=True, help_text="What TikTok's support asks for.")
    generation = models.PositiveIntegerField(
        default=0, help_text="Counts the token pairs this account has had."
    )
    refresh_due_at = models.DateTimeField(null=True, help_text="When the sweep renews the pair.")
    refresh_failed_at = models.DateTimeField(null=True, help_text="Last renewal that got no usable answer.")
    refresh_failures = models.PositiveIntegerField(default=0, help_text="Such renewals in a row.")
    connected_at = models.DateTimeField(default=timezone.now)
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        verbose_name = "TikTok account"
        constraints = [
            models.UniqueConstraint(
                fields=["client_key", "open_id"],
                condition=~Q(status="disconnected"),
                name="tiktok_one_live_account_per_creator",
            ),
            models.CheckConstraint(
                condition=Q(access_token__isnull=True, refresh_token__isnull=True)
                | Q(access_token__isnull=False, refresh_token__isnull=False),
                name="tiktok_account_has_both_tokens_or_none",
            ),
            models.CheckConstraint(
                condition=Q(status="disconnected", access_token__isnull=True)
                | (~Q(status="disconnected") & Q(access_token__isnull=False)),
                name="tiktok_account_has_tokens_until_disconnected",
            ),
            models.CheckConstraint(
                condition=Q(status="active", status_reason="") | (~Q(status="active") & ~Q(status_reason="")),
                name="tiktok_account_says_why_it_is_not_active",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "status"], name="tiktok_account_of_workspace"),
            models.Index(
                fields=["refresh_due_at"], condition=Q(status="active"), name="tiktok_account_refresh_due"
            ),
        ]

    def __str__(self) -> str:
        return self.handle or str(self.pk)

    @property
    def is_active(self) -> bool:
        return self.status == AccountStatus.ACTIVE

    @property
    def avatar_url(self) -> str:
        """Our own address of the picture, empty where there is none; changes with the picture."""
        if not self.avatar:
            return ""
        place = {"workspace_slug": self.workspace.slug, "account_id": self.pk}
        return f"{reverse('account_avatar', kwargs=place)}?v={self.generation}"

    def has_access_for(self, needed: timedelta, *, now: datetime) -> bool:
        """Whether the access token outlives `needed`; reads the expiry only, opens nothing."""
        return self.access_expires_at is not None and self.access_expires_at - now >= needed


class Purpose(models.TextChoices):
    """What a trip to TikTok is for."""

    CONNECT = "connect", "Connect a creator"
    RECONNECT = "reconnect", "Renew a connection"


class OAuthState(WorkspaceOwned):
    """One trip to TikTok: who left, from which session, for which workspace. Stored hashed, used once (R-30)."""

    state_hash = models.CharField(max_length=64, unique=True)
    session_hash = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=16, choices=Purpose)
    account = models.ForeignKey(TikTokAccount, null=True, on_delete=models.CASCADE, related_name="+")
    link = models.ForeignKey(
        ConnectLink,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="The creator goes by this link; `user` is whoever made it.",
    )
    expires_at = models.DateTimeField(db_index=True)

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        verbose_name = "OAuth state"
        verbose_name_plural = "OAuth states"
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="connect", account__isnull=True)
                | Q(purpose="reconnect", account__isnull=False),
                name="tiktok_state_names_the_account_it_renews",
            ),
        ]


class PendingConnection(WorkspaceOwned, Grant, Profile):
    """A creator who came back from TikTok and waits for a person's yes; it can post nothing (R-32)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(
        TikTokAccount,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="The account to renew.",
    )
    link = models.ForeignKey(
        ConnectLink,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="The creator came by this link, and says yes; `user` is whoever made it.",
    )
    session_hash = models.CharField(max_length=64, blank=True, help_text="Of the creator who came by a link.")
    expires_at = models.DateTimeField(db_index=True)

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(link__isnull=True, session_hash="")
                | (Q(link__isnull=False, account__isnull=True) & ~Q(session_hash="")),
                name="tiktok_pending_by_link_knows_its_browser",
            ),
        ]

    @property
    def avatar_url(self) -> str:
        """Our own address of the picture, empty where there is none."""
        if self.link_id is not None:
            return reverse("guest_avatar", kwargs={"guest_id": self.pk}) if self.avatar else ""
        place = {"workspace_slug": self.workspace.slug, "pending_id": self.pk}
        return reverse("pending_avatar", kwargs=place) if self.avatar else ""


class Revocation(WorkspaceOwned, Grant):
    """A grant that we no longer use and TikTok must be told to end: an outbox row, kept 24 hours at most (R-39)."""

    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now, db_index=True)
    give_up_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        abstract = False
