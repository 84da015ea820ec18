"""A creator who was sent a link, as a browser without an account makes the way to TikTok and back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from tests.tiktok.journey import Traveller
from tiktok import connect_links


class Guest:
    """A browser without an account, and the link that it was sent."""

    def __init__(self, workspace: Workspace, address: str) -> None:
        self.client = Client()
        self.path = "/c/" + address.partition("/c/")[2]
        self.over_there = Traveller(self.client, workspace)

    def looks(self) -> Any:
        return self.client.get(self.path)

    def leaves(self) -> str:
        """TikTok's address."""
        answer = self.client.post(self.path)
        assert answer.status_code == 302, answer.content
        return str(answer["Location"])

    def comes_back(self, creator: str = "luna.bakes", **choice: Any) -> Any:
        return self.client.get(self.over_there.consent(self.leaves(), creator, **choice))

    def says_yes(self, creator: str = "luna.bakes", **form: str) -> Any:
        back = self.comes_back(creator)
        assert back.status_code == 302, back.content
        return self.client.post(back["Location"], form)


@pytest.fixture
def address(alice: User, harbour: Workspace, tiktok: Any) -> str:
    with workspace_scope(harbour):
        return connect_links.make(workspace=harbour, by=alice, note="Luna's owner")


@pytest.fixture
def guest(harbour: Workspace, address: str) -> Guest:
    return Guest(harbour, address)
