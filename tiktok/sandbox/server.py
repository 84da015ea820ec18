"""The process: its options, and the server that runs until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib.util
import os
import secrets
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from .app import build_app
from .connections import connections
from .context import Sandbox
from .express import Express
from .redirects import check_webhook_url
from .store import Store

SHUTDOWN_SECONDS = 1.0
BACKLOG = 4_096  # a burst of cold connections waits in line instead of being turned away


@dataclass(frozen=True)
class Options:
    """How one sandbox is run. Empty client key or secret: one is made up, kept in the state, and printed."""

    port: int
    state: Path
    host: str = "127.0.0.1"
    allow_loopback: bool = False
    client_key: str = ""
    client_secret: str = ""
    redirect_uris: tuple[str, ...] = ()
    webhook_url: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of both front doors: `manage.py tiktok_sandbox` and `python -m tiktok.sandbox`."""
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--state", type=Path, required=True, help="JSON file; media goes into a folder beside it"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--allow-loopback", action="store_true", help="accept http redirects to this machine")
    parser.add_argument("--client-key", default="", help="or the environment: TIKTOK_CLIENT_KEY")
    parser.add_argument("--client-secret", default="", help="or the environment: TIKTOK_CLIENT_SECRET")
    parser.add_argument(
        "--redirect-uri", action="append", default=[], help="accept only this one; may be repeated"
    )
    parser.add_argument("--webhook-url", default="", help="tell this address what becomes of publishes")


def options_from(values: Mapping[str, Any]) -> Options:
    """Options from parsed arguments; the environment fills in what they leave out."""
    return Options(
        port=values["port"],
        state=values["state"],
        host=values["host"],
        allow_loopback=values["allow_loopback"],
        client_key=values["client_key"] or os.environ.get("TIKTOK_CLIENT_KEY", ""),
        client_secret=values["client_secret"] or os.environ.get("TIKTOK_CLIENT_SECRET", ""),
        redirect_uris=tuple(values["redirect_uri"]),
        webhook_url=values["webhook_url"],
    )


def serve(options: Options) -> None:
    """Run until SIGINT or SIGTERM. A port in use, or a state file that cannot be read, ends it with a sentence."""
    sandbox = open_sandbox(options)
    gc.freeze()
    gc.set_threshold(
        50_000, 20, 100
    )  # what it keeps it keeps for good: looking through it again is a pause for nothing
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_run(sandbox, options))
    except OSError as error:
        sys.exit(f"The sandbox cannot listen on {options.host}:{options.port}: {error.strerror}.")


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed: the sandbox must not be what a benchmark measures."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    return factory


async def _run(sandbox: Sandbox, options: Options) -> None:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    runner = web.AppRunner(build_app(sandbox), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        manager = runner.server
        assert manager is not None
        made = connections(Express(sandbox), manager)
        server = await loop.create_server(made, options.host, options.port, backlog=BACKLOG)
        _say(f"TikTok sandbox on http://{options.host}:{options.port}, state in {options.state}")
        await told.wait()
        server.close()
    finally:
        await runner.cleanup()


def open_sandbox(options: Options) -> Sandbox:
    try:
        store = Store(options.state)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        sys.exit(
            f"The sandbox cannot read its state in {options.state}: {error!r}. Remove the file to start afresh."
        )
    if not options.client_key and not store.state.client_key:
        store.state.client_key = f"sb{secrets.token_hex(8)}"
    if not options.client_secret and not store.state.client_secret:
        store.state.client_secret = secrets.token_urlsafe(24)
    try:
        check_webhook_url(options.webhook_url, allow_loopback=options.allow_loopback)
    except ValueError as error:
        sys.exit(str(error))
    store.state.settings.webhook_url = options.webhook_url or store.state.settings.webhook_url
    store.save()
    key, secret = (
        options.client_key or store.state.client_key,
        options.client_secret or store.state.client_secret,
    )
    if not options.client_key or not options.client_secret:
        _say(f"Made-up credentials: TIKTOK_CLIENT_KEY={key} TIKTOK_CLIENT_SECRET={secret}")
    return Sandbox(store, key, secret, options.allow_loopback, options.redirect_uris, options.webhook_url)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
