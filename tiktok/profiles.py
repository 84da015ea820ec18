"""Who has just connected: name, handle and picture, from whichever call TikTok allows.

User info asks only for fields of the granted scopes; creator info fills what is missing where posting was allowed.
One of the two is enough, because user info has been refused where creator info was not (`tiktok-api.md`
section 17, quirk 20).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tiktok.client import Secret, TikTokError, UserInfo
from tiktok.models import POSTING_SCOPE
from tiktok.wiring import api_client


@dataclass(frozen=True)
class Known:
    """What a person can recognise a creator by. At least one of the names is not empty."""

    username: str
    nickname: str
    avatar_url: str


def ask(access_token: Secret, scopes: Collection[str]) -> Known:
    """Raises the `TikTokError` of user info where no call gave a name."""
    user = _user(access_token, scopes)
    if isinstance(user, UserInfo) and user.username and user.display_name and user.avatar_url:
        return Known(user.username, user.display_name, user.avatar_url)
    creator = _creator(access_token) if POSTING_SCOPE in scopes else None
    if isinstance(user, UserInfo):
        return Known(
            user.username or (creator.username if creator else ""),
            user.display_name or (creator.nickname if creator else ""),
            user.avatar_url or (creator.avatar_url if creator else ""),
        )
    if creator is None:
        raise user
    return creator


def _user(access_token: Secret, scopes: Collection[str]) -> UserInfo | TikTokError:
    try:
        return api_client().user_info(access_token, scopes=scopes)
    except TikTokError as error:
        return error


def _creator(access_token: Secret) -> Known | None:
    try:
        info = api_client().creator_info(access_token)
    except TikTokError:
        return None
    return Known(info.username, info.nickname, info.avatar_url)
