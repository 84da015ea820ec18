"""Faults to order: each waits in line for the calls it matches, and the first one in line takes the call.

A fault tells what happens to one call. The rules that hold without it are in
`publishing`, `uploads` and `oauth`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .endpoints import UPLOAD_ENDPOINTS, Endpoint


class FaultKind(StrEnum):
    """What can go wrong. `effect` in a fault says whether the call was carried out before it did."""

    LOSE = "lose"  # connection closed without an answer; by default after the effect
    RESET = "reset"  # the same by a TCP reset
    CUT = "cut"  # the answer breaks off in its middle; by default after the effect
    STALL = "stall"  # the answer stops in its middle for `seconds`; by default after the effect
    HUGE = "huge"  # 200 with a body of `size` bytes; by default after the effect
    HANG = "hang"  # silence for `seconds`, then as usual; by default after the effect
    ERROR = "error"  # `code` in the shape of that surface, with `http_status` or the code's own
    HTTP = "http"  # bare `http_status` (503) with `body`
    HTML = "html"  # an error page of a gateway, `http_status` (502)
    MALFORMED = "malformed"  # 200 with JSON that breaks off; by default after the effect
    SLOW = "slow"  # the answer, or for an upload the request, at `bytes_per_second`
    EXPIRE_UPLOAD = "expire_upload"  # the upload URL's hour is over
    REVOKE = "revoke"  # the creator has just removed the app
    FAIL = "fail"  # the commit is accepted, processing ends in `fail_reason`
    STUCK = "stuck"  # the commit is accepted, processing never ends
    NO_PULL = "no_pull"  # the init is accepted, no byte is ever fetched
    STALL_PULL = "stall_pull"  # the fetch begins and never ends
    DROP = "drop"  # the webhook is never sent
    DUPLICATE = "duplicate"  # it is sent `copies` times in all
    LATE = "late"  # it is sent `seconds` later
    WRONG_SIGNATURE = "wrong_signature"  # it is signed with another secret
    FOREIGN_KEY = "foreign_key"  # it is about another app


AFTER_EFFECT = frozenset(
    {
        FaultKind.LOSE,
        FaultKind.RESET,
        FaultKind.CUT,
        FaultKind.STALL,
        FaultKind.HUGE,
        FaultKind.HANG,
        FaultKind.MALFORMED,
        FaultKind.SLOW,
    }
)
AT_COMMIT = frozenset({FaultKind.FAIL, FaultKind.STUCK})
AT_PULL = frozenset({FaultKind.NO_PULL, FaultKind.STALL_PULL})
AT_WEBHOOK = frozenset(
    {
        FaultKind.DROP,
        FaultKind.DUPLICATE,
        FaultKind.LATE,
        FaultKind.WRONG_SIGNATURE,
        FaultKind.FOREIGN_KEY,
    }
)
PLACES = {Endpoint.COMMIT: AT_COMMIT, Endpoint.PULL: AT_PULL, Endpoint.WEBHOOK: AT_WEBHOOK}
ELSEWHERE = AT_COMMIT | AT_PULL | AT_WEBHOOK
ANY = "*"


@dataclass
class Fault:
    """One order. It lets `skip` matching calls pass, then takes `times`, then is gone.

    `endpoint` is an `Endpoint` value or `*`; `upload` also matches the commit. `creator` None is everyone.
    """

    kind: str
    endpoint: str = ANY
    creator: str | None = None
    times: int = 1
    skip: int = 0
    effect: bool | None = None
    seconds: float = 5.0
    http_status: int = 0
    code: str = "internal_error"
    message: str = ""
    body: str = ""
    retry_after: int | None = None
    bytes_per_second: int = 64
    fail_reason: str = "internal"
    copies: int = 2
    size: int = 50_000_000

    def __post_init__(self) -> None:
        self.kind = FaultKind(self.kind)
        if self.endpoint != ANY:
            self.endpoint = Endpoint(self.endpoint)
        if self.effect is None:
            self.effect = self.kind in AFTER_EFFECT
        for place, kinds in PLACES.items():
            if self.kind in kinds:
                self.endpoint = place
        if self.kind == FaultKind.EXPIRE_UPLOAD and self.endpoint == ANY:
            self.endpoint = Endpoint.UPLOAD

    def matches(self, endpoint: Endpoint, creator: str | None) -> bool:
        here = self.endpoint in (ANY, endpoint) or (
            self.endpoint == Endpoint.UPLOAD and endpoint in UPLOAD_ENDPOINTS
        )
        return here and self.creator in (None, creator)


def take(faults: list[Fault], endpoint: Endpoint, creator: str | None) -> Fault | None:
    """The fault that befalls this call, if any, counting it down. A call that is let pass meets none."""
    return _take([fault for fault in faults if fault.kind not in ELSEWHERE], faults, endpoint, creator)


def take_outcome(faults: list[Fault], creator: str | None) -> Fault | None:
    """What is in store for the publish that is being committed; a line of its own, so that an answer can be
    lost and the publish fail as well."""
    return _take_at(Endpoint.COMMIT, faults, creator)


def take_pull(faults: list[Fault], creator: str) -> Fault | None:
    """What befalls the fetch of the publish that was just committed."""
    return _take_at(Endpoint.PULL, faults, creator)


def take_webhook(faults: list[Fault], creator: str) -> Fault | None:
    """What befalls the webhook that is about to be sent."""
    return _take_at(Endpoint.WEBHOOK, faults, creator)


def _take_at(place: Endpoint, faults: list[Fault], creator: str | None) -> Fault | None:
    return _take([fault for fault in faults if fault.kind in PLACES[place]], faults, place, creator)


def _take(line: list[Fault], faults: list[Fault], endpoint: Endpoint, creator: str | None) -> Fault | None:
    fault = next((fault for fault in line if fault.matches(endpoint, creator)), None)
    if fault is None:
        return None
    if fault.skip > 0:
        fault.skip -= 1
        return None
    fault.times -= 1
    if fault.times <= 0:
        faults.remove(fault)
    return fault
