"""The staff's pages of posts: found by what a customer quotes, the life of each on one page, and what support may do.

What these pages show is states, codes and ids, never content (R-75). What is done here goes through `support`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from accounts.admin_site import TenantAdmin, TenantInline
from accounts.proof import proven_lately, same_page
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler import failing, finding, support
from scheduler.admin_bases import WithoutContent
from scheduler.clock import database_now
from scheduler.models import Post, PostEvent, PublishAttempt
from scheduler.policies import NotPossible

UNFINISHED = 422
DAYS = (1, 7, 28)


class ReasonForm(forms.Form):
    why = forms.CharField(
        label="Reason",
        max_length=300,
        help_text="The owner of the workspace reads it in the audit log, beside your name.",
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )


@dataclass(frozen=True)
class Act:
    """One thing that support may do: its words, what follows from it, whether it can be done now, and the verb."""

    name: str
    label: str
    follows: str
    done: str
    check: Callable[[Post], None]
    verb: Callable[..., Post]

    def refusal(self, post: Post) -> str:
        """Why it can't be done, in a sentence; empty where it can."""
        try:
            self.check(post)
        except NotPossible as refused:
            return str(refused)
        return ""


def _with_attempt(check: Callable[..., None], post: Post) -> None:
    check(post, support.open_attempt(post), database_now())


ACTS = {
    act.name: act
    for act in (
        Act(
            "wake",
            "Wake up",
            "The engine takes the next step of this post now, whichever its record asks for. Nothing goes out before "
            "its time, and a hold ends only where its cause has.",
            "The engine looks at it now.",
            partial(_with_attempt, support.check_can_wake),
            support.wake,
        ),
        Act(
            "hold",
            "Hold",
            "The post becomes a draft. It goes out only once somebody of its workspace schedules it again. "
            "No mail is sent: tell the customer.",
            "It is a draft now, and goes out only once its people schedule it again.",
            support.check_can_hold,
            support.hold,
        ),
        Act(
            "needs-check",
            "Mark needs check",
            "The people of the workspace are asked by mail whether the post is live, and decide on the evidence. "
            "TikTok is asked now and then all the same, and its word settles it.",
            "Its people are asked whether it is live.",
            partial(_with_attempt, support.check_can_mark_needs_check),
            support.mark_needs_check,
        ),
    )
}


class StuckFilter(admin.SimpleListFilter):
    """`?stuck=45`: posts that the engine should have been done with for more than so many minutes."""

    title = "stuck longer than"
    parameter_name = "stuck"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("5", "5 minutes"), ("15", "15 minutes"), ("60", "an hour"), ("1440", "a day")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = self.value() or ""
        if not asked.isdecimal() or len(asked) > 6:
            return queryset
        return queryset.filter(failing.stuck(timedelta(minutes=int(asked)), database_now()))


class AttemptInline(TenantInline):
    model = PublishAttempt
    ordering = ("number",)
    verbose_name_plural = "attempts at TikTok"


class EventInline(TenantInline):
    model = PostEvent
    ordering = ("at", "pk")
    verbose_name_plural = "timeline"


class PostAdmin(WithoutContent, TenantAdmin):
    """One post: its row, its attempts, its events, and three things that support may do, each with a reason."""

    list_display = ("id", "workspace", "account", "status", "hold", "reason", "code", "log_id", "due_at")
    list_filter = [StuckFilter, "status", "hold", "reason", "workspace"]
    list_select_related = ("workspace", "account")
    search_fields = ("pk",)  # `finding` says what is searched
    search_help_text = "Post id, publish id, TikTok's log id or post id, @handle, e-mail of whoever wrote it"
    date_hierarchy = "due_at"
    inlines: ClassVar[list[Any]] = [AttemptInline, EventInline]
    change_form_template = "admin/scheduler/post/change_form.html"
    change_list_template = "admin/scheduler/post/change_list.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(finding.posts_quoted(search_term)) if search_term else queryset, False

    def get_urls(self) -> list[Any]:
        guarded, asks = self.admin_site.admin_view, proven_lately(same_page)
        own = [
            path("failing/", guarded(require_safe(self.failing_view)), name="scheduler_post_failing"),
            path(
                "<uuid:post_id>/act/<slug:act_name>/",
                guarded(require_http_methods(["GET", "HEAD", "POST"])(asks(self.act_view))),
                name="scheduler_post_act",
            ),
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        post = kwargs["obj"]
        acts = [(act, act.refusal(post)) for act in ACTS.values()]
        return super().render_change_form(request, context | {"acts": acts}, *args, **kwargs)

    def failing_view(self, request: HttpRequest) -> HttpResponse:
        """`?days=7`: what did not go out, or waits, by cause."""
        asked = request.GET.get("days", "")
        days = int(asked) if asked in {str(each) for each in DAYS} else DAYS[0]
        now = database_now()
        with cross_tenant(CrossTenant.ADMIN):
            failures = failing.failing(now - timedelta(days=days), now)
        context = {"failures": failures, "days": days, "choices": DAYS, "since": now - timedelta(days=days)}
        return self._page(request, "failing", "Failing, by code", context)

    def act_view(self, request: HttpRequest, post_id: UUID, act_name: str) -> HttpResponse:
        """GET asks for the reason; POST does it, for staff who gave their password lately, and leads to the post."""
        act = ACTS.get(act_name)
        if act is None:
            raise Http404("No such act.")
        with cross_tenant(CrossTenant.ADMIN):
            post = get_object_or_404(Post, pk=post_id)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        with workspace_scope(post.workspace_id):
            if form.is_valid():
                return self._do(request, act, post, form.cleaned_data["why"])
            context = {"act": act, "post": post, "form": form, "refusal": act.refusal(post)}
            status = UNFINISHED if form.is_bound else 200
            return self._page(request, "act", act.label, context, status=status)

    def _do(self, request: HttpRequest, act: Act, post: Post, why: str) -> HttpResponse:
        try:
            act.verb(post=post, by=request.user, why=why)
        except NotPossible as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, act.done)
        return redirect("admin:scheduler_post_change", post.pk)

    def _page(
        self, request: HttpRequest, name: str, title: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        known = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return render(request, f"admin/scheduler/post/{name}.html", known | context, status=status)
