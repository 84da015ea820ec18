"""TikTok's documented limits as named numbers (`tiktok-api.md` section 14). The counting is the lane's.

Per access token and minute unless the name or the heading says otherwise. None is documented for the cancel, the
chunk PUT and OAuth.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

CAP_WINDOW: Final = timedelta(hours=24)

# Calls, per token and minute.
VIDEO_INITS: Final = 6
"""Those of drafts, and those of photos, are counted apart by TikTok, with the same limit."""

CREATOR_INFOS: Final = 20
STATUS_FETCHES: Final = 30

# Caps over 24 hours.
PENDING_INBOX_SHARES_PER_CREATOR_AND_DAY: Final = 5
"""Drafts that wait in the app's inbox; video and photos together."""

POSTING_CREATORS_PER_DAY_UNAUDITED: Final = 5
"""For the whole app until TikTok has audited it; afterwards the number that the audit form estimated."""
