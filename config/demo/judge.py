"""Runs the journey and judges it: each kind of post exactly once, never early, at most two seconds late.

With our own sandbox the ledger and the creator's public page decide. With somebody else's server only Oncue's own
pages are there to read, so the status on each post's page decides; photos are fetched from PUBLIC_BASE_URL, which that
server must reach.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from config.demo.journey import Person, Wish, status_on, timeline_on
from config.demo.pictures import make_photo
from config.supervisor import Running
from scheduler.demo_clips import make_clip

AHEAD = timedelta(seconds=12)
LATEST = 2.0
OUTCOME_WITHIN = 90.0
CREATOR = "luna.bakes"
GOOD = {"direct": {"published"}, "inbox": {"inbox", "published"}}
"""By mode: what the post's page says in the end."""


@dataclass(frozen=True)
class Verdict:
    """What came of the journey; `passed` is the exit code's business."""

    passed: bool
    sentence: str


@dataclass(frozen=True)
class Scheduled:
    """A wish on its way: the post's page and its instant."""

    wish: Wish
    url: str
    due: datetime


def run(stack: Running, say: Callable[[str], None]) -> Verdict:
    """Live through one post of each kind on this stack. Raises JourneyFailed where a page does not lead on."""
    person = Person(stack.base_url, stack.mail_dir, say, clicks_consent=stack.sandbox_url is not None)
    person.sign_up()
    person.connect()
    with tempfile.TemporaryDirectory() as folder:
        posts = [
            Scheduled(wish, *person.schedule(wish, ahead=AHEAD))
            for wish in _wishes(Path(folder), person.email.partition("@")[0])
        ]
    bad = [fault for post in posts if (fault := _outcome(person, post, say))]
    if bad:
        return Verdict(False, "; ".join(bad))
    if stack.sandbox_url is None:
        return Verdict(True, "TikTok says that each kind went out")
    return _by_the_ledger(stack.sandbox_url, posts, say)


def _wishes(folder: Path, tag: str) -> list[Wish]:
    clip = make_clip(folder / "autumn-loaf.mp4", seconds=4)
    photos = tuple(make_photo(folder / f"loaf-{number}.jpg", number=number) for number in range(1, 5))
    return [
        Wish("video", "direct", f"Autumn loaf, the 24-hour cold proof #{tag}", files=(clip,)),
        Wish("photo", "direct", f"Three crumbs, one oven #{tag}", "Which crumb?", photos[:3]),
        Wish("video", "inbox", files=(clip,)),
        Wish("photo", "inbox", f"One for the app #{tag}", "Last loaf", photos[2:]),
    ]


def _outcome(person: Person, post: Scheduled, say: Callable[[str], None]) -> str:
    """What is wrong with a post's outcome, by its page; nothing where it went out."""
    page = person.wait_for_outcome(post.url, within=AHEAD.total_seconds() + OUTCOME_WITHIN)
    say("")
    say(f"{post.wish.name}:")
    for line in timeline_on(page):
        say(f"  {line}")
    status = status_on(page)
    return "" if status in GOOD[post.wish.mode] else f"{post.wish.name} ended as {status}"


def _by_the_ledger(sandbox_url: str, posts: list[Scheduled], say: Callable[[str], None]) -> Verdict:
    page = requests.get(f"{sandbox_url}/@{CREATOR}", timeout=10)
    shown = int(page.text.split('data-posts="')[1].split('"')[0])
    say("")
    say(f"{sandbox_url}/@{CREATOR}")
    say(f"posts on the creator's page: {shown}")
    ledger = requests.get(f"{sandbox_url}/sandbox/ledger", timeout=10).json()
    bad = [fault for post in posts if (fault := _in_ledger(ledger["publishes"], post, say))]
    direct = sum(post.wish.mode == "direct" for post in posts)
    if shown != direct:
        bad.append(f"the creator's page shows {shown} posts, not {direct}")
    return Verdict(not bad, "; ".join(bad) or "each once, on time")


def _in_ledger(publishes: list[dict[str, Any]], post: Scheduled, say: Callable[[str], None]) -> str:
    """What is wrong with a post by TikTok's own books: not exactly once, early, or late."""
    wish = post.wish
    mine = [
        row["committed_at"]
        for row in publishes
        if (row["kind"], row["inbox"]) == (wish.kind, wish.mode == "inbox") and row["committed_at"]
    ]
    if len(mine) != 1:
        return f"{wish.name} reached TikTok {len(mine)} times"
    late = mine[0] - post.due.astimezone(UTC).timestamp()
    say(f"{wish.name}: {late * 1000:+.0f} ms after its time")
    return "" if 0 <= late <= LATEST else f"{wish.name} went out {late:+.3f} s from its time"
