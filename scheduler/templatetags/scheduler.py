"""What the scheduler's pages say about posts and videos: pictures, lengths, sizes, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse

from accounts.templatetags.ui import cover
from scheduler import policies

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from scheduler.models import Media, Post

register = template.Library()


@register.simple_tag(takes_context=True)
def cover_of(context: template.Context, media: Media | None) -> SafeString:
    """The 9:16 still of a video, or an empty frame."""
    return cover(media_url(context, media, "cover") if media and media.cover_key else "")


@register.simple_tag(takes_context=True)
def media_url(context: template.Context, media: Media, what: str) -> str:
    """The address of a video's `cover`, `video` or `fragment`, for members of the workspace."""
    return reverse(f"media_{what}", args=[context["request"].workspace.slug, media.pk])


@register.filter
def player_length(duration_ms: int | None) -> str:
    """`0:47`."""
    return policies.clock_length((duration_ms or 0) / 1000)


@register.filter
def bytes_in_words(size: int) -> str:
    """`1.80 GB`, `34 MB`, `900 kB`."""
    for unit, worth, form in (("GB", 1e9, ".2f"), ("MB", 1e6, ".0f")):
        if size >= worth:
            return f"{size / worth:{form}} {unit}"
    return f"{max(1, round(size / 1000))} kB"


@register.filter
def codec_name(codec: str) -> str:
    """`H.264` for `h264`."""
    return {"h264": "H.264", "hevc": "H.265"}.get(codec, codec.upper())


@register.filter
def audience(privacy_level: str) -> str:
    """`Everyone` for `PUBLIC_TO_EVERYONE`."""
    return policies.privacy_label(privacy_level) if privacy_level else ""


@register.filter
def post_title(post: Post) -> str:
    """The first line of the caption."""
    return next((line.strip() for line in post.caption.splitlines() if line.strip()), "Untitled post")


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
