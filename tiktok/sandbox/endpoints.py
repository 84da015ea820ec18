"""The doors that TikTok has, each with the name that faults, limits and the request list use for it."""

from __future__ import annotations

from enum import StrEnum


class Endpoint(StrEnum):
    """One value per call of the contract; `COMMIT` is an `UPLOAD` that carries the last byte.

    `PULL` and `WEBHOOK` are the calls that TikTok makes: they have no route and can only be the aim of a fault.
    """

    AUTHORIZE = "authorize"  # 2.1, the page a person sees
    TOKEN = "token"  # 2.3, exchange and refresh
    REVOKE = "revoke"  # 2.5
    USER_INFO = "user_info"  # 4
    CREATOR_INFO = "creator_info"  # 5
    VIDEO_INIT = "video_init"  # 6.1, direct post
    INBOX_INIT = "inbox_init"  # 6.2
    PHOTO_INIT = "photo_init"  # 8
    UPLOAD = "upload"  # 7.2, the path is ours: TikTok's is opaque
    COMMIT = "commit"
    STATUS = "status"  # 9
    CANCEL = "cancel"  # 10
    VIDEO_LIST = "video_list"  # 13.1
    VIDEO_QUERY = "video_query"  # 13.2
    PULL = "pull"  # 7.3
    WEBHOOK = "webhook"  # 12


ROUTES: dict[Endpoint, tuple[str, str]] = {
    Endpoint.AUTHORIZE: ("GET", "/v2/auth/authorize/"),
    Endpoint.TOKEN: ("POST", "/v2/oauth/token/"),
    Endpoint.REVOKE: ("POST", "/v2/oauth/revoke/"),
    Endpoint.USER_INFO: ("GET", "/v2/user/info/"),
    Endpoint.CREATOR_INFO: ("POST", "/v2/post/publish/creator_info/query/"),
    Endpoint.VIDEO_INIT: ("POST", "/v2/post/publish/video/init/"),
    Endpoint.INBOX_INIT: ("POST", "/v2/post/publish/inbox/video/init/"),
    Endpoint.PHOTO_INIT: ("POST", "/v2/post/publish/content/init/"),
    Endpoint.UPLOAD: ("PUT", "/upload/"),
    Endpoint.STATUS: ("POST", "/v2/post/publish/status/fetch/"),
    Endpoint.CANCEL: ("POST", "/v2/post/publish/cancel/"),
    Endpoint.VIDEO_LIST: ("POST", "/v2/video/list/"),
    Endpoint.VIDEO_QUERY: ("POST", "/v2/video/query/"),
}
PATHS = {path: endpoint for endpoint, (_, path) in ROUTES.items()}

OAUTH_ENDPOINTS = frozenset({Endpoint.TOKEN, Endpoint.REVOKE})
UPLOAD_ENDPOINTS = frozenset({Endpoint.UPLOAD, Endpoint.COMMIT})
ABOUT_A_PUBLISH = frozenset({Endpoint.STATUS, Endpoint.CANCEL})

# Scopes that an app may ask for (contract section 3), each as the consent page words it.
SCOPES: dict[str, str] = {
    "user.info.basic": "Read your profile name and picture",
    "user.info.profile": "Read your username, bio and profile link",
    "user.info.stats": "Read your follower, like and video counts",
    "video.publish": "Post videos and photos to your profile",
    "video.upload": "Send drafts to your inbox",
    "video.list": "Read your public videos",
}
BASIC_SCOPE = "user.info.basic"  # comes with Login Kit, so the consent page never drops it
