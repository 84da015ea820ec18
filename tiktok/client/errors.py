"""What can go wrong in a call to TikTok.

    TikTokError
    ├── NoAnswer             nothing came back in time; `request_sent` says whether anything left
    ├── UnreadableAnswer     something came back that the contract cannot explain
    ├── ServerTrouble        TikTok says that it failed (5xx, or a code that means it)
    └── Refusal              TikTok understood and said no, with a code
        ├── AuthRefusal      the token or the grant is not good for this
        └── LimitRefusal     too much, for now

Branches answer "what may I catch", `outcome` answers "what may have happened", `remedy` answers "what next",
and `row` holds the words for the person. Nothing here retries. No error holds a URL, a token, or the
library's error.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Final

from tiktok.client.codes import CodeRow, Remedy, Surface, row_for
from tiktok.client.codes.failures import ACCESS_LOST, BUSY, FOREIGN_HOST, NO_ANSWER, NOT_SENT


class Outcome(StrEnum):
    """What a call did to TikTok, as far as its answer proves it."""

    OK = "ok"  # done, on TikTok's word
    REFUSED = "refused"  # not done, on TikTok's word
    AUTH = "auth"  # not done; the token or the grant is the reason
    LIMIT = "limit"  # not done; a rate or a cap is the reason
    AMBIGUOUS = "ambiguous"  # may be done: ask TikTok before a committing call is repeated
    NOT_SENT = "not_sent"  # not done: no byte of the request left


class TikTokError(Exception):
    """A call that did not end well. `detail` is for the technical details, never for the sentence.

    `code` is TikTok's own word, empty where it gave none; `http_status` is None where no status line was
    read; `retry_after` is the server's advice in seconds, which the contract does not promise (section 14).
    """

    default_outcome: ClassVar[Outcome] = Outcome.AMBIGUOUS
    default_remedy: ClassVar[Remedy] = Remedy.RETRY
    stand_in: ClassVar[str] = NO_ANSWER

    def __init__(
        self,
        detail: str = "",
        *,
        code: str = "",
        http_status: int | None = None,
        log_id: str = "",
        surface: Surface = Surface.TRANSPORT,
        retry_after: int | None = None,
        request_sent: bool = True,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.http_status = http_status
        self.log_id = log_id
        self.surface = surface
        self.retry_after = retry_after
        self.request_sent = request_sent

    def __str__(self) -> str:
        status = f"HTTP {self.http_status}" if self.http_status else ""
        facts = [self.code, status, f"log id {self.log_id}" if self.log_id else "", self.detail]
        return f"{self.outcome}: " + ", ".join(fact for fact in facts if fact)

    @property
    def outcome(self) -> Outcome:
        """What the call did, as far as is proven."""
        return self.default_outcome if self.request_sent else Outcome.NOT_SENT

    @property
    def row(self) -> CodeRow:
        """The words for the person: the code's own where we know it, else those of the kind of error."""
        found = row_for(self.code, self.surface)
        if found.known or not self.stand_in:
            return found
        return row_for(self.stand_in if self.request_sent else NOT_SENT, Surface.TRANSPORT)

    @property
    def remedy(self) -> Remedy:
        """What has to happen next."""
        found = row_for(self.code, self.surface)
        return found.remedy if found.known else self.default_remedy


class NoAnswer(TikTokError):
    """No complete answer within the deadline. With `request_sent` False nothing happened at TikTok."""


class UnreadableAnswer(TikTokError):
    """An answer outside the contract: HTML, broken JSON, a missing field, too many bytes, a redirect."""


class ForeignHost(UnreadableAnswer):
    """An upload address that is not TikTok's: nothing was sent there, and asking again brings the same one."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, code=FOREIGN_HOST, request_sent=False)


class ServerTrouble(TikTokError):
    """TikTok failed on its side. For a call that commits, the post may exist all the same."""

    stand_in = BUSY


class Refusal(TikTokError):
    """TikTok did not do it, and said why."""

    default_outcome = Outcome.REFUSED
    default_remedy = Remedy.APP_CONFIG
    stand_in = ""


class AuthRefusal(Refusal):
    """The token, the grant or its scopes won't do. A refresh may help for `access_token_invalid`."""

    default_outcome = Outcome.AUTH
    default_remedy = Remedy.RECONNECT
    stand_in = ACCESS_LOST


class LimitRefusal(Refusal):
    """A rate limit or a daily cap: the same call may work later."""

    default_outcome = Outcome.LIMIT
    default_remedy = Remedy.RETRY_AFTER
    stand_in = BUSY


# Sections 1.4 and 2.4: codes that blame the server, whatever the status (OAuth sends them with 200).
SERVER_CODES: Final = frozenset({"internal_error", "server_error", "temporarily_unavailable"})

KINDS_BY_REMEDY: Final[dict[Remedy, type[Refusal]]] = {
    Remedy.RETRY_AFTER: LimitRefusal,
    Remedy.RECONNECT: AuthRefusal,
}
KINDS_BY_STATUS: Final[dict[int, type[Refusal]]] = {401: AuthRefusal, 429: LimitRefusal}


def kind_of(code: str, surface: Surface, http_status: int) -> type[TikTokError]:
    """The class of an answer that is not a success.

    The code decides where it is in the tables, because statuses are unreliable: OAuth and creator info
    refuse with 200 (section 17, quirks 4 and 5). An unknown code goes by its status.
    """
    if http_status >= 500 or code in SERVER_CODES:
        return ServerTrouble
    found = row_for(code, surface)
    if found.known:
        return KINDS_BY_REMEDY.get(found.remedy, Refusal)
    return KINDS_BY_STATUS.get(http_status, Refusal)
