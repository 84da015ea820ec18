"""The staff's page of a connected account: how its connection went, what it allows, what of TikTok's limits is used.

Never a token. It stands here and not in `tiktok`, which knows nothing of posts and of what counts against a cap.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.models import AuditEvent
from scheduler import finding
from scheduler.clock import database_now
from scheduler.meters import meters
from tiktok.admin import TikTokAccountAdmin
from tiktok.models import TikTokAccount

LINES = 100


class AccountAdmin(TikTokAccountAdmin):
    search_fields = ["username"]  # `finding` says what is searched
    search_help_text = (
        "@handle, nickname, account id, open id, log id, post id, publish id, or e-mail of a member"
    )
    change_form_template = "admin/tiktok/tiktokaccount/change_form.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(finding.accounts_quoted(search_term)) if search_term else queryset, False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        account = kwargs["obj"]
        known = {"history": connection_history(account), "meters": meters(account, database_now())}
        return super().render_change_form(request, context | known, *args, **kwargs)


def connection_history(account: TikTokAccount) -> list[AuditEvent]:
    """What happened to the connection, newest first: who connected or ended it, and when it was lost."""
    events = AuditEvent.objects.filter(
        workspace_id=account.workspace_id, target_type=account._meta.label_lower, target_id=str(account.pk)
    )
    return list(events.select_related("by").order_by("-at")[:LINES])
