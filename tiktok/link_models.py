"""A link by which a creator who has no account here connects theirs: who asks, until when, and what became of it.

It differs from `OAuthState`, which is one trip to TikTok: a link may see several before it is used up by a yes.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.tenancy import WorkspaceOwned


class LinkState(models.TextChoices):
    """What a link is good for."""

    OPEN = "open", "Waiting"
    USED = "used", "Connected"
    REVOKED = "revoked", "Withdrawn"
    EXPIRED = "expired", "Ran out"


class ConnectLink(WorkspaceOwned):
    """Good until it expires, is withdrawn, or one creator was connected by it. The token is kept as a hash only.

    Made for one account (`wanted`), it connects no other.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(max_length=60, blank=True, help_text="Whom it is for; the creator never sees it.")
    wanted = models.ForeignKey(
        "tiktok.TikTokAccount",
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="The only one that it may connect; empty: any creator.",
    )
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    account = models.ForeignKey(
        "tiktok.TikTokAccount",
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="What it connected.",
    )

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
                name="tiktok_link_is_used_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, account__isnull=True)
                | Q(used_at__isnull=False, account__isnull=False),
                name="tiktok_link_says_what_it_connected",
            ),
        ]

    @property
    def state(self) -> LinkState:
        if self.used_at is not None:
            return LinkState.USED
        if self.revoked_at is not None:
            return LinkState.REVOKED
        return LinkState.EXPIRED if self.expires_at <= timezone.now() else LinkState.OPEN
