"""Where the pages of imports are looked at."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.factories import make_media
from tests.people import client_of
from tests.scheduler.pages import address


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    """Alice at the import, with “rye.mp4” in the library."""
    studio.browser = client_of(studio.alice)
    studio.rye = make_media(studio.workspace, original_name="rye.mp4")
    studio.start = address(studio.workspace, "import_begin")
    return studio
