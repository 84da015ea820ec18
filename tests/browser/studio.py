"""A real site to browse: gunicorn, a worker, the sandbox as TikTok, and Alice signed in to her workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from accounts.models import User, Workspace
from tests.factories import make_account
from tests.people import client_of, make_person, make_workspace
from tests.processes import Process, Processes
from tests.sandbox_process import Sandbox
from tiktok.models import TikTokAccount


@dataclass
class Studio:
    """The site's address, and who is in it."""

    url: str
    alice: User
    workspace: Workspace
    luna: TikTokAccount
    tiktok: Sandbox
    clips: Path
    web: Process

    def sign_in(self, page: Page) -> None:
        """Alice's session, without the sign-in page, which has its own tests."""
        session = client_of(self.alice).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": self.url}])

    def address(self, path: str) -> str:
        return f"{self.url}/w/{self.workspace.slug}/{path}"


def tiktok_environment(sandbox: Sandbox) -> dict[str, str]:
    """What leads another process to this sandbox."""
    return {
        "TIKTOK_API_BASE_URL": sandbox.base_url,
        "TIKTOK_AUTH_BASE_URL": sandbox.base_url,
        "TIKTOK_CLIENT_KEY": sandbox.client_key,
        "TIKTOK_CLIENT_SECRET": sandbox.client_secret,
        "TIKTOK_APP_AUDITED": "true",
    }


def open_studio(processes: Processes, sandbox: Sandbox, clips: Path) -> Studio:
    """Start the web server and a worker of every queue, and connect Luna Bakes."""
    environment = tiktok_environment(sandbox)
    processes.start_worker(env=environment)
    web = processes.start_web(env=environment)
    return make_studio(web.base_url, sandbox, clips, web)


def make_studio(url: str, sandbox: Sandbox, clips: Path, web: Any = None) -> Studio:
    """Alice in her workspace with Luna Bakes, on a site that runs already; `web` is its process, if it is one."""
    alice = make_person("Alice")
    workspace = make_workspace(alice)
    return Studio(url, alice, workspace, make_account(workspace, sandbox), sandbox, clips, web)
