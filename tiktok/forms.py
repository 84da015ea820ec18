"""What the connect button sends, and what a link for somebody else is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from tiktok.models import TikTokAccount

if TYPE_CHECKING:
    from accounts.models import Workspace


class LinkForm(forms.Form):
    """`note`: whom a link is for, in the workspace's own words."""

    note = forms.CharField(
        label="Who is it for?",
        max_length=60,
        required=False,
        help_text="Only your workspace reads this.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class BeginForm(forms.Form):
    """`account`: the one to renew, of this workspace; empty for a new one."""

    account = forms.ModelChoiceField(queryset=TikTokAccount.objects.none(), required=False)

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = TikTokAccount.objects.filter(workspace=workspace)
        self.fields["account"].queryset = rows  # type: ignore[attr-defined]
