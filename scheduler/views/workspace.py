"""The page "Settings" of a workspace: its name, the zone its posts are planned in, and who is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import membership
from accounts.access import workspace_required
from accounts.forms import zone_choices
from accounts.models import Workspace
from accounts.permissions import Action
from accounts.templatetags.ui import local, zone_label
from scheduler import rezoning
from scheduler.models import Post
from scheduler.rezoning import Keep

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest

UNFINISHED = 422


class Answer(NamedTuple):
    """One way to treat planned posts, and what it means for the next of them."""

    value: Keep
    title: str
    detail: str


class WorkspaceForm(forms.ModelForm):
    """Name and zone. Where another zone would move planned posts, `keep` has to be chosen, and only then is shown.

    `was` is the zone that the page was drawn with: somebody else may have changed it since, and whoever did not touch
    it does not change it back.
    """

    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=zone_choices,
        help_text="Posts are planned in this zone, posting slots and recurring posts too.",
    )
    keep = forms.ChoiceField(
        required=False, widget=forms.RadioSelect(), choices=[(each, each) for each in Keep]
    )

    class Meta:
        model = Workspace
        fields = ["name", "time_zone"]
        labels = {"name": "Workspace name"}
        help_texts = {"name": "Its address stays as it is."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was = self.instance.time_zone
        if (
            self.was not in _known_zones()
        ):  # named in the admin, as it may be; saving the name must not change it
            self.fields["time_zone"].choices = [(self.was, self.was), *zone_choices()]  # type: ignore[attr-defined]
        drawn_with = self.data.get("was", self.was)
        self.is_stale = drawn_with != self.was
        if self.is_stale and self.data.get("time_zone") == drawn_with:
            self.data = dict(self.data.items()) | {"time_zone": self.was}
        chosen = self.data.get("time_zone") or self.initial["time_zone"]
        self.answers = _answers(self.instance, chosen)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.is_stale and cleaned.get("time_zone", self.was) != self.was:
            self.add_error(
                "time_zone",
                f"Somebody else has set {zone_label(self.was)} meanwhile. Save again to replace it.",
            )
        if self.answers and not cleaned.get("keep"):
            self.add_error("keep", "Choose what they keep.")
        return cleaned


def _known_zones() -> set[str]:
    return {name for _, region in zone_choices() for name, _ in region}


def _answers(workspace: Workspace, zone: str) -> list[Answer]:
    """None where no planned post would move."""
    was = workspace.time_zone
    told = rezoning.preview(workspace, zone) if zone != was and zone in _known_zones() else None
    if told is None:
        return []
    return [
        Answer(
            Keep.MOMENT,
            "Their moment",
            f"They go out when they would have. The next one, {local(told.was, was)} ({zone_label(was)}), is then "
            f"shown as {local(told.was, zone)} ({zone_label(zone)}).",
        ),
        Answer(
            Keep.CLOCK,
            "Their clock time",
            f"The next one goes out at {local(told.now, zone)} ({zone_label(zone)}). "
            f"That is {local(told.now, was)} ({zone_label(was)}).{_left(told.left)}",
        ),
    ]


def _left(count: int) -> str:
    if not count:
        return ""
    whose = "One post keeps its" if count == 1 else f"{count} posts keep their"
    return f" {whose} moment: on the new clock it would have passed already."


@workspace_required(Action.MANAGE)
@require_http_methods(["GET", "POST"])
def workspace_settings(request: WorkspaceRequest, workspace_slug: str) -> HttpResponse:
    """Shows the page; a POST sets name and zone. To htmx, what choosing `time_zone` asks."""
    # A copy: a form writes what was typed to its instance, refused or not, and the page shows the workspace's own.
    workspace = Workspace.objects.get(pk=request.workspace.pk)
    if request.method == "GET" and request.htmx and "time_zone" in request.GET:
        chosen = {name: request.GET.get(name) for name in ("time_zone", "keep")}
        asked = WorkspaceForm(instance=workspace, initial=chosen)
        return render(request, "scheduler/settings/_zone.html", {"form": asked})
    if request.method == "GET":
        return _show(request, WorkspaceForm(instance=workspace))
    form = WorkspaceForm(request.POST, instance=workspace)
    if not form.is_valid():
        return _show(request, form, status=UNFINISHED)
    moved, left = _save(request, form.cleaned_data)
    messages.success(request, "Saved." if not moved else f"Saved. {_count(moved)} at another moment now.")
    if left:
        messages.warning(
            request, f"{_count(left)} at the old moment: on the new clock it would have passed already."
        )
    return redirect("workspace_settings", workspace_slug=request.workspace.slug)


def _save(request: WorkspaceRequest, wanted: dict[str, Any]) -> tuple[list[Post], list[Post]]:
    workspace = request.workspace
    with transaction.atomic():
        if wanted["name"] != workspace.name:
            membership.rename_workspace(workspace=workspace, name=wanted["name"], by=request.user)
        if wanted["time_zone"] == workspace.time_zone:
            return [], []
        keep = Keep(wanted["keep"] or Keep.MOMENT)
        return rezoning.change_zone(
            workspace=workspace, time_zone=wanted["time_zone"], keep=keep, by=request.user
        )


def _count(posts: list[Post]) -> str:
    return f"{len(posts)} posts go out" if len(posts) > 1 else "One post goes out"


def _show(request: WorkspaceRequest, form: WorkspaceForm, *, status: int = 200) -> HttpResponse:
    members = request.workspace.memberships.select_related("user").order_by("created_at", "pk")
    return render(
        request, "scheduler/settings/workspace.html", {"form": form, "members": members}, status=status
    )
