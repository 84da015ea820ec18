"""TikTok's documented limits as named numbers (`tiktok-api.md` section 14). The counting is the lane's.

Per access token and minute unless the name says otherwise.
"""

from __future__ import annotations

from typing import Final

VIDEO_INITS: Final = 6
CREATOR_INFOS: Final = 20
STATUS_FETCHES: Final = 30
USER_INFOS: Final = 600

TYPICAL_POSTS_PER_CREATOR_AND_DAY: Final = 15
"""TikTok says "typically around 15"; it varies and is shared with every other app of that creator."""

POSTING_CREATORS_PER_DAY_UNAUDITED: Final = 5
"""For the whole app until TikTok has audited it."""
