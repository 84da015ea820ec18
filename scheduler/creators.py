"""What a creator may post at this moment, asked of TikTok while a person waits (tiktok-api.md 5, 15 points 1 to 3).

Never a cached copy. Whatever TikTok does, the page is drawn: a look without `info` carries the sentence to show
and the one thing to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scheduler import pacing
from tiktok import alarms
from tiktok.client import CreatorInfo, Refusal, Remedy, TikTokError
from tiktok.models import TikTokAccount
from tiktok.sessions import client_for
from tiktok.tokens import NeedsReconnect
from tiktok.wiring import NotConfigured


class Next(StrEnum):
    """What a person does about a creator that cannot post now."""

    NOTHING = "nothing"  # it can
    TRY_AGAIN = "try_again"
    RECONNECT = "reconnect"
    OPERATOR = "operator"  # whoever runs this site has to enter its keys
    WAIT = "wait"  # TikTok, or the creator there, has to change something


@dataclass(frozen=True)
class CreatorLook:
    """The creator's own words for today, or why there are none."""

    info: CreatorInfo | None = None
    title: str = ""
    sentence: str = ""
    next: Next = Next.NOTHING

    def left(self, name: str) -> str:
        """The one thing that is missing, in the imperative, before that account can be scheduled for."""
        words = {
            Next.RECONNECT: f"Reconnect {name}",
            Next.TRY_AGAIN: f"Wait for TikTok about {name}, then try again",
            Next.OPERATOR: "Connect this site to TikTok",
        }
        return words.get(self.next, f"Wait for TikTok about {name}")

    @property
    def longest(self) -> str:
        """`10 min`, or `90 s`: the longest video this creator may post."""
        seconds = self.info.max_video_post_duration_sec if self.info else 0
        return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"


NEXT_BY_REMEDY = {
    Remedy.RETRY: Next.TRY_AGAIN,
    Remedy.RETRY_AFTER: Next.TRY_AGAIN,
    Remedy.RECONNECT: Next.RECONNECT,
}


def look_at(account: TikTokAccount) -> CreatorLook:
    """Ask TikTok now, with a refreshed token; at most the client's deadline (10 s).

    Counted in the account's lane, so that a page that is drawn over and over keeps no post waiting.
    """
    name = account.display_name
    if not account.may_post:
        return CreatorLook(
            title=f"{name} didn't allow us to post",
            sentence="The permission to post was left out when the account was connected.",
            next=Next.RECONNECT,
        )
    try:
        pacing.take(account, pacing.Call.INFO, leave=pacing.FOR_POSTS)
        return CreatorLook(info=client_for(account, someone_waits=True).creator_info())
    except pacing.Paced:
        return CreatorLook(
            title=f"We have asked TikTok about {name} very often",
            sentence="The next questions of this minute are kept for posts that are due. What you wrote is kept: try "
            "again in a minute, or save a draft.",
            next=Next.TRY_AGAIN,
        )
    except NeedsReconnect:
        return CreatorLook(
            title=f"We lost the connection to {name}",
            sentence="TikTok no longer accepts our access. Reconnect the account; what you write here is kept.",
            next=Next.RECONNECT,
        )
    except NotConfigured:
        return CreatorLook(
            title="This site is not connected to TikTok yet",
            sentence="Its operator has to enter the keys of a TikTok app. Drafts can be saved.",
            next=Next.OPERATOR,
        )
    except TikTokError as error:
        alarms.note(error)
        return _trouble(error, name)


def _trouble(error: TikTokError, name: str) -> CreatorLook:
    """TikTok's own refusal in the words of its code; anything else is TikTok being away."""
    if isinstance(error, Refusal) and error.row.known and error.code != "rate_limit_exceeded":
        row = error.row
        next_ = NEXT_BY_REMEDY.get(error.remedy, Next.WAIT)
        return CreatorLook(
            title=row.title.format(account=name), sentence=row.sentence.format(account=name), next=next_
        )
    return CreatorLook(
        title="TikTok does not answer properly right now",
        sentence=f"So we can't ask what {name} may post. What you wrote is kept: try again, or save a draft.",
        next=Next.TRY_AGAIN,
    )
