"""What the scheduler's pages say about posts and videos: pictures, lengths, sizes, labels."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import template
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.html import format_html

from accounts.templatetags.ui import LOOKS, Look, cover, local, pill
from scheduler import moving, policies, tries, under_way, watching
from scheduler.calendars.proposing import free_hour
from scheduler.content import is_draft_for_app
from scheduler.media import frames
from scheduler.models import MediaKind
from scheduler.needs import need_of
from scheduler.states import MODE_LABELS, PostStatus

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from scheduler.calendars.asked import Asked
    from scheduler.calendars.grid import Cell
    from scheduler.calendars.page import CalendarPage
    from scheduler.destinations import Destination
    from scheduler.models import Media, Post, PublishAttempt
    from scheduler.needs import Need
    from scheduler.under_way import UnderWay
    from tiktok.models import TikTokAccount

register = template.Library()

SHORT = 90
"""Characters of a title within a link: two lines of the widest card."""

NOBODYS = str(UUID(int=0))
"""An id that no row has; in its place stands another's."""

TRYING_AGAIN = Look("attention", "Trying again", "rotate-ccw")
QUIET = frozenset({PostStatus.SCHEDULED, PostStatus.PUBLISHED, PostStatus.DRAFT, PostStatus.CANCELLED})


@register.simple_tag(takes_context=True)
def telling_of(context: template.Context, destination: Destination) -> str:
    """About a creator that cannot post now: `offer` to tell the person when it can, or they are `told` already."""
    if destination.account is None or not watching.may_help(destination.creator):
        return ""
    return "told" if watching.is_watched(destination.account, context["request"].user) else "offer"


@register.simple_tag(takes_context=True)
def cover_of(context: template.Context, media: Media | None) -> SafeString:
    """The 9:16 still of a video, the small picture of a photo, or an empty frame."""
    return cover(media_url(context, media, "cover") if media and media.cover_key else "")


@register.simple_tag(takes_context=True)
def cover_of_post(context: template.Context, post: Post) -> SafeString:
    """What a post looks like in a list: the frame that was chosen of its video, or its cover photo."""
    return cover(cover_url(context, post))


@register.simple_tag(takes_context=True)
def cover_url(context: template.Context, post: Post) -> str:
    """The address of that picture; nothing where there is none."""
    media = face_of(post)
    if media is None or not media.cover_key:
        return ""
    at = post.cover_timestamp_ms if media == post.media else None
    return media_url(context, media, "cover") + (f"?at={at}" if at is not None else "")


@register.simple_tag(takes_context=True)
def media_url(context: template.Context, media: Media, what: str) -> str:
    """The address of a video's `cover`, `video` or `fragment`, for members of the workspace: the request's, or where
    several stand on one page, that of its `page`."""
    workspace = getattr(context["request"], "workspace", None) or context["page"].workspace
    return _media_address(workspace.slug, what).replace(NOBODYS, str(media.pk))


@lru_cache(maxsize=1024)
def _media_address(slug: str, what: str) -> str:
    """For the id zero: to reverse an address costs as much as to draw the rest of a card."""
    return reverse(f"media_{what}", args=[slug, NOBODYS])


@register.simple_tag(takes_context=True)
def media_pattern(context: template.Context, what: str) -> str:
    """The same address for the id zero, in whose place a script puts another."""
    return _media_address(context["request"].workspace.slug, what)


@register.filter
def awaits_frame(post: Post) -> bool:
    """Whether the frame that was chosen of its video is not drawn yet: the player shows that moment by itself."""
    at, media = post.cover_timestamp_ms, post.media
    return media is not None and at is not None and not default_storage.exists(frames.key_of(media, at))


@register.filter
def todo_if(kind: str) -> str:
    """The composer's condition under which a file of this kind counts."""
    return f"kind={'photo' if kind == MediaKind.IMAGE else 'video'}"


def face_of(post: Post) -> Media | None:
    """Its video, or its cover photo; wants `images__media` fetched ahead."""
    if post.media:
        return post.media
    images = list(post.images.all())
    if not images:
        return None
    return images[post.cover_index if post.cover_index < len(images) else 0].media


@register.filter
def look_of(post: Post) -> Look:
    """Tone, word and icon of its status; a hold stands before the status, and so does trouble on the way."""
    if post.hold:
        return LOOKS["hold"]
    return TRYING_AGAIN if policies.is_trying_again(post) else LOOKS[str(post.status)]


@register.simple_tag
def pill_of(post: Post) -> SafeString:
    """The badge of its status."""
    return pill(*look_of(post))


@register.filter
def tone_of(post: Post) -> str:
    """The status as the page language names its tones."""
    return look_of(post).tone


@register.filter
def is_worded(post: Post) -> bool:
    """Whether a card says its status in a line of its own: what a person acts on, and what moves."""
    return bool(post.hold) or policies.is_trying_again(post) or post.status not in QUIET


@register.filter
def under_way_of(post: Post) -> UnderWay | None:
    """How a post of a board gets on, which was fetched with its open attempts (`calendars.tally`)."""
    attempt = under_way.open_attempt(post, getattr(post, "sending", ()))
    return under_way.under_way(post, attempt) if attempt and not policies.is_trying_again(post) else None


@register.filter
def told_of(attempt: PublishAttempt) -> tries.Told:
    """Where an attempt stands in words, and since when."""
    return tries.told_of(attempt)


@register.filter
def need_on(post: Post, page: CalendarPage) -> Need | None:
    """Why a card's post waits or did not go out, and what the member may do; nothing of any other post."""
    return need_of(post, page.membership)


@register.filter
def asks_for(cell: Cell, page: CalendarPage) -> str:
    """`date=2026-12-04&time=12:00`: what a new post of that day opens with; the day alone where it is too full."""
    zone = page.workspace.zone
    taken = [post.due_at.astimezone(zone) for post in cell.posts if post.due_at]
    at = free_hour(cell.day.date, taken, page.now.astimezone(zone))
    return f"date={cell.day.date}" + (f"&time={at:%H:%M}" if at else "")


@register.filter
def may_move_on(post: Post, page: CalendarPage) -> bool:
    """Whether its state and the member's role let it have another time."""
    return page.may_publish and moving.may_move(post)


@register.filter
def address_on(post: Post, page: CalendarPage) -> str:
    """Of its page."""
    return f"{page.posts_address}{post.pk}/"


@register.filter
def asks_when(post: Post) -> bool:
    """Whether dropping it on a day asks first: it has no time yet, or moving it would publish it again."""
    return post.due_at is None or post.status not in moving.GOES_BACK


@register.filter
def alone_in(account: TikTokAccount | None, asked: Asked) -> str:
    """The query of the same calendar with this account alone, or with all."""
    return asked.but(account=account.pk if account else None).removeprefix("?")


@register.filter
def player_length(duration_ms: int | None) -> str:
    """`0:47`."""
    return policies.clock_length((duration_ms or 0) / 1000)


@register.filter
def in_seconds(moment_ms: int) -> str:
    """`1.5`."""
    return f"{moment_ms / 1000:g}"


@register.filter
def bytes_in_words(size: int) -> str:
    """`1.80 GB`, `34 MB`, `900 kB`; `0 kB` for nothing."""
    for unit, worth, form in (("GB", 1e9, ".2f"), ("MB", 1e6, ".0f")):
        if size >= worth:
            return f"{size / worth:{form}} {unit}"
    return f"{max(min(size, 1), round(size / 1000))} kB"


@register.filter
def bytes_of(part: int, whole: int) -> str:
    """`2.03 of 4.00 GB`, `900 kB of 4.00 GB`."""
    (some, unit), (all_of, unit_of_all) = (bytes_in_words(size).split() for size in (part, whole))
    return f"{some} of {all_of} {unit}" if unit == unit_of_all else f"{some} {unit} of {all_of} {unit_of_all}"


@register.filter
def codec_name(codec: str) -> str:
    """`H.264` for `h264`."""
    return {"h264": "H.264", "hevc": "H.265"}.get(codec, codec.upper())


@register.filter
def where_it_goes(mode: str) -> str:
    """`On the profile` for `direct`."""
    return MODE_LABELS.get(mode, mode)


@register.filter
def audience(privacy_level: str) -> str:
    """`Everyone` for `PUBLIC_TO_EVERYONE`."""
    return policies.privacy_label(privacy_level) if privacy_level else ""


@register.filter
def post_title(post: Post) -> str:
    """The title of photos, the first line of the caption, or of a draft without words what its file is called."""
    words = [
        post.title,
        *post.caption.splitlines(),
        name_in_words(post.media.original_name) if post.media and is_draft_for_app(post) else "",
    ]
    return next((line.strip() for line in words if line.strip()), "Untitled post")


@register.simple_tag
def named(post: Post, look: Look, zone: str) -> SafeString:
    """What the link of a card or a row says: when, how it stands, and the beginning of its words."""
    when = f"{local(post.due_at, zone)}, " if post.due_at else ""
    words = '<span class="vh">{}{}, </span><span dir="auto">{}</span>'
    return format_html(words, when, look.word, short_title(post))


@register.filter
def short_title(post: Post) -> str:
    """The beginning of it, for the text of a link, which is read out whole."""
    title = post_title(post)
    return title if len(title) <= SHORT else f"{title[:SHORT].rsplit(' ', 1)[0]}…"


def name_in_words(name: str) -> str:
    """`Autumn loaf v3` for `autumn-loaf_v3.mp4`."""
    words = " ".join(PurePath(name).stem.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:]


@register.filter
def count_photos(version: Any) -> int:
    """Of a post, or of the cleaned fields of a form."""
    images = _read(version, "images")
    return len(images) if isinstance(images, list) else images.count()


@register.filter
def interactions(post: Any) -> str:
    """`Comment, Duet`."""
    names = (("allow_comment", "Comment"), ("allow_duet", "Duet"), ("allow_stitch", "Stitch"))
    return ", ".join(label for name, label in names if _read(post, name)) or "None"


@register.filter
def labels(post: Any) -> str:
    """What TikTok shows on the post: paid partnership, promotional content, AI-generated."""
    said = []
    if _read(post, "brand_content"):
        said.append("Paid partnership")
    elif _read(post, "brand_organic"):
        said.append("Promotional content")
    if _read(post, "is_aigc"):
        said.append("AI-generated")
    return ", ".join(said) or "None"


def _read(post: Any, name: str) -> Any:
    """Of a post, or of the cleaned fields of a form."""
    return post.get(name) if isinstance(post, dict) else getattr(post, name)
