"""What TikTok takes of a video stands in one place, which needs no library of videos."""

from __future__ import annotations

import subprocess
import sys

from scheduler import explaining, probe, video_limits


def test_what_a_video_is_checked_by_is_what_a_failed_post_is_explained_by() -> None:
    for limits in (probe, explaining):
        assert limits.RATES is video_limits.RATES
        assert limits.SIDES is video_limits.SIDES


def test_the_limits_need_no_library_of_videos() -> None:
    asked = "import sys, scheduler.video_limits; sys.exit('av' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked]).returncode == 0
