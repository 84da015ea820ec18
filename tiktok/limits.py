"""TikTok's documented limits as named numbers (`tiktok-api.md` section 14). The counting is the lane's.

Per access token and minute unless the name or the heading says otherwise. None is documented for the cancel, the
chunk PUT and OAuth.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

RATE_WINDOW: Final = timedelta(minutes=1)
CAP_WINDOW: Final = timedelta(hours=24)

# Calls, per token and minute. The three inits are counted apart by TikTok.
VIDEO_INITS: Final = 6
INBOX_INITS: Final = 6
PHOTO_INITS: Final = 6
CREATOR_INFOS: Final = 20
STATUS_FETCHES: Final = 30

# Calls, per minute; TikTok does not say whether per token or per app. A sliding window (section 13).
USER_INFOS: Final = 600
VIDEO_LISTS: Final = 600
VIDEO_QUERIES: Final = 600

# Caps over 24 hours.
TYPICAL_POSTS_PER_CREATOR_AND_DAY: Final = 15
"""TikTok says "typically around 15"; it varies and is shared with every other app of that creator."""

PENDING_INBOX_SHARES_PER_CREATOR_AND_DAY: Final = 5
"""Drafts that wait in the app's inbox; video and photos together."""

POSTING_CREATORS_PER_DAY_UNAUDITED: Final = 5
"""For the whole app until TikTok has audited it; afterwards the number that the audit form estimated."""
