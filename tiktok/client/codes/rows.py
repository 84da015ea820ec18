"""One row of TikTok's code tables, and the words that such a row is made of.

A *code* is TikTok's own word (`spam_risk_text`); a *remedy* is what has to happen next; the title, the
sentence and the action are what a person reads. Where the tables stand: `tiktok/client/codes/__init__.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Remedy(StrEnum):
    """What follows a code (`tiktok-api.md` section 6.5)."""

    RETRY = "retry"  # by itself, with growing delays, a bounded number of times
    RETRY_AFTER = "retry_after"  # by itself, but not at once: a minute for a rate, hours for a daily cap
    RECONNECT = "reconnect"  # the account's posts wait until its owner connects again
    USER_FIX = "user_fix"  # a person has to change something; nothing is tried until then
    APP_CONFIG = "app_config"  # the operator has to change something; every workspace may be affected
    TERMINAL = "terminal"  # final: TikTok says not to try again


class Surface(StrEnum):
    """Where a code was met. The same code can ask for different things on different surfaces."""

    USER_INFO = "user_info"  # user and video data, section 1.4
    OAUTH = "oauth"  # exchange, refresh, revoke and the callback, section 2.4
    CREATOR_INFO = "creator_info"  # section 5
    VIDEO_INIT = "video_init"  # direct video, section 6.4 column D
    INBOX_INIT = "inbox_init"  # inbox video, section 6.4 column I
    PHOTO_INIT = "photo_init"  # photos, section 6.4 column P
    CHUNK = "chunk"  # chunk PUT, section 7.2; its codes are HTTP statuses
    STATUS = "status"  # status fetch, section 9
    FAIL_REASON = "fail_reason"  # why a post failed, section 9.1; no call failed
    CANCEL = "cancel"  # section 10
    TRANSPORT = "transport"  # no code of TikTok's: what the line itself did


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads: a title that says what happened, a sentence that says why, one next action.

    `{account}` stands for the creator's name. No code stands in any of them (`ui.md` section 3.2).
    """

    title: str
    sentence: str
    action: str


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code on one surface.

    `also` is the second half of a double remedy ("retry limited, then app configuration"); APP_CONFIG there
    means that the operator is told. `http_status` is None where the code comes without a status of its own.
    `source` is the section of `tiktok-api.md`, followed by its tags for the official pages. `known` is False
    for the row that stands in for a code outside the tables; such a row carries the code as it came.
    """

    code: str
    surface: Surface
    remedy: Remedy
    title: str
    sentence: str
    action: str
    source: str
    http_status: int | None = None
    also: Remedy | None = None
    known: bool = True


def row(
    code: str,
    surface: Surface,
    remedy: Remedy,
    words: Words,
    source: str,
    *,
    http: int | None = None,
    also: Remedy | None = None,
    known: bool = True,
) -> CodeRow:
    """A row from its code and its words."""
    return CodeRow(
        code, surface, remedy, words.title, words.sentence, words.action, source, http, also=also, known=known
    )
