"""What the parts of one stack are told through their environment, and whether TikTok is ours or somebody's."""

from __future__ import annotations

import os
from pathlib import Path

from config import env

EVERY_SCOPE = "user.info.basic,user.info.profile,user.info.stats,video.publish,video.upload,video.list"
"""Our sandbox has approved them all (tiktok-api.md 3), so that numbers are there to be looked at."""


def wants_sandbox() -> bool:
    """Ours runs unless the environment names another server, or a client key for the real one."""
    return not any(
        env.is_set(name) for name in ("TIKTOK_API_BASE_URL", "TIKTOK_AUTH_BASE_URL", "TIKTOK_CLIENT_KEY")
    )


def for_parts(state: Path, base_url: str, sandbox_url: str | None) -> dict[str, str]:
    """The environment of every part: ours, plus the state folder, the site's address and the sandbox's."""
    found = dict(os.environ)
    found.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    found |= {"ONCUE_DATA_DIR": str(state), "PUBLIC_BASE_URL": base_url, "PYTHONUNBUFFERED": "1"}
    found.setdefault("MALLOC_ARENA_MAX", "2")  # else glibc keeps a heap for each of a worker's threads
    if sandbox_url is not None:
        kept = env.local_secrets(state)
        found |= {
            "TIKTOK_API_BASE_URL": sandbox_url,
            "TIKTOK_AUTH_BASE_URL": sandbox_url,
            "TIKTOK_CLIENT_KEY": kept["SANDBOX_CLIENT_KEY"],
            "TIKTOK_CLIENT_SECRET": kept["SANDBOX_CLIENT_SECRET"],
            "TIKTOK_SCOPES": found.get("TIKTOK_SCOPES") or EVERY_SCOPE,
            "TIKTOK_APP_AUDITED": "true",  # as our sandbox behaves unless a test orders otherwise
        }
    return found
