"""What a person chooses for one creator: who can watch, what viewers may do, what is disclosed.

A post for one account has these among its other fields. For several accounts each has its own set, since TikTok
offers each creator something else: the first without a prefix, the others with the account's id before the name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from django.http import QueryDict

MOST_ACCOUNTS = 20
"""Of one composer: each is asked of TikTok while a person waits."""


class CreatorForm(forms.Form):
    """Nothing is preset: no audience, no interaction, no label (tiktok-api.md 15 points 6, 8, 11 and 12)."""

    privacy_level = forms.CharField(required=False, max_length=32)
    allow_comment = forms.BooleanField(required=False)
    allow_duet = forms.BooleanField(required=False)
    allow_stitch = forms.BooleanField(required=False)
    disclose = forms.BooleanField(required=False)
    brand_organic = forms.BooleanField(required=False)
    brand_content = forms.BooleanField(required=False)
    slot = forms.CharField(required=False, max_length=40)

    @property
    def lead(self) -> str:
        """What stands before the names of its fields in the page."""
        return f"{self.prefix}-" if self.prefix else ""

    def choices_of_creator(self) -> dict[str, Any]:
        """The columns of a post; valid forms only."""
        return {name: self.cleaned_data[name] for name in CreatorForm.base_fields if name != "slot"}


def accounts_in(data: QueryDict) -> list[str]:
    """The ids of the accounts that a form is for, first the one without a prefix; each once."""
    named = [data.get("account", ""), *data.getlist("also")]
    return list(dict.fromkeys(account for account in named if account))[:MOST_ACCOUNTS]


def with_accounts(data: QueryDict, accounts: Sequence[str]) -> QueryDict:
    """The same form for these accounts: what was chosen for one stays with it."""
    changed = data.copy()
    chosen = {account: _take(changed, _lead(accounts_in(data), account)) for account in accounts_in(data)}
    changed["account"] = accounts[0] if accounts else ""
    changed.pop("also", None)
    if accounts[1:]:
        changed.setlist("also", list(accounts[1:]))
    for account in accounts:
        for name, values in chosen.get(account, {}).items():
            changed.setlist(_lead(accounts, account) + name, values)
    return changed


def _lead(accounts: Sequence[str], account: str) -> str:
    return "" if accounts[0] == account else f"{account}-"


def _take(data: QueryDict, lead: str) -> dict[str, list[str]]:
    """Removes and returns the fields of one creator."""
    names = [name for name in CreatorForm.base_fields if lead + name in data]
    return {name: data.pop(lead + name) for name in names}
