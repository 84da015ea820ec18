"""Signs of life that an earlier test left in the shared broker would be old by now."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from config.supervisor import parts


@pytest.fixture(autouse=True)
def nobody_was_seen_yet() -> None:
    cache.delete_many([f"seen:{worker.name}" for worker in parts.WORKERS])
