"""The card of an account: what goes out next there, and what its creator has not allowed, in words."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import pytest

from accounts.templatetags.ui import local
from accounts.tenancy import workspace_scope
from tests.people import client_of
from tests.scheduler.pages import address, standing
from tests.scheduler.rows import copy_of
from tiktok.models import TikTokAccount
from tiktok.permissions_in_words import WORDS

pytestmark = pytest.mark.django_db(transaction=True)


def card(studio: SimpleNamespace, account: TikTokAccount) -> str:
    answer = client_of(studio.alice).get(address(studio.workspace, "accounts")).content.decode()
    return unescape(answer).split(f'id="account-{account.pk}"')[1].split('class="account-actions"')[0]


def test_it_names_the_next_three_posts_with_their_zone(studio: SimpleNamespace) -> None:
    fern = copy_of(studio.luna, "fern.clay")
    posts = [
        studio.post(due_in=timedelta(hours=hour), caption=f"Loaf {hour}", due_zone="Europe/Lisbon")
        for hour in (4, 3, 2, 1, -1)
    ]
    standing(posts[2], hold="daily_cap")
    standing(posts[3], status="cancelled")
    standing(studio.post(due_in=timedelta(hours=5), caption="Loaf 5"), status="draft")
    studio.post(account=fern, caption="Bowl", due_in=timedelta(hours=1))

    text = card(studio, studio.luna)

    assert re.findall(r"Loaf \d", text) == ["Loaf 2", "Loaf 3", "Loaf 4"]
    assert f'href="{address(studio.workspace, "post_detail", posts[2].pk)}"' in text
    said = " ".join(re.sub(r"<[^>]+>", " ", text.split("Loaf 2")[1]).split())
    assert said.startswith(f"On hold {local(posts[2].due_at, 'Europe/Lisbon')} Lisbon time")
    assert "Bowl" in card(studio, fern)


def test_where_nothing_is_planned_it_says_so(studio: SimpleNamespace) -> None:
    assert "Nothing is planned." in card(studio, studio.luna)


def test_what_is_not_allowed_is_said_in_words(studio: SimpleNamespace) -> None:
    with workspace_scope(studio.workspace):
        TikTokAccount.objects.filter(pk=studio.luna.pk).update(scopes=["user.info.basic", "video.publish"])

    text = card(studio, studio.luna)

    assert "<dd>Its handle, drafts for the TikTok app</dd>" in text
    assert not any(scope in text for scope in WORDS)
