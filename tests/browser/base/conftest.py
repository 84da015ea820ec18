"""The component pages on a real server in this process; they need no database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test import override_settings
from playwright.sync_api import Page


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """A test's report is its own log."""


@pytest.fixture(scope="package")
def site() -> Iterator[str]:
    """The address of the site with DEBUG on, so that `/components/` is served."""
    with override_settings(DEBUG=True):
        server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
        server.set_app(WSGIHandler())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def open_sheet(page: Page, site: str) -> Callable[[str], Page]:
    """Opens `/components/<sheet>/`; its modules have run when the load event has fired."""

    def open_it(sheet: str) -> Page:
        page.goto(f"{site}/components/{'' if sheet == 'index' else sheet + '/'}")
        return page

    return open_it


@pytest.fixture
def composer(open_sheet: Callable[[str], Page]) -> Page:
    """The composer's sheet, ready."""
    return open_sheet("composer")
