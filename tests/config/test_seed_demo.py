"""The demo workspace: everything to look at, nothing that moves by itself except two posts, and once only."""

from __future__ import annotations

import json
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db.models import Model
from pytest_django import Settings

from accounts.models import User, Workspace
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from config import env
from config.demo import seed, seed_habits, seed_posts, seed_rows
from scheduler import explaining
from scheduler.analytics import measuring
from scheduler.clock import database_now
from scheduler.models import (
    AccountNumbers,
    Lane,
    Media,
    MediaStatus,
    Post,
    PostEvent,
    PostingSlot,
    PostNumbers,
    PublishAttempt,
    Snippet,
)
from scheduler.states import PostStatus, Reason, Stage
from tests.sandbox_process import Sandbox, start_sandbox
from tiktok.models import AccountStatus, OAuthState, PendingConnection, TikTokAccount

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROWS: tuple[type[Model], ...] = (
    *(User, Workspace, TikTokAccount, Media, Post, PublishAttempt, PostEvent),
    *(PostingSlot, Snippet, PostNumbers, AccountNumbers),
)


@pytest.fixture(scope="module")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = start_sandbox(tmp_path_factory.mktemp("sandbox"), allow_loopback=True)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(sandbox_process: Sandbox, settings: Settings) -> Sandbox:
    sandbox_process.reset()
    settings.TIKTOK_API_BASE_URL = sandbox_process.base_url
    settings.TIKTOK_AUTH_BASE_URL = sandbox_process.base_url
    settings.TIKTOK_CLIENT_KEY = sandbox_process.client_key
    settings.TIKTOK_CLIENT_SECRET = sandbox_process.client_secret
    return sandbox_process


def run() -> str:
    """What the command prints."""
    printed = StringIO()
    call_command("seed_demo", stdout=printed)
    return printed.getvalue()


@pytest.fixture
def login(sandbox: Sandbox) -> Iterator[str]:
    """A first run; the test then looks at all rows."""
    printed = run()
    with cross_tenant(CrossTenant.SEED):
        yield printed


def password_in(line: str) -> str:
    return line.strip().rpartition(" ")[2]


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in ROWS}


def resting() -> Any:
    """The posts that nothing moves today."""
    return Post.objects.exclude(due_at__range=(database_now(), database_now() + timedelta(minutes=1)))


def test_it_prints_the_login_alone_with_a_password_that_stands_nowhere_in_the_code(
    login: str, state_folder: Path
) -> None:
    assert login == f"demo@oncue.example · password {password_in(login)}\n"
    assert User.objects.get().check_password(password_in(login))
    assert EmailAddress.objects.get(email=seed.EMAIL).verified
    assert env.local_secrets(state_folder)["DEMO_PASSWORD"] == password_in(login)
    assert stat.S_IMODE((state_folder / "secrets.json").stat().st_mode) == 0o600
    assert env.local_secrets(state_folder / "another")["DEMO_PASSWORD"] != password_in(login)
    sources = (env.BASE_DIR / "config").rglob("*.py")
    assert not [path for path in sources if password_in(login) in path.read_text()]


def test_creators_are_connected_with_all_that_was_asked_for_and_videos_are_real(login: str) -> None:
    accounts = TikTokAccount.objects.all()
    assert {account.username for account in accounts} == set(seed_posts.CREATORS)
    for account in accounts:
        assert (account.status, account.missing_scopes) == (AccountStatus.ACTIVE, [])
        assert account.avatar
    assert not OAuthState.objects.exists()
    assert not PendingConnection.objects.exists()
    media = Media.objects.all()
    assert {row.status for row in media} == {MediaStatus.READY}
    assert len({row.sha256 for row in media}) == len(media) == 6
    assert all(3000 <= row.duration_ms <= 6000 and row.cover_key for row in media)


def test_every_creator_has_a_week_of_slots_and_the_workspace_has_words_to_use_again(login: str) -> None:
    for account in TikTokAccount.objects.all():
        days = {slot.weekday for slot in PostingSlot.objects.filter(account=account)}
        assert len(days) >= 5, account.username
    assert set(Snippet.objects.values_list("name", flat=True)) == set(seed_habits.SNIPPETS)


def test_public_posts_have_earned_numbers_and_none_is_due_at_once(login: str) -> None:
    live = PublishAttempt.objects.filter(stage="live").exclude(post_ids=[])
    last = PostNumbers.objects.order_by("post", "-measured_at").distinct("post")
    assert {row.post_id for row in last} >= {row.post_id for row in live if row.number == 1}
    assert all(0 < row.likes < row.views for row in last)
    for account in TikTokAccount.objects.all():
        with workspace_scope(account.workspace_id):
            assert measuring.due(account) == []
    assert AccountNumbers.objects.values("account").distinct().count() == 2


def test_every_status_in_which_a_post_can_rest_is_there_with_words_of_its_own(login: str) -> None:
    found = Counter(resting().values_list("status", flat=True))
    assert set(found) == set(PostStatus) - {PostStatus.PUBLISHING, PostStatus.IN_REVIEW}
    assert found[PostStatus.PUBLISHED] >= 3
    held = Post.objects.get(hold=Reason.APP_CONFIGURATION)
    assert (held.next_step_at, held.surface) == (held.due_at, "video_init")
    assert Post.objects.filter(status=PostStatus.DRAFT, due_at=None).count() == 1
    assert Post.objects.filter(status=PostStatus.DRAFT, media=None).count() == 1
    troubled = Post.objects.exclude(reason="", hold="")
    told = [explaining.explain(post) for post in troubled]
    assert len({words.title for words in told if words}) == len(troubled) == 4


def test_attempts_stand_as_the_engine_leaves_them(login: str) -> None:
    stages = {post.status: post.attempts.get().stage for post in Post.objects.filter(attempts__isnull=False)}
    assert stages == {
        PostStatus.PUBLISHED: Stage.LIVE,
        PostStatus.FAILED: Stage.REFUSED,
        PostStatus.IN_INBOX: Stage.COMMITTED,
        PostStatus.NEEDS_CHECK: Stage.COMMITTED,
    }
    for attempt in PublishAttempt.objects.filter(stage=Stage.LIVE).select_related("post"):
        public = attempt.post.privacy_level == "PUBLIC_TO_EVERYONE"
        assert [len(text) for text in attempt.post_ids] == ([19] if public else [])


def test_posts_fall_on_the_workspace_s_hours_and_timelines_end_in_their_status(login: str) -> None:
    now = database_now()
    for post in Post.objects.all():
        events = list(PostEvent.objects.filter(post=post))
        moves = [event.status_to for event in events if event.status_to]
        assert (moves or [PostStatus.DRAFT])[-1] == post.status, post.caption
        assert events[0].kind == "created"
        assert all(event.at <= now for event in events), post.caption
    zone = Workspace.objects.get().zone
    for post in resting().exclude(due_at=None):
        local = post.due_at.astimezone(zone)
        assert local.replace(tzinfo=None).isoformat() == post.due_local
        assert 6 <= local.hour <= 20
        assert post.due_zone == zone.key


def test_the_engine_takes_the_two_that_are_due_and_leaves_the_rest_alone(login: str) -> None:
    soon = Post.objects.filter(next_step_at__lte=database_now()).order_by("due_at")
    lanes = Lane.objects.filter(next_at__lte=database_now()).values_list("account_id", flat=True)
    assert set(lanes) == {post.account_id for post in soon}
    assert [post.caption for post in soon] == [planned.caption for planned in seed_posts.SOON]
    left = [(post.due_at - database_now()).total_seconds() for post in soon]
    assert 0 < left[0] <= 20
    assert 20 < left[1] <= 45
    assert all(post.due_at.tzinfo == UTC and post.consent_by for post in soon)


def test_a_second_run_adds_nothing_and_prints_the_same(login: str) -> None:
    before = counts()
    assert run() == login
    assert counts() == before


def test_a_run_that_broke_half_way_is_made_whole_by_the_next(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(writer: seed_rows.Writer, planned: seed_posts.Planned) -> None:
        raise RuntimeError("the machine went away")

    with monkeypatch.context() as broken:
        broken.setattr(seed_rows.Writer, "write", breaks)
        with pytest.raises(RuntimeError, match="went away"):
            run()
    with cross_tenant(CrossTenant.SEED):
        assert counts() | {"Media": 0, "Post": 0} == counts()
        accounts = set(TikTokAccount.objects.values_list("pk", flat=True))
    run()
    with cross_tenant(CrossTenant.SEED):
        assert Post.objects.count() == len(seed_posts.WEEK) + len(seed_posts.SOON)
        assert set(TikTokAccount.objects.values_list("pk", flat=True)) == accounts


def test_it_stays_away_from_the_real_tiktok(settings: Settings) -> None:
    settings.TIKTOK_API_BASE_URL = "https://open.tiktokapis.com"
    with pytest.raises(CommandError, match="needs the TikTok sandbox"):
        run()
    assert not User.objects.exists()


def test_an_older_file_of_secrets_gets_what_it_lacks_and_keeps_the_rest(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text(json.dumps({"SECRET_KEY": "kept"}))
    kept = env.local_secrets(tmp_path)
    assert kept["SECRET_KEY"] == "kept"
    assert kept["DEMO_PASSWORD"]
    assert env.local_secrets(tmp_path) == kept
