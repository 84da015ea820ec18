"""The sandbox's few pages as text: every value escaped, one stylesheet, nothing inline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

from aiohttp import web

from .creators import FOLLOWERS, FRIENDS, ONLY_ME, PUBLIC, Creator
from .endpoints import BASIC_SCOPE, SCOPES
from .posts import Status, status_of
from .publishes import Post, Publish

AUDIENCE = {PUBLIC: "Everyone", FRIENDS: "Friends", FOLLOWERS: "Followers", ONLY_ME: "Only me"}


def page(text: str, *, form_target: str = "") -> web.Response:
    """The answer that carries a page. `form_target` is the origin a form's redirect leads to."""
    policy = (
        "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self' {form_target}"
    )
    headers = {"Content-Security-Policy": policy.strip(), "X-Content-Type-Options": "nosniff"}
    return web.Response(text=text, content_type="text/html", headers=headers)


def consent_page(creators: Iterable[Creator], scopes: list[str], hidden: dict[str, str]) -> str:
    """Choose a creator, un-tick scopes, allow or cancel."""
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    return _frame(
        "Connect an app",
        f'<form class="card" method="post" action="/v2/auth/authorize/">{kept}<h1>Connect an app to TikTok</h1>'
        f"<fieldset><legend>Who is connecting?</legend>{''.join(map(_choice, creators))}</fieldset>"
        f"<fieldset><legend>The app may</legend>{''.join(map(_tick, scopes))}</fieldset>"
        '<p class="acts"><button name="decision" value="allow">Allow</button>'
        '<button class="quiet" name="decision" value="deny" formnovalidate>Cancel</button></p></form>',
    )


def profile_page(creator: Creator, posts: list[tuple[Publish, Post]]) -> str:
    """A creator with the posts that arrived, newest first; `data-posts` holds their number."""
    count = f"{len(posts)} post" if len(posts) == 1 else f"{len(posts)} posts"
    privacy = '<span class="badge">Private account</span>' if creator.private else ""
    return _frame(
        creator.nickname,
        f'<section class="profile" data-posts="{len(posts)}"><header>{_avatar(creator)}<div>'
        f"<h1>{escape(creator.nickname)}</h1><p>@{escape(creator.username)} {privacy}</p>"
        f"<p>{escape(creator.bio)}</p><p><strong>{count}</strong> · "
        f'<a href="/inbox/@{escape(creator.username)}">Inbox</a></p></div></header>'
        f'<div class="posts">{"".join(_post(*row) for row in posts) or "<p>Nothing posted yet.</p>"}</div></section>',
    )


def inbox_page(creator: Creator, drafts: list[Publish], apps: Iterable[str], now: float) -> str:
    """What waits in the app on the creator's phone, newest first, and the apps that are connected."""
    name = escape(creator.username)
    connected = "".join(
        f'<form class="app" method="post" action="/inbox/@{name}/disconnect"><span>{escape(key)}</span>'
        f'<button class="quiet" name="client_key" value="{escape(key)}">Disconnect</button></form>'
        for key in apps
    )
    shown = "".join(_draft(creator, publish, now) for publish in drafts) or "<p>No drafts.</p>"
    return _frame(
        f"{creator.nickname}: inbox",
        f'<section class="profile" data-drafts="{len(drafts)}"><header>{_avatar(creator)}<div>'
        f'<h1>Inbox of {escape(creator.nickname)}</h1><p><a href="/@{name}">@{name}</a></p></div></header>'
        f'<div class="posts">{shown}</div><h2>Connected apps</h2>{connected or "<p>None.</p>"}</section>',
    )


def index_page(creators: Iterable[Creator]) -> str:
    links = "".join(
        f'<li><a href="/@{escape(c.username)}">{_avatar(c)}<span>{escape(c.nickname)}<small>@{escape(c.username)}'
        "</small></span></a></li>"
        for c in creators
    )
    return _frame(
        "Creators", f'<section class="card"><h1>Creators</h1><ul class="people">{links}</ul></section>'
    )


def problem_page(error: str, error_type: str, sentence: str) -> str:
    """An authorize URL that cannot be answered to the app, with the two words TikTok's page shows."""
    return _frame(
        "Something is wrong with this link",
        f'<section class="card"><h1>{escape(sentence)}</h1><p>error: <code>{escape(error)}</code>, error_type: '
        f"<code>{escape(error_type)}</code></p></section>",
    )


def _frame(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · TikTok sandbox</title>"
        '<link rel="icon" href="/avatars/luna.bakes.png">'
        '<link rel="stylesheet" href="/assets/sandbox.css"></head><body>'
        '<p class="label"><a href="/">TikTok sandbox, not TikTok</a></p>'
        f"<main>{body}</main></body></html>"
    )


def _choice(creator: Creator) -> str:
    return (
        f'<label class="choice"><input type="radio" name="creator" value="{escape(creator.username)}" required>'
        f"{_avatar(creator)}<span>{escape(creator.nickname)}<small>@{escape(creator.username)}</small></span></label>"
    )


def _tick(scope: str) -> str:
    fixed = " disabled" if scope == BASIC_SCOPE else ""
    return (
        f'<label class="choice"><input type="checkbox" name="scopes" value="{escape(scope)}" checked{fixed}>'
        f"<span>{escape(SCOPES[scope])}<small>{escape(scope)}</small></span></label>"
    )


def _avatar(creator: Creator) -> str:
    return f'<img src="/avatars/{escape(creator.username)}.png" alt="" width="48" height="48">'


def _post(publish: Publish, post: Post) -> str:
    at = datetime.fromtimestamp(post.at, UTC)
    return (
        f'<article data-post="{post.post_id}" data-publish-id="{escape(publish.publish_id)}">{_media(publish)}'
        f'{_title(publish)}<p class="caption">{escape(publish.caption)}</p><p><span class="badge">'
        f'{AUDIENCE[post.privacy_level]}</span> <time datetime="{at.isoformat()}">'
        f"{at.strftime('%d %B %Y, %H:%M:%S')} UTC</time></p></article>"
    )


def _draft(creator: Creator, publish: Publish, now: float) -> str:
    finished = f"Posted {len(publish.posts)} times" if len(publish.posts) > 1 else "Posted once"
    waits = status_of(publish, now) is Status.SEND_TO_USER_INBOX
    options = "".join(f'<option value="{level}">{AUDIENCE[level]}</option>' for level in creator.options())
    return (
        f'<article data-draft="{escape(publish.publish_id)}">{_media(publish)}{_title(publish)}'
        f'<p class="caption">{escape(publish.caption)}</p>'
        f'<p><span class="badge">{"Waits for you" if waits else finished}</span></p>'
        f'<form class="acts" method="post" action="/inbox/@{escape(creator.username)}/finish">'
        f'<input type="hidden" name="publish_id" value="{escape(publish.publish_id)}">'
        f'<label>Who can watch <select name="privacy_level">{options}</select></label>'
        "<button>Finish posting</button></form></article>"
    )


def _title(publish: Publish) -> str:
    """The title that photos have beside their description."""
    title = str(publish.post_info.get("title", "")) if publish.post_info.get("description") else ""
    return f'<p class="title">{escape(title)}</p>' if title else ""


def _media(publish: Publish) -> str:
    """A video, or a carousel that begins with its cover."""
    source = f"/media/{escape(publish.publish_id)}"
    if publish.kind == "video":
        return f'<video controls preload="metadata" src="{source}"></video>'
    count = len(publish.pulled)
    order = sorted(range(count), key=lambda index: index != publish.cover_index)
    images = "".join(
        f'<li><img src="{source}/{index}" alt="Image {index + 1} of {count}" loading="lazy"></li>'
        for index in order
    )
    words = f"{count} images, scroll sideways" if count > 1 else "1 image"
    return (
        f'<ul class="carousel" tabindex="0" data-images="{count}">{images}</ul><p class="count">{words}</p>'
    )
