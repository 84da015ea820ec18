"""What in TikTok's answers is for whoever runs this installation: how the app is set up, and codes that nobody knows.

They are told once of each code in a day, however many posts of however many workspaces meet it; what the people of a
workspace read meanwhile says so (`client.codes.words`). That TikTok's cap on creators is reached has a memory of its
own (`scheduler.caps`).
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

from accounts.operators import tell_operator
from tiktok.client import Remedy, Surface, row_for

if TYPE_CHECKING:
    from tiktok.client import TikTokError
    from tiktok.client.codes import CodeRow

SAME_NEWS = timedelta(days=1)

NO_NEWS = frozenset({"reached_active_user_cap", "429"})
"""The cap is told of by whoever waits for it; a chunk's 429 stands in no table, and means what it says."""

LONGEST_CODE = 64

KEYS = (
    "Check TIKTOK_CLIENT_KEY and TIKTOK_CLIENT_SECRET: they belong together, and to the app that is approved."
)
FETCHES = (
    "TikTok could not fetch media from this server. It must be reachable from the internet at PUBLIC_BASE_URL over "
    "https, without a redirect or a bot check."
)
ADVICE = {
    "invalid_client": KEYS,
    "unauthorized_client": KEYS,
    "invalid_scope": "TIKTOK_SCOPES asks for a scope that the app is not approved for.",
    "url_ownership_unverified": (
        "Verify the address of PUBLIC_BASE_URL as a URL property of the app, in TikTok's developer portal."
    ),
    "unaudited_client_can_only_post_to_private_accounts": (
        "Until TikTok has audited the app, it posts to private accounts only. Apply for the audit, or have the "
        "creators make their accounts private."
    ),
    "privacy_level_option_mismatch": (
        "A post asked for an audience that TikTok doesn't offer its creator. TikTok counts such requests against the "
        "app; this server asks what is offered before each post."
    ),
    "video_pull_failed": FETCHES,
    "photo_pull_failed": FETCHES,
}
"""What to do about a code (tiktok-api.md 2.4, 6.4, 9.1)."""

UNKNOWN = "This code stands in no table of this version. Whatever met it says so on its page."
OTHERWISE = "It is about this app and not about one creator or one post."

logger = logging.getLogger(__name__)


def note(error: TikTokError) -> None:
    """Tell the operator of this error where it is theirs; the mail is sent apart, once the change around is true."""
    note_code(error.code, error.surface, log_id=error.log_id)


def note_code(code: str, surface: Surface, *, log_id: str = "") -> None:
    """The same for a code that came without an error: in a redirect, or as the reason why a post failed."""
    row = row_for(_tidy(code), surface)
    if row.code and row.code not in NO_NEWS and is_operators(row):
        _tell_of(row, log_id)


def is_operators(row: CodeRow) -> bool:
    """Whether only the operator can mend it, or is to look at it besides."""
    return not row.known or Remedy.APP_CONFIG in {row.remedy, row.also}


def tell_once(news: str, subject: str, text: str) -> None:
    """Tell the operator, once of each `news` in a day, when the change around is true."""

    def tell() -> None:
        if _is_news(news):
            tell_operator(subject, text)

    transaction.on_commit(tell, robust=True)


def _tell_of(row: CodeRow, log_id: str) -> None:
    about = ADVICE.get(row.code, OTHERWISE) if row.known else UNKNOWN
    said = f"TikTok answered {row.code} ({row.surface}, log id {log_id or 'none'})."
    tell_once(row.code, f"TikTok answered {row.code}", f"{said}\n\n{about}")


def _is_news(news: str) -> bool:
    """Remembered in the cache: were that lost, the operator would hear twice, and never not at all."""
    try:
        return bool(cache.add(key_of(news), 1, SAME_NEWS.total_seconds()))
    except RedisError as error:
        logger.warning("Not known whether the operator was told of %s: %s", news, error)
        return True


def key_of(news: str) -> str:
    """Under which the cache remembers that the operator was told."""
    return f"operator_told:{hashlib.sha256(news.encode()).hexdigest()}"


def _tidy(code: str) -> str:
    """A redirect is typed by anybody; the word becomes the subject of a mail."""
    return "".join(letter if letter.isprintable() else " " for letter in code[:LONGEST_CODE]).strip()
