"""The consents that live, each found by its tokens at once, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass
class Grant:
    """A creator's consent to one client. It has one live refresh token; its access tokens run out by themselves."""

    creator: str
    client_key: str
    scopes: list[str]
    refresh_token: str
    refresh_expires_at: float
    access_tokens: dict[str, float] = field(default_factory=dict)
    grant_id: str = ""


class Grants:
    """Indexed by token; `put` again after a grant's tokens changed."""

    def __init__(self, grants: Iterable[Grant] = ()) -> None:
        self._grants: dict[str, Grant] = {}
        self._by_access: dict[str, Grant] = {}
        self._by_refresh: dict[str, Grant] = {}
        self._tokens: dict[str, tuple[str, list[str]]] = {}
        for grant in grants:
            self.put(grant)

    def __iter__(self) -> Iterator[Grant]:
        return iter(list(self._grants.values()))

    def put(self, grant: Grant) -> None:
        """Keep a new grant, or one whose tokens changed. A grant without an id gets its first refresh token's."""
        grant.grant_id = grant.grant_id or grant.refresh_token
        self.remove(grant)
        self._grants[grant.grant_id] = grant
        self._by_refresh[grant.refresh_token] = grant
        self._by_access.update(dict.fromkeys(grant.access_tokens, grant))
        self._tokens[grant.grant_id] = (grant.refresh_token, list(grant.access_tokens))

    def remove(self, grant: Grant) -> None:
        self._grants.pop(grant.grant_id, None)
        refresh, accesses = self._tokens.pop(grant.grant_id, ("", []))
        self._by_refresh.pop(refresh, None)
        for access in accesses:
            self._by_access.pop(access, None)

    def by_access(self, token: str) -> Grant | None:
        return self._by_access.get(token)

    def by_refresh(self, token: str) -> Grant | None:
        return self._by_refresh.get(token)

    def of(self, creator: str) -> list[Grant]:
        return [grant for grant in self if grant.creator == creator]
