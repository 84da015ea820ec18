"""The trip to TikTok and back, as a browser makes it: our side through Django's client, TikTok's over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import requests
from django.test import Client
from django.urls import reverse

from accounts.models import Workspace
from tiktok.models import TikTokAccount

ALL_SCOPES = ("user.info.basic", "user.info.profile", "video.publish", "video.upload")


@dataclass
class Traveller:
    """A signed-in person on the way to TikTok. `tiktok` is the browser's own session over there."""

    client: Client
    workspace: Workspace
    tiktok: requests.Session = field(default_factory=requests.Session)

    def leave(self, account: TikTokAccount | None = None) -> str:
        """Press Connect, or Reconnect; returns TikTok's address."""
        form = {"account": account.pk} if account else {}
        answer = self.client.post(page("connect_begin", self.workspace), form)
        assert answer.status_code == 302, answer.content
        return answer["Location"]

    def consent(
        self,
        address: str,
        creator: str = "luna.bakes",
        scopes: Iterable[str] = ALL_SCOPES,
        *,
        allow: bool = True,
    ) -> str:
        """Fill in TikTok's page; returns the path and query of the callback."""
        form = self.tiktok.get(address, timeout=10)
        form.raise_for_status()
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.text)
        choice = {name: unescape(value) for name, value in hidden}
        choice |= {"creator": creator, "scopes": list(scopes), "decision": "allow" if allow else "deny"}
        answer = self.tiktok.post(address, data=choice, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def arrive(self, creator: str = "luna.bakes", account: TikTokAccount | None = None, **choice):
        """The whole way up to the answer of our callback."""
        return self.client.get(self.consent(self.leave(account), creator, **choice))

    def connect(self, creator: str = "luna.bakes", account: TikTokAccount | None = None, **choice):
        """The whole way, with the last yes; returns the answer to that."""
        arrived = self.arrive(creator, account, **choice)
        assert arrived.status_code == 302, arrived.content
        return self.client.post(arrived["Location"])


def page(name: str, workspace: Workspace, **ids: UUID) -> str:
    return reverse(name, kwargs={"workspace_slug": workspace.slug, **ids})


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))
