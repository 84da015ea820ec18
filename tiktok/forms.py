"""What the connect button sends, and what a link for somebody else is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from tiktok.models import TikTokAccount

if TYPE_CHECKING:
    from accounts.models import Workspace


GONE = "That account is not in this workspace any more."


class AccountChoice(forms.ModelChoiceField):
    """One of the accounts that the form sets."""

    def label_from_instance(self, account: TikTokAccount) -> str:  # type: ignore[override]
        return " ".join(dict.fromkeys(part for part in (account.display_name, account.handle) if part))


class LinkForm(forms.Form):
    """`note`: whom a link is for, in the workspace's own words; `account`: the only one that it may connect."""

    account = AccountChoice(
        label="Which TikTok account?",
        queryset=TikTokAccount.objects.none(),
        required=False,
        empty_label="Any, also a new one",
        error_messages={"invalid_choice": GONE},
    )

    note = forms.CharField(
        label="Who is it for?",
        max_length=60,
        required=False,
        help_text="Only your workspace reads this.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": "Keep the note below 60 letters."},
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = TikTokAccount.objects.filter(workspace=workspace).order_by("nickname", "username", "pk")
        self.fields["account"].queryset = rows  # type: ignore[attr-defined]


class BeginForm(forms.Form):
    """`account`: the one to renew, of this workspace; empty for a new one."""

    account = forms.ModelChoiceField(queryset=TikTokAccount.objects.none(), required=False)

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = TikTokAccount.objects.filter(workspace=workspace)
        self.fields["account"].queryset = rows  # type: ignore[attr-defined]
