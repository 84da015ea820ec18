"""User info (contract 4) and creator info (contract 5): the same person, once as a user, once as one who may post."""

from __future__ import annotations

import time

from aiohttp import web

from .access import admit, creator_of, require_scope
from .context import origin_of, sandbox_of
from .creators import Creator
from .endpoints import Endpoint
from .envelopes import Refusal, ok
from .grants import Grant
from .limits import posting_refusal
from .posts import public_ids

# Field to the scope it needs (contract 4).
USER_FIELDS: dict[str, str] = {
    "open_id": "user.info.basic",
    "union_id": "user.info.basic",
    "avatar_url": "user.info.basic",
    "avatar_url_100": "user.info.basic",
    "avatar_large_url": "user.info.basic",
    "display_name": "user.info.basic",
    "bio_description": "user.info.profile",
    "profile_deep_link": "user.info.profile",
    "username": "user.info.profile",
    "is_verified": "user.info.profile",
    "follower_count": "user.info.stats",
    "following_count": "user.info.stats",
    "likes_count": "user.info.stats",
    "video_count": "user.info.stats",
}


async def user_info(request: web.Request) -> web.Response:
    """`GET /v2/user/info/?fields=…`: one field outside the granted scopes fails the whole call."""
    grant = admit(request, Endpoint.USER_INFO)
    fields = [name for name in request.query.get("fields", "").split(",") if name]
    unknown = [name for name in fields if name not in USER_FIELDS]
    if unknown or not fields:
        raise Refusal("invalid_params", f"Fields is required and must be valid: {','.join(unknown)}")
    for name in fields:
        require_scope(grant, USER_FIELDS[name])
    known = _user(request, grant)
    return ok({"user": {name: known[name] for name in fields}})


async def creator_info(request: web.Request) -> web.Response:
    """`POST /v2/post/publish/creator_info/query/`: who cannot post now is told so with HTTP 200."""
    grant = admit(request, Endpoint.CREATOR_INFO, any_of=("video.publish",))
    creator, sandbox = creator_of(request, grant), sandbox_of(request)
    code = posting_refusal(creator, sandbox.activity, settings=sandbox.store.state.settings, now=time.time())
    if code is not None:
        raise Refusal(code, http_status=200)
    return ok(
        {
            "creator_avatar_url": avatar_url(request, creator),
            "creator_username": creator.username,
            "creator_nickname": creator.nickname,
            "privacy_level_options": creator.options(),
            "comment_disabled": creator.comment_disabled,
            "duet_disabled": creator.duet_disabled or creator.private,
            "stitch_disabled": creator.stitch_disabled or creator.private,
            "max_video_post_duration_sec": creator.max_video_post_duration_sec,
        }
    )


def avatar_url(request: web.Request, creator: Creator) -> str:
    return f"{origin_of(request)}/avatars/{creator.username}.png"


def _user(request: web.Request, grant: Grant) -> dict[str, object]:
    creator, store, now = creator_of(request, grant), sandbox_of(request).store, time.time()
    avatar = avatar_url(request, creator)
    mine = store.by_creator.get(creator.username, [])
    return {
        "open_id": creator.open_id(grant.client_key),
        "union_id": creator.union_id(),
        "avatar_url": avatar,
        "avatar_url_100": avatar,
        "avatar_large_url": avatar,
        "display_name": creator.nickname,
        "bio_description": creator.bio,
        "profile_deep_link": f"{origin_of(request)}/@{creator.username}",
        "username": creator.username,
        "is_verified": False,
        "follower_count": creator.followers,
        "following_count": creator.following,
        "likes_count": creator.likes,
        "video_count": sum(len(public_ids(publish, now)) for publish in mine),
    }
