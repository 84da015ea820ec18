"""What a workspace does every week: when each creator likes to post, and the words it uses again.

No post comes of it by itself; `seed_posts` is what is planned.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from config.demo.seed_posts import FERN, LUNA, NORTHPEAK
from scheduler.models import PostingSlot, Snippet
from tiktok.models import TikTokAccount

WEEKS = {
    LUNA: {"12:30": (0, 2, 4), "18:00": (1, 3), "09:00": (5,), "10:00": (6,)},
    FERN: {"17:30": (0, 2, 4, 6), "11:00": (5,)},
    NORTHPEAK: {"06:30": (0, 1, 2, 3, 4), "07:00": (5,), "08:00": (6,)},
}
"""By creator: a time of day, and the weekdays on which it is a slot (0 Monday)."""

SNIPPETS = {
    "Baking": "#baking #sourdough #breadtok",
    "Run club": "#running #runclub #longrun",
    "Where to find us": "Saturdays at the harbour market, from nine until we are sold out.",
}


def make_habits(accounts: Mapping[str, TikTokAccount]) -> None:
    """Slots and snippets of the workspace that these accounts, by creator, are connected in."""
    for creator, week in WEEKS.items():
        account = accounts[creator]
        PostingSlot.objects.bulk_create(
            PostingSlot(
                workspace=account.workspace, account=account, weekday=weekday, at=time.fromisoformat(at)
            )
            for at, weekdays in week.items()
            for weekday in weekdays
        )
    for name, text in SNIPPETS.items():
        Snippet.objects.create(workspace=accounts[LUNA].workspace, name=name, text=text)
