"""How the app behaves as a caller: at once, too often, refused. Tests assert on it through the ledger."""

from __future__ import annotations

from collections import Counter, defaultdict

from .endpoints import OAUTH_ENDPOINTS, UPLOAD_ENDPOINTS, Endpoint

CREATED = 201
TOO_MANY = 429


class Tally:
    """Counts per creator. A call counts as running from its arrival until its answer has left.

    `at_once` is about calls with an access token (chunks carry none), `token_calls_at_once` about OAuth.
    """

    def __init__(self) -> None:
        self._running: Counter[tuple[str, bool]] = Counter()
        self._most: Counter[tuple[str, bool]] = Counter()
        self._over_rate: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._refused_commits: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._repeated_commits: Counter[str] = Counter()

    def enter(self, creator: str | None, endpoint: Endpoint) -> None:
        if creator is not None and endpoint not in UPLOAD_ENDPOINTS:
            key = (creator, endpoint in OAUTH_ENDPOINTS)
            self._running[key] += 1
            self._most[key] = max(self._most[key], self._running[key])

    def leave(self, creator: str | None, endpoint: Endpoint) -> None:
        if creator is not None and endpoint not in UPLOAD_ENDPOINTS:
            self._running[creator, endpoint in OAUTH_ENDPOINTS] -= 1

    def answered(self, creator: str | None, endpoint: Endpoint, status: int, *, was_committed: bool) -> None:
        """`was_committed`: the publish of this commit had every byte before it came."""
        if creator is None:
            return
        if status == TOO_MANY:
            self._over_rate[creator][endpoint] += 1
        if endpoint is Endpoint.COMMIT and status != CREATED:
            self._refused_commits[creator][status] += 1
            self._repeated_commits[creator] += was_committed

    def to_json(self) -> dict[str, dict[str, object]]:
        """Per creator: the most calls at once, 429s by endpoint, refused commits by status, commits sent again."""
        creators = {name for name, _ in self._most} | set(self._refused_commits) | set(self._over_rate)
        return {
            name: {
                "at_once": self._most[name, False],
                "token_calls_at_once": self._most[name, True],
                "over_rate": dict(self._over_rate.get(name, {})),
                "refused_commits": dict(self._refused_commits.get(name, {})),
                "repeated_commits": self._repeated_commits[name],
            }
            for name in sorted(creators)
        }
