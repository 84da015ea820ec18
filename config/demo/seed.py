"""The demo workspace: a person, three connected creators, a week of posts, and a line that says how to log in.

Every step finds what an earlier run left and goes on from there; media and posts come in one transaction, so a
workspace has all of them or none. It connects through the product's own verbs and the sandbox's consent page.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from accounts.membership import create_workspace
from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from config import env
from config.demo.browser import Browser
from config.demo.seed_habits import make_habits
from config.demo.seed_media import make_media
from config.demo.seed_numbers import make_numbers
from config.demo.seed_posts import CREATORS, SETTINGS, SOON, WEEK, Soon
from config.demo.seed_rows import Writer
from scheduler import authoring
from scheduler.clock import database_now
from scheduler.models import Media, Post
from tiktok import confirmations, connections
from tiktok.client import CreatorInfo
from tiktok.models import AccountStatus, PendingConnection, TikTokAccount
from tiktok.sessions import client_for

EMAIL = "demo@oncue.example"
NAME = "Inês Duarte"
WORKSPACE = "Harbour Social"
ZONE = "Europe/Lisbon"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class NotTheSandbox(Exception):
    """TikTok is somebody else's server here; the demo posts, so it stays away from there."""


def seed() -> str:
    """Fill the demo workspace unless it is full; the line that says how to log in. Raises NotTheSandbox."""
    for url in (settings.TIKTOK_API_BASE_URL, settings.TIKTOK_AUTH_BASE_URL):
        if urlsplit(url).hostname not in LOOPBACK:
            raise NotTheSandbox(f"The demo needs the TikTok sandbox on this machine, not {url}.")
    password = env.local_secrets(settings.DATA_DIR)["DEMO_PASSWORD"]
    user, workspace = _person(password)
    with workspace_scope(workspace):
        if not Post.objects.filter(workspace=workspace).exists():
            _fill(workspace, user)
    return f"{EMAIL} · password {password}"


def _person(password: str) -> tuple[User, Workspace]:
    user = User.objects.filter(email=EMAIL).first()
    if user is not None:
        return user, user.workspaces.get(name=WORKSPACE)
    with transaction.atomic():
        user = User.objects.create_user(EMAIL, password, name=NAME)
        EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
        return user, create_workspace(name=WORKSPACE, time_zone=ZONE, by=user)


def _fill(workspace: Workspace, user: User) -> None:
    accounts = {name: _account(workspace, user, name) for name in CREATORS}
    allowed = {soon.creator: client_for(accounts[soon.creator]).creator_info() for soon in SOON}
    with transaction.atomic():
        make_habits(accounts)
        media = make_media(workspace=workspace, by=user)
        writer = Writer(workspace, user, accounts, media, database_now())
        for planned in WEEK:
            writer.write(planned)
        make_numbers(accounts.values(), now=writer.now)
        for soon in SOON:
            _schedule(soon, accounts[soon.creator], media[soon.clip], by=user, creator=allowed[soon.creator])


# --- connecting


def _account(workspace: Workspace, user: User, creator: str) -> TikTokAccount:
    """The creator's account; one that an earlier run connected is taken as it is."""
    known: TikTokAccount | None = TikTokAccount.objects.filter(
        workspace=workspace, username=creator, status=AccountStatus.ACTIVE
    ).first()
    return known or _connect(workspace, user, creator)


def _connect(workspace: Workspace, user: User, creator: str) -> TikTokAccount:
    return confirmations.confirm(pending=fetch_consent(workspace, user, creator), by=user)


def fetch_consent(workspace: Workspace, user: User, creator: str) -> PendingConnection:
    """To the consent page and back, without the last redirect: the site itself may not be up yet."""
    session_key = secrets.token_urlsafe(24)
    browser = Browser(follow=False)
    page = browser.get(connections.begin_connect(workspace=workspace, by=user, session_key=session_key))
    answered = browser.submit(page, page.form_with("decision"), creator=creator, decision="allow")
    answer = dict(parse_qsl(urlsplit(answered.location).query))
    return connections.finish_connect(answer=answer, user=user, session_key=session_key)


# --- the posts that go out while the person looks on


def _schedule(soon: Soon, account: TikTokAccount, media: Media, *, by: User, creator: CreatorInfo) -> None:
    due = database_now().replace(microsecond=0) + timedelta(seconds=soon.seconds)
    local = due.astimezone(account.workspace.zone).replace(tzinfo=None)
    fields = {
        "account": account,
        "media": media,
        "caption": soon.caption,
        "due_at": due,
        "due_local": local.isoformat(),
        "due_zone": account.workspace.time_zone,
        **SETTINGS[soon.creator],
    }
    post = authoring.create(workspace=account.workspace, by=by, fields=fields)
    authoring.schedule(post=post, by=by, creator=creator)
