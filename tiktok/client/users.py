"""User info: who a token belongs to, and how many follow them (`tiktok-api.md` section 4).

One endpoint, two questions: names are asked for when somebody connects, counts again and again.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from tiktok.client import fields
from tiktok.client.codes import Surface
from tiktok.client.envelope import read_data
from tiktok.client.secret import Secret
from tiktok.client.types import AccountCounts, UserInfo
from tiktok.client.wire import Request, Response, get

PATH: Final = "/v2/user/info/"

# One field outside the granted scopes fails the whole call (section 17, quirk 9).
FIELDS_BY_SCOPE: Final = {
    "user.info.basic": ("open_id", "union_id", "avatar_url", "display_name"),
    "user.info.profile": ("username",),
}

# Of the scope `user.info.stats`.
COUNTS: Final = ("follower_count", "following_count", "likes_count", "video_count")


def fields_for(scopes: Collection[str]) -> tuple[str, ...]:
    """What may be asked for; without any scope the id alone, which TikTok refuses in its own words."""
    granted = [name for scope, names in FIELDS_BY_SCOPE.items() if scope in scopes for name in names]
    return tuple(granted) or ("open_id",)


def build_user_info(api_base_url: str, access_token: Secret, scopes: Collection[str]) -> Request:
    """A GET that names its fields in the query."""
    return get(f"{api_base_url}{PATH}?fields={','.join(fields_for(scopes))}", access_token=access_token)


def parse_user_info(response: Response) -> UserInfo:
    """The account; key it on `open_id`, since a username can change."""
    user = read_data(response, Surface.USER_INFO).data.get("user")
    data = user if isinstance(user, dict) else {}
    return UserInfo(
        open_id=fields.required_text(data, "open_id"),
        union_id=fields.optional_text(data, "union_id"),
        display_name=fields.optional_text(data, "display_name"),
        avatar_url=fields.optional_text(data, "avatar_url"),
        username=fields.optional_text(data, "username") or None,
    )


def build_account_counts(api_base_url: str, access_token: Secret) -> Request:
    """A GET of the counts alone; without their scope TikTok refuses it in its own words."""
    return get(f"{api_base_url}{PATH}?fields={','.join(COUNTS)}", access_token=access_token)


def parse_account_counts(response: Response) -> AccountCounts:
    """What TikTok tells; empty counts have been seen in place of a refusal, and stay None."""
    user = read_data(response, Surface.USER_INFO).data.get("user")
    data = user if isinstance(user, dict) else {}
    return AccountCounts(**{name: fields.whole(data.get(name)) for name in COUNTS})
