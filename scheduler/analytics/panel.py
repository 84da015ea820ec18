"""The numbers of one published post, for its own page: what it has now, and each since it went out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Prefetch, prefetch_related_objects

from scheduler.analytics import counts, obstacles
from scheduler.analytics.chart import Chart, Point
from scheduler.models import COUNTED, PublishAttempt
from scheduler.states import Stage

if TYPE_CHECKING:
    from scheduler.analytics.counts import Measured, Tally
    from scheduler.analytics.obstacles import Obstacle
    from scheduler.models import Post

NOTHING = counts.Tally()


@dataclass
class PostNumbersPanel:
    """Of a post that is published."""

    post: Post
    asked: str = ""
    """Which count the line is of, as the address says it."""

    @property
    def shown(self) -> str:
        """What is unknown, or was not asked for, is its views."""
        return self.asked if self.asked in COUNTED else COUNTED[0]

    @property
    def title(self) -> str:
        return self.shown.capitalize()

    @property
    def ways(self) -> list[tuple[str, str]]:
        """Name and word of each count that has a line."""
        return [(name, name.capitalize()) for name in COUNTED]

    @cached_property
    def measured(self) -> list[Measured]:
        return counts.of_post(self.post)

    @property
    def tally(self) -> Tally:
        return counts.tallies(self.measured).get(self.post.pk, NOTHING)

    @property
    def facts(self) -> list[tuple[str, int | None]]:
        """Each count by its word; None where TikTok left it out."""
        return [(name.capitalize(), self.tally.counts.get(name)) for name in COUNTED]

    @cached_property
    def moments(self) -> list[tuple[datetime, int]]:
        """The counts behind the line."""
        return counts.moment_by_moment(self.measured, self.shown)

    @property
    def chart(self) -> Chart | None:
        """The line of that count since it was published; None before it was counted twice."""
        if len(self.moments) < 2:
            return None
        begins = min(self.post.published_at or self.moments[0][0], self.moments[0][0])
        points = [Point(at, count) for at, count in self.moments]
        return Chart(points, begins, self.moments[-1][0])

    @property
    def why(self) -> str:
        """Why it has no numbers, or old ones; where an account is the reason, `obstacle` says it."""
        tries = PublishAttempt.objects.filter(workspace=self.post.workspace_id, stage=Stage.LIVE)
        prefetch_related_objects([self.post], Prefetch("attempts", tries.defer("upload_url"), to_attr="live"))
        return obstacles.of_post(self.post, self.tally)

    @cached_property
    def obstacle(self) -> Obstacle | None:
        """What stands in the way of counting it."""
        found = obstacles.of_accounts([self.post.account]) if self.post.account else []
        return next((each for each in found if each.about_posts), None)
