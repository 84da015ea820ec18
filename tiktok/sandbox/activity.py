"""Who posted and who was sent drafts within the last day: what the caps of contract section 14 are measured by.

It is asked at every init, so it counts as things happen and never looks through what came before.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable

from .posts import will_be_post
from .publishes import NS, Publish
from .state import DAY


class Activity:
    """Direct posts per creator and drafts per creator, of the 24 hours before the moment that is asked about.

    A pending share is counted from its init until it is finished, fails, or is a day old: TikTok counts unfinished
    uploads too (contract section 17, quirk 13).
    """

    def __init__(self, publishes: Iterable[Publish] = ()) -> None:
        self._order: deque[Publish] = deque()
        self._counted: set[str] = set()
        self._posted: Counter[str] = Counter()
        self._pending: defaultdict[str, dict[str, Publish]] = defaultdict(dict)
        for publish in sorted(publishes, key=lambda publish: publish.committed_at_ns or 0):
            self.began(publish)
            if will_be_post(publish):
                self.committed(publish)

    def began(self, publish: Publish) -> None:
        if publish.inbox and not publish.fail_reason and not publish.posts:
            self._pending[publish.creator][publish.publish_id] = publish

    def committed(self, publish: Publish) -> None:
        if not publish.inbox and will_be_post(publish):
            self._order.append(publish)
            self._counted.add(publish.publish_id)
            self._posted[publish.creator] += 1

    def ended(self, publish: Publish) -> None:
        """It failed, or its draft was finished: it leaves room."""
        self._pending[publish.creator].pop(publish.publish_id, None)
        if publish.fail_reason:
            self._uncount(publish)

    def posted(self, creator: str, now: float) -> int:
        self._forget(now)
        return self._posted[creator]

    def active_creators(self, now: float) -> int:
        self._forget(now)
        return len(self._posted)

    def is_active(self, creator: str) -> bool:
        return creator in self._posted

    def pending(self, creator: str, now: float) -> int:
        """How many drafts wait for this creator."""
        waiting = self._pending[creator]
        for publish_id in [key for key, publish in waiting.items() if publish.initiated_at <= now - DAY]:
            del waiting[publish_id]
        return len(waiting)

    def _forget(self, now: float) -> None:
        while self._order and (self._order[0].committed_at_ns or 0) / NS <= now - DAY:
            self._uncount(self._order.popleft())

    def _uncount(self, publish: Publish) -> None:
        if publish.publish_id in self._counted:
            self._counted.remove(publish.publish_id)
            self._posted[publish.creator] -= 1
            if not self._posted[publish.creator]:
                del self._posted[publish.creator]
