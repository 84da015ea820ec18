"""Why a creator was not connected, in sentences that a person reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tiktok.client import Surface, TikTokError, row_for

if TYPE_CHECKING:
    from accounts.models import Workspace
    from tiktok.models import PendingConnection, TikTokAccount

NOT_A_TARGET = (
    "TikTok's sandbox lets in only the accounts on its list of target users. Add this one in TikTok's developer "
    "portal; it can take an hour to count."
)
CANCELLED = "You cancelled on TikTok's page, so nothing was connected."
MISCONFIGURED = (
    "TikTok didn't accept this server's app settings, so nothing was connected. Tell whoever runs it."
)
TOO_LATE = "TikTok's permission for this attempt had run out before we could use it. Connect again."

SENTENCES_BY_TYPE = {
    "non_sandbox_target": NOT_A_TARGET,
    "redirect_uri": MISCONFIGURED,
    "client_key": MISCONFIGURED,
    "code_challenge": MISCONFIGURED,
    "code_challenge_method": MISCONFIGURED,
}


class ConnectRefused(Exception):
    """Nothing was connected; the message is a sentence for the person, to be shown in `workspace`.

    `by_link`: to a creator who is no member, and sees nothing of the workspace.
    """

    def __init__(self, sentence: str, workspace: Workspace, *, by_link: bool = False) -> None:
        super().__init__(sentence)
        self.workspace = workspace
        self.by_link = by_link


class AnotherCreator(Exception):
    """Someone else came back than the creator to renew: `expected` stays as it was, `came` is not kept.

    `by_link`: told to a creator who is no member.
    """

    def __init__(self, *, expected: TikTokAccount, came: PendingConnection, by_link: bool = False) -> None:
        super().__init__("Another creator came back than the one to renew.")
        self.expected = expected
        self.came = came
        self.by_link = by_link


class HeldElsewhere(Exception):
    """Another workspace has a live connection to this creator."""


class PendingGone(Exception):
    """The pending connection was confirmed, cancelled, or not confirmed in time."""


def sentence_for(answer: Mapping[str, str]) -> str:
    """For a redirect without a code. `error_type` tells what `error` hides (`tiktok-api.md` section 2.2)."""
    error, kind = answer.get("error", ""), answer.get("error_type", "")
    if kind in SENTENCES_BY_TYPE:
        return SENTENCES_BY_TYPE[kind]
    if error == "access_denied":
        return CANCELLED
    return row_for(error or "invalid_request", Surface.OAUTH).sentence.replace("{account}", "this account")


def sentence_of(error: TikTokError) -> str:
    """For a call that failed on the way back."""
    if error.code == "invalid_grant":
        return TOO_LATE
    return error.row.sentence.replace("{account}", "this account")
