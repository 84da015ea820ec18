"""Why an account's numbers are missing or old, in a sentence, with the one thing that helps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from scheduler.analytics.measuring import ACCOUNT_SCOPE, POSTS_SCOPE
from scheduler.links import PUBLIC
from scheduler.models import Reading
from tiktok.client.codes import SCOPE_CODES
from tiktok.models import AccountStatus

if TYPE_CHECKING:
    from datetime import datetime

    from scheduler.analytics.counts import Tally
    from scheduler.models import Post
    from tiktok.models import TikTokAccount

RECONNECT, WAIT, OPERATOR = "reconnect", "wait", "operator"

NOT_ALLOWED = {
    POSTS_SCOPE: "{name} didn't allow us to read its public videos, so its posts have no numbers.",
    ACCOUNT_SCOPE: "{name} didn't allow us to read its follower count, so we can't show how it grows.",
}
NOT_ASKED = {
    POSTS_SCOPE: "This server doesn't ask creators whether it may read the numbers of their posts.",
    ACCOUNT_SCOPE: "This server doesn't ask creators whether it may read their follower count.",
}


@dataclass(frozen=True)
class Obstacle:
    """One sentence and what helps: `reconnect` the account (allowing more), `wait`, or ask the `operator`."""

    sentence: str
    action: str
    account: TikTokAccount
    label: str = "Reconnect"
    at: datetime | None = None
    code: str = ""
    log_id: str = ""
    about_posts: bool = True


def of_accounts(accounts: Iterable[TikTokAccount]) -> list[Obstacle]:
    """What stands in the way of the numbers of these accounts of one workspace, each sentence once."""
    accounts = list(accounts)
    rows = Reading.objects.filter(account__in=[account.pk for account in accounts])
    readings = {reading.account_id: reading for reading in rows}
    found = [each for account in accounts for each in _of(account, readings.get(account.pk))]
    return list({(each.sentence, each.at): each for each in found}.values())


def _of(account: TikTokAccount, reading: Reading | None) -> Iterator[Obstacle]:
    name = account.display_name
    if account.status != AccountStatus.ACTIVE:
        lost = "is disconnected" if account.status == AccountStatus.DISCONNECTED else "needs reconnecting"
        yield Obstacle(f"{name} {lost}, so nothing new is counted.", RECONNECT, account)
        return
    missing = [scope for scope in (POSTS_SCOPE, ACCOUNT_SCOPE) if _is_missing(account, reading, scope)]
    for scope in missing[:1]:  # one reconnection gives both
        if scope in settings.TIKTOK_SCOPES:
            sentence = NOT_ALLOWED[scope].format(name=name)
            label = "Reconnect and allow it"
            yield Obstacle(sentence, RECONNECT, account, label, about_posts=scope == POSTS_SCOPE)
        else:
            yield Obstacle(NOT_ASKED[scope], OPERATOR, account, about_posts=scope == POSTS_SCOPE)
    if not missing and reading is not None and reading.refused_at is not None:
        yield Obstacle(
            f"TikTok didn't tell us the numbers of {name}. We ask again within the hour.",
            WAIT,
            account,
            at=reading.refused_at,
            code=reading.code,
            log_id=reading.log_id,
        )


def _is_missing(account: TikTokAccount, reading: Reading | None, scope: str) -> bool:
    """By what the creator granted, and by TikTok's later word about it, unless they connected again since."""
    if scope not in account.scopes:
        return True
    if reading is None or reading.refused_at is None or reading.scope != scope:
        return False
    return reading.code in SCOPE_CODES and account.connected_at < reading.refused_at


def of_post(post: Post, tally: Tally) -> str:
    """Why a published post has no numbers, or old ones; nothing where it has new ones. Wants its `live` attempts."""
    if tally.is_hidden:
        return "TikTok shows it no longer" if tally.counts else "TikTok doesn't show it"
    if tally.counts:
        return ""
    if any(attempt.post_ids for attempt in post.live):  # type: ignore[attr-defined]  # fetched ahead
        return "Not counted yet"
    is_for_all = post.privacy_level in {PUBLIC, ""}
    return (
        "TikTok hasn't given its number yet" if is_for_all else "Not public: TikTok counts public posts only"
    )
