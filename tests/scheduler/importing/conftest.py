"""Where the tests of imports sit."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.factories import make_image_media, make_media
from tests.scheduler.importing.batches import NAMES


@pytest.fixture
def desk(studio: SimpleNamespace, in_harbour: Any) -> SimpleNamespace:
    """Alice's workspace, with “rye.mp4” and three photos in its library."""
    studio.rye = make_media(studio.workspace, original_name="rye.mp4")
    studio.photos = [make_image_media(studio.workspace, original_name=name) for name in NAMES]
    return studio
