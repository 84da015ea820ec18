"""The TikTok sandbox as a real process on a free loopback port, for any test that needs TikTok's side."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from config.embedded.server import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0
CALL_SECONDS = 10.0


@dataclass
class Sandbox:
    """A running sandbox. Calls to it raise `requests.HTTPError` where it refuses an order."""

    command: list[str]
    environment: dict[str, str]
    base_url: str
    client_key: str
    client_secret: str
    state: Path
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        """Start the process, or start it again on the same state and port; returns when it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_healthy():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"The sandbox did not start:\n{self.log.read_text()}")

    def control(self, **orders: Any) -> dict[str, Any]:
        """Give orders (see `tiktok.sandbox.control`); returns the settings, creators and faults that hold now."""
        return self._post("control", orders)

    def fault(self, kind: str, endpoint: str = "*", **details: Any) -> None:
        """Put one fault in line."""
        self.control(faults=[{"kind": kind, "endpoint": endpoint, **details}])

    def grant(self, creator: str, scopes: list[str] | None = None) -> dict[str, Any]:
        """Connect a creator without a browser; returns the token answer of the contract."""
        return self._post("grants", {"creator": creator} | ({} if scopes is None else {"scopes": scopes}))

    def grant_all(self, creators: list[str]) -> dict[str, dict[str, Any]]:
        """Connect many creators at once; returns their token answers by name."""
        grants: dict[str, dict[str, Any]] = self._post("grants", {"creators": creators})["grants"]
        return grants

    def reset(self, *, keep_grants: bool = False) -> None:
        self._post("reset", {"keep_grants": keep_grants})

    def ledger(self) -> dict[str, Any]:
        return self._get("ledger")

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        """The calls to TikTok's side so far, oldest first, filtered by creator, endpoint, publish_id."""
        return self._get("requests", filters)

    def commits(self, since: int = 0) -> list[tuple[str, str, int]]:
        """publish_id, caption and the moment of the last byte (epoch ns) of each commit, in order; cheap."""
        return [(key, caption, at) for key, caption, at in self._get("commits", {"since": str(since)})]

    def webhooks(self) -> dict[str, Any]:
        """The `attempts` to tell the app by webhook, oldest first, and what is `pending`."""
        return self._get("webhooks")

    def finish_draft(self, publish_id: str, privacy_level: str = "") -> None:
        """The creator posts a draft from the app; may be done several times."""
        self.control(publishes=[{"publish_id": publish_id, "do": "finish", "privacy_level": privacy_level}])

    def posts_on_page(self, creator: str) -> int:
        """The number of posts that a visitor sees on the creator's page."""
        answer = requests.get(f"{self.base_url}/@{creator}", timeout=CALL_SECONDS)
        answer.raise_for_status()
        return int(answer.text.split('data-posts="')[1].split('"')[0])

    def stop(self) -> None:
        """End it as Ctrl-C would."""
        self.process.terminate()
        self.process.wait(START_SECONDS)

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait(START_SECONDS)

    def _is_healthy(self) -> bool:
        try:
            return requests.get(f"{self.base_url}/sandbox/health", timeout=0.5).ok
        except requests.RequestException:
            time.sleep(0.02)  # nothing to await on a port that nobody listens on yet
            return False

    def _get(self, name: str, query: dict[str, str] | None = None) -> Any:
        answer = requests.get(f"{self.base_url}/sandbox/{name}", params=query, timeout=CALL_SECONDS)
        answer.raise_for_status()
        return answer.json()

    def _post(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(f"{self.base_url}/sandbox/{name}", json=body, timeout=CALL_SECONDS)
        answer.raise_for_status()
        return answer.json()


def start_sandbox(
    folder: Path,
    *,
    allow_loopback: bool = False,
    client_key: str = "sb-test-key",
    client_secret: str = "sb-test-secret",
    redirect_uri: str = "",
    webhook_url: str = "",
    port: int | None = None,
) -> Sandbox:
    """A sandbox that keeps its state in `folder`; whoever starts it stops it."""
    port = port or free_port()
    state = folder / "sandbox.json"
    command = [sys.executable, "-m", "tiktok.sandbox", "--port", str(port), "--state", str(state)]
    command += ["--allow-loopback"] if allow_loopback else []
    command += ["--redirect-uri", redirect_uri] if redirect_uri else []
    command += ["--webhook-url", webhook_url] if webhook_url else []
    environment = os.environ | {"TIKTOK_CLIENT_KEY": client_key, "TIKTOK_CLIENT_SECRET": client_secret}
    sandbox = Sandbox(
        command=command,
        environment=environment,
        base_url=f"http://127.0.0.1:{port}",
        client_key=client_key,
        client_secret=client_secret,
        state=state,
        log=folder / "sandbox.log",
    )
    sandbox.start()
    return sandbox


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
