"""What three creators plan around today: one post in every status in which a post can rest, and two about to go out.

Only the plan; `seed_rows` turns it into rows and timelines. Days count from today, hours are the workspace's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scheduler.states import PostMode, PostStatus, Reason
from scheduler.transitions import NOTHING, Said
from tiktok.client.codes import Surface

LUNA, FERN, NORTHPEAK = CREATORS = ("luna.bakes", "fernandfold", "northpeak.run")

SETTINGS: dict[str, dict[str, Any]] = {
    LUNA: {"privacy_level": "PUBLIC_TO_EVERYONE", "allow_comment": True, "allow_duet": True},
    FERN: {"privacy_level": "PUBLIC_TO_EVERYONE", "allow_comment": True, "allow_stitch": True},
    NORTHPEAK: {"privacy_level": "FOLLOWER_OF_CREATOR", "allow_comment": True},
}
"""What each creator chooses; the sandbox's creators allow it (`tiktok.sandbox.creators`)."""


@dataclass(frozen=True)
class Planned:
    """One post. `at` is a wall-clock time, empty where none was chosen; an empty `clip` means no video yet."""

    creator: str
    day: int
    at: str
    status: PostStatus
    clip: str
    caption: str
    reason: Reason | None = None
    hold: Reason | None = None
    said: Said = NOTHING
    mode: PostMode = PostMode.DIRECT


RISKY = Said("spam_risk_text", Surface.FAIL_REASON)
UNAUDITED = Said("unaudited_client_can_only_post_to_private_accounts", Surface.VIDEO_INIT, http_status=403)

PAST = (
    Planned(
        NORTHPEAK,
        -3,
        "06:30",
        PostStatus.PUBLISHED,
        "hill-repeats",
        "Warm-up in four moves. Two minutes, no excuses. #running #warmup",
    ),
    Planned(
        FERN,
        -3,
        "09:00",
        PostStatus.PUBLISHED,
        "linen-cupboard",
        "How we fold a fitted sheet. Yes, it stays flat. #linen #homereset",
    ),
    Planned(
        LUNA,
        -3,
        "12:30",
        PostStatus.PUBLISHED,
        "shortbread-final",
        "Three-ingredient shortbread, no mixer. Butter, sugar, flour, patience. #baking #shortbread",
    ),
    Planned(
        NORTHPEAK,
        -2,
        "06:30",
        PostStatus.PUBLISHED,
        "route-3",
        "Cadence drill you can hum: 170 beats, three minutes, twice. #runclub",
    ),
    Planned(
        FERN,
        -2,
        "17:30",
        PostStatus.NEEDS_CHECK,
        "north-light",
        "Repotting, the lazy way. One size up, never two. #houseplants",
        reason=Reason.STILL_PROCESSING,
    ),
    Planned(
        LUNA,
        -2,
        "18:00",
        PostStatus.PUBLISHED,
        "autumn-loaf-v3",
        "Proofing baskets, ranked by mess. #sourdough #breadtok",
    ),
    Planned(
        NORTHPEAK,
        -1,
        "06:30",
        PostStatus.PUBLISHED,
        "hill-repeats",
        "Hill repeats at sunrise. Hills first, coffee after. #running",
    ),
    Planned(
        LUNA,
        -1,
        "12:30",
        PostStatus.FAILED,
        "autumn-loaf-v3",
        "WIN an autumn loaf!!! Follow + like + tag 10 friends, link in bio 🍂🍂🍂 #giveaway #free #follow",
        reason=Reason.TIKTOK_REFUSED,
        said=RISKY,
    ),
    Planned(FERN, -1, "10:00", PostStatus.IN_INBOX, "north-light", "", mode=PostMode.INBOX),
    Planned(
        FERN,
        -1,
        "17:30",
        PostStatus.MISSED,
        "linen-cupboard",
        "Five linens, one wash test. Number four surprised us. #linen",
        reason=Reason.LATE,
    ),
)

AHEAD = (
    Planned(
        NORTHPEAK,
        1,
        "06:30",
        PostStatus.SCHEDULED,
        "route-3",
        "Easy pace is a skill. If you can't chat, slow down. #runclub",
    ),
    Planned(
        FERN,
        1,
        "11:00",
        PostStatus.SCHEDULED,
        "north-light",
        "Ferns that survive north light. Three that thrive, one that sulks. #houseplants #ferns",
    ),
    Planned(
        NORTHPEAK,
        1,
        "18:45",
        PostStatus.CANCELLED,
        "hill-repeats",
        "Lacing for wide feet, in thirty seconds. #running",
    ),
    Planned(
        NORTHPEAK,
        2,
        "07:00",
        PostStatus.SCHEDULED,
        "route-3",
        "Long run, route 3: river out, ridge back. #longrun #runclub",
    ),
    Planned(
        LUNA,
        2,
        "12:30",
        PostStatus.SCHEDULED,
        "shortbread-final",
        "Berry layer cake in 40 seconds. #cake #baking",
        hold=Reason.APP_CONFIGURATION,
        said=UNAUDITED,
    ),
    Planned(
        LUNA,
        3,
        "09:00",
        PostStatus.SCHEDULED,
        "autumn-loaf-v3",
        "Market morning: what we bring, and what sells out first. #bakery #market",
    ),
    Planned(
        FERN,
        3,
        "17:30",
        PostStatus.SCHEDULED,
        "linen-cupboard",
        "Linen cupboard reset. One shelf, five folds, ten quiet minutes. #homereset #linen",
    ),
    Planned(
        LUNA,
        0,
        "",
        PostStatus.DRAFT,
        "shortbread-final",
        "Slow mornings at the bakery. #bakery",
    ),
    Planned(NORTHPEAK, 3, "08:00", PostStatus.DRAFT, "", "Recovery walk (still needs its video)"),
)

WEEK = PAST + AHEAD


@dataclass(frozen=True)
class Soon:
    """A post that goes out while the person looks on, `seconds` after the seeding."""

    creator: str
    seconds: int
    clip: str
    caption: str


SOON = (
    Soon(LUNA, 20, "shortbread-final", "Straight from the oven: today's shortbread. #bakery #baking"),
    Soon(FERN, 45, "north-light", "Morning mist for the ferns. Sound on. #houseplants #ferns"),
)
