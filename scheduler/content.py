"""What the content of a post must satisfy before it may be scheduled or sent, and the digest of what was agreed to.

Whether a person may act on a post in its state is `policies`. Rules follow kind and mode: only what TikTok takes for
a post of that kind and mode counts, and so only that is agreed to. No query, no clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from scheduler.models.media import MediaStatus
from scheduler.states import EXPLANATIONS, PostKind, PostMode, Reason

if TYPE_CHECKING:
    from scheduler.models import Media, Post
    from tiktok.client.types import CreatorInfo

CAPTION_LIMIT = 2200
DESCRIPTION_LIMIT = 4000
TITLE_LIMIT = 90
"""UTF-16 code units: of a video's caption (tiktok-api.md 6.1), of photos' description and title (8)."""

MOST_IMAGES = 35

PRIVACY_LABELS = {
    "PUBLIC_TO_EVERYONE": "Everyone",
    "MUTUAL_FOLLOW_FRIENDS": "Friends",
    "FOLLOWER_OF_CREATOR": "Followers",
    "SELF_ONLY": "Only me",
}
"""Words for the values of tiktok-api.md 5; which of them are offered is TikTok's answer, never this table."""

NOT_FOR_BRANDED = {
    "SELF_ONLY": "Branded content visibility cannot be set to private.",
    "FOLLOWER_OF_CREATOR": "Branded content can be shown to everyone or to friends only.",
}
"""Branded content is for the public or friends: why not for these (tiktok-api.md 6.1, 15 points 20 to 23)."""

SCOPES = {PostMode.DIRECT: "video.publish", PostMode.INBOX: "video.upload"}
"""What a creator must have granted (tiktok-api.md 3)."""

INTERACTIONS = (("allow_comment", "comments"), ("allow_duet", "duets"), ("allow_stitch", "stitches"))

ONLY_DIRECT: dict[str, Any] = {
    "privacy_level": "",
    "allow_comment": False,
    "disclose": False,
    "brand_organic": False,
    "brand_content": False,
    "auto_add_music": False,
}
ONLY_VIDEO: dict[str, Any] = {
    "media": None,
    "allow_duet": False,
    "allow_stitch": False,
    "is_aigc": False,
    "cover_timestamp_ms": None,
}
ONLY_PHOTOS: dict[str, Any] = {"images": [], "title": "", "cover_index": 0, "auto_add_music": False}
"""Columns that mean nothing elsewhere, with the value for "not chosen" (tiktok-api.md 6 and 8)."""


@dataclass(frozen=True)
class Problem:
    """One thing to mend before a post may be scheduled: the field's name and a sentence."""

    field: str
    sentence: str
    reason: Reason | None = None


class ContentRefused(Exception):
    """The content may not be posted as it is; `problems` says what to mend, field by field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems


def utf16_length(text: str) -> int:
    """Length as TikTok and JavaScript count it: an emoji outside the basic plane counts two."""
    return len(text.encode("utf-16-le")) // 2


def privacy_label(level: str) -> str:
    return PRIVACY_LABELS.get(level, level.replace("_", " ").capitalize())


def clock_length(seconds: float) -> str:
    """As a player shows it: 12:04."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def is_photos(post: Post) -> bool:
    return post.kind == PostKind.PHOTO


def is_draft_for_app(post: Post) -> bool:
    """Whether the creator finishes it in the TikTok app."""
    return post.mode == PostMode.INBOX


def not_sent(kind: str, mode: str) -> dict[str, Any]:
    """The columns that a post of this kind and mode does not have, each with its empty value."""
    empty = ONLY_VIDEO if kind == PostKind.PHOTO else ONLY_PHOTOS
    if mode != PostMode.INBOX:
        return dict(empty)
    words = {} if kind == PostKind.PHOTO else {"caption": "", "is_aigc": False, "cover_timestamp_ms": None}
    return empty | ONLY_DIRECT | {"allow_duet": False, "allow_stitch": False} | words


# --- what must be mended


def content_problems(
    post: Post, creator: CreatorInfo | None, media: Media | None, images: Sequence[Media] = ()
) -> list[Problem]:
    """Everything to mend before this may be scheduled or sent. Drafts for the app are not asked of a `creator`."""
    files = image_problems(post, images) if is_photos(post) else media_problems(media, creator)
    direct = creator_problems(post, creator) if creator and not is_draft_for_app(post) else []
    return [*account_problems(post), *files, *own_problems(post), *direct]


def account_problems(post: Post) -> list[Problem]:
    """The permission that a post of this mode needs; a creator may leave each of them out (tiktok-api.md 3)."""
    if scope_granted(post):
        return []
    assert post.account is not None
    told = EXPLANATIONS[Reason.SCOPE_MISSING]
    name = post.account.display_name
    return [
        Problem("account", f"{told.title}. {told.sentence}".format(account=name), Reason.SCOPE_MISSING),
    ]


def scope_granted(post: Post) -> bool:
    return post.account is None or SCOPES[PostMode(post.mode)] in post.account.scopes


def own_problems(post: Post) -> list[Problem]:
    """Rules that hold whatever the creator's settings are (tiktok-api.md 6.1, 8 and 15)."""
    words = _word_problems(post)
    return words if is_draft_for_app(post) else [*words, *_label_problems(post), *_unaudited_problems(post)]


def _word_problems(post: Post) -> list[Problem]:
    if not is_photos(post):
        return [] if is_draft_for_app(post) else _too_long("caption", "caption", post.caption, CAPTION_LIMIT)
    return [
        *_too_long("title", "title", post.title, TITLE_LIMIT),
        *_too_long("caption", "description", post.caption, DESCRIPTION_LIMIT),
    ]


def _too_long(field: str, name: str, text: str, limit: int) -> list[Problem]:
    over = utf16_length(text) - limit
    if over <= 0:
        return []
    return [
        Problem(field, f"The {name} is {over:,} characters over TikTok's limit of {limit:,}. Shorten it.")
    ]


def _label_problems(post: Post) -> list[Problem]:
    problems = []
    if post.disclose and not (post.brand_organic or post.brand_content):
        problems.append(
            Problem(
                "disclose",
                "You need to indicate if your content promotes yourself, a third party, or both.",
            )
        )
    if (post.brand_organic or post.brand_content) and not post.disclose:
        problems.append(Problem("disclose", "Turn on the disclosure to label the post as promotional."))
    if post.brand_content and post.privacy_level in NOT_FOR_BRANDED:
        problems.append(Problem("privacy_level", NOT_FOR_BRANDED[post.privacy_level]))
    return problems


def _unaudited_problems(post: Post) -> list[Problem]:
    """Before its audit an app may post for "only me" alone (tiktok-api.md 6.4)."""
    if settings.TIKTOK_APP_AUDITED or post.privacy_level in {"", "SELF_ONLY"}:
        return []
    told = EXPLANATIONS[Reason.UNAUDITED]
    name = post.account.display_name if post.account else "the account"
    return [Problem("privacy_level", f"{told.title}. {told.sentence}".format(account=name), Reason.UNAUDITED)]


def creator_problems(post: Post, creator: CreatorInfo) -> list[Problem]:
    """What this creator's TikTok settings do not allow now (tiktok-api.md 5). Nothing is ever replaced silently."""
    problems = []
    if not post.privacy_level:
        problems.append(Problem("privacy_level", "Choose who can watch."))
    elif post.privacy_level not in creator.privacy_level_options:
        label = privacy_label(post.privacy_level)
        problems.append(
            Problem(
                "privacy_level",
                f"{creator.nickname} can't post to “{label}” any more. Choose who can watch.",
                Reason.PRIVACY_GONE,
            )
        )
    off = (creator.comment_disabled, creator.duet_disabled, creator.stitch_disabled)
    for (field, name), is_off in zip(INTERACTIONS, off, strict=True):
        if is_off and getattr(post, field):
            problems.append(
                Problem(field, f"{creator.nickname} has turned {name} off in TikTok.", Reason.INTERACTION_OFF)
            )
    return problems


def media_problems(media: Media | None, creator: CreatorInfo | None) -> list[Problem]:
    """Of a video: there, checked, and no longer than the creator may post."""
    if media is None:
        return [Problem("media", "Add a video.")]
    if media.status == MediaStatus.CHECKING:
        return [Problem("media", "The video is still being checked. It takes a moment.")]
    if media.status == MediaStatus.REFUSED:
        return [Problem("media", " ".join(media.refusals))]
    limit = creator.max_video_post_duration_sec if creator else 0
    if creator and limit and media.duration_ms is not None and media.duration_ms > limit * 1000:
        return [
            Problem(
                "media",
                f"The video is {clock_length(media.duration_ms / 1000)}, {creator.nickname} may post up to "
                f"{clock_length(limit)}. Replace the video.",
                Reason.TOO_LONG,
            )
        ]
    return []


def image_problems(post: Post, images: Sequence[Media]) -> list[Problem]:
    """Of photos: 1 to 35, each checked, and a cover among them (tiktok-api.md 8)."""
    if not images:
        return [Problem("images", "Add a photo.")]
    if len(images) > MOST_IMAGES:
        return [Problem("images", f"TikTok takes up to {MOST_IMAGES} photos in one post. Remove some.")]
    problems = [
        Problem("images", f"Photo {place}: {' '.join(image.refusals)}")
        for place, image in enumerate(images, 1)
        if image.status == MediaStatus.REFUSED
    ]
    if any(image.status == MediaStatus.CHECKING for image in images):
        problems.append(Problem("images", "The photos are still being checked. It takes a moment."))
    if post.cover_index >= len(images):
        problems.append(Problem("images", "Choose which photo is the cover."))
    return problems


# --- what was agreed to


def content_digest(post: Post, media: Media | None, images: Sequence[Media] = ()) -> str:
    """SHA-256 over exactly what a person agreed to publish: files, words, settings, account (15 point 29)."""
    agreed = _photos_agreed(post, images) if is_photos(post) else _video_agreed(post, media)
    return hashlib.sha256(json.dumps(agreed, sort_keys=True).encode()).hexdigest()


def _video_agreed(post: Post, media: Media | None) -> dict[str, Any]:
    """Direct videos say neither kind nor mode: so they did before there were others, and what was agreed to stands."""
    assert media is not None
    file = {"account": str(post.account_id), "media": media.sha256}
    if is_draft_for_app(post):
        return file | {"kind": post.kind, "mode": post.mode}
    return file | {
        "caption": post.caption,
        "privacy_level": post.privacy_level,
        "allow": [post.allow_comment, post.allow_duet, post.allow_stitch],
        "brand": [post.disclose, post.brand_organic, post.brand_content],
        "is_aigc": post.is_aigc,
        "cover_timestamp_ms": post.cover_timestamp_ms,
    }


def _photos_agreed(post: Post, images: Sequence[Media]) -> dict[str, Any]:
    told = {
        "account": str(post.account_id),
        "kind": post.kind,
        "mode": post.mode,
        "images": [image.sha256 for image in images],
        "cover_index": post.cover_index,
        "title": post.title,
        "caption": post.caption,
    }
    if is_draft_for_app(post):
        return told
    return told | {
        "privacy_level": post.privacy_level,
        "allow": [post.allow_comment],
        "brand": [post.disclose, post.brand_organic, post.brand_content],
        "auto_add_music": post.auto_add_music,
    }
