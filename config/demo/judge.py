"""Runs the journey and judges it: the post exactly once on the creator's page, never early, at most two seconds late.

With our own sandbox the ledger and the creator's public page decide. With somebody else's server only Oncue's own
pages are there to read, so the outcome and the time of the last byte on the post's page decide.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from config.demo.journey import Person, status_on, timeline_on
from config.supervisor import Running
from scheduler.demo_clips import make_clip

AHEAD = timedelta(seconds=12)
LATEST = 2.0
OUTCOME_WITHIN = 90.0
CREATOR = "luna.bakes"


@dataclass(frozen=True)
class Verdict:
    """What came of the journey; `passed` is the exit code's business."""

    passed: bool
    sentence: str


def run(stack: Running, say: Callable[[str], None]) -> Verdict:
    """Live through one post on this stack. Raises JourneyFailed where a page does not lead on."""
    person = Person(stack.base_url, stack.mail_dir, say, clicks_consent=stack.sandbox_url is not None)
    person.sign_up()
    person.connect()
    with tempfile.TemporaryDirectory() as folder:
        media = person.upload(make_clip(Path(folder) / "autumn-loaf.mp4", seconds=4))
    caption = f"Autumn loaf, the 24-hour cold proof #{person.email.partition('@')[0]}"
    post_url, due = person.schedule(media, caption=caption, ahead=AHEAD)
    page = person.wait_for_outcome(post_url, within=AHEAD.total_seconds() + OUTCOME_WITHIN)
    say("")
    for line in timeline_on(page):
        say(f"  {line}")
    say("")
    if status_on(page) != "published":
        return Verdict(False, f"the post ended as {status_on(page)}")
    if stack.sandbox_url is None:
        return Verdict(True, "TikTok says it is published")
    return _by_the_ledger(stack.sandbox_url, caption, due, say)


def _by_the_ledger(sandbox_url: str, caption: str, due: datetime, say: Callable[[str], None]) -> Verdict:
    page = requests.get(f"{sandbox_url}/@{CREATOR}", timeout=10)
    shown = page.text.count('data-posts="1"')
    say(f"{sandbox_url}/@{CREATOR}")
    say(f"posts on the creator's page: {page.text.split('data-posts=')[1].split(chr(34))[1]}")
    ledger = requests.get(f"{sandbox_url}/sandbox/ledger", timeout=10).json()
    commits = [row for row in ledger["publishes"] if row["caption"] == caption and row["committed_at"]]
    if not shown or len(commits) != 1:
        return Verdict(
            False, f"{len(commits)} publishes reached TikTok, the page shows another number than 1"
        )
    late = commits[0]["committed_at"] - due.astimezone(UTC).timestamp()
    say(f"last byte {late * 1000:+.0f} ms after its time")
    if not 0 <= late <= LATEST:
        return Verdict(False, f"it went out {late:+.3f} s from its time")
    return Verdict(True, "once, on time")
