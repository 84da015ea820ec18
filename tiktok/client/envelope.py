"""Reads TikTok's three shapes of answer (`tiktok-api.md` section 1.3): data APIs, OAuth, chunk PUT.

From here a call gets either the data of a success or an error of `errors`. What the data means is read by
the noun's own module.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tiktok.client.codes import Surface
from tiktok.client.errors import LimitRefusal, ServerTrouble, TikTokError, UnreadableAnswer, kind_of
from tiktok.client.wire import Response

LONGEST_CODE: Final = 100
LONGEST_DETAIL: Final = 300
LONGEST_ADVICE: Final = 24 * 3600

_TOKEN_SHAPE: Final = re.compile(r"\b(?:act|rft|clt)\.[\w.!*~%-]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """The data of a success, and TikTok's id of the call."""

    data: dict[str, Any]
    log_id: str


def read_data(response: Response, surface: Surface) -> Answer:
    """The `data` of a data API, or none. Success is `error.code == "ok"`, not the status."""
    document = _document(response, surface)
    error = document.get("error")
    code, log_id = _code(error), _log_id(document)
    if code != "ok":
        raise _failure(response, surface, document)
    if not 200 <= response.status < 300:
        raise unreadable("The answer says ok with a status that does not.", response, surface, log_id=log_id)
    data = document.get("data")
    return Answer(data if isinstance(data, dict) else {}, log_id)


def read_oauth(response: Response) -> dict[str, Any]:
    """The flat object of the OAuth API; empty for an empty success. Refusals come with HTTP 200 too."""
    if not response.body.strip() and 200 <= response.status < 300:
        return {}
    document = _document(response, Surface.OAUTH)
    if _code(document.get("error")) not in {"", "ok"} or not 200 <= response.status < 300:
        raise _failure(response, Surface.OAUTH, document)
    return document


def read_status(response: Response, surface: Surface, *, accepted: frozenset[int]) -> int:
    """The status of an answer that has no JSON contract; a status outside `accepted` raises."""
    if response.status in accepted:
        return response.status
    if response.status < 400:
        raise unreadable("A status that the contract doesn't know.", response, surface)
    _, log_id = peek(response)
    kind = kind_of(str(response.status), surface, response.status)
    raise kind(
        code="" if kind is ServerTrouble else str(response.status),
        http_status=response.status,
        log_id=log_id,
        surface=surface,
        retry_after=_advice(response),
    )


def peek(response: Response) -> tuple[str, str]:
    """The code and the log id of any answer, for the log line; empty where there is none to read."""
    document = _json_object(response.body) if response.body else None
    return ("", "") if document is None else (_code(document.get("error")), _log_id(document))


def unreadable(detail: str, response: Response, surface: Surface, *, log_id: str = "") -> UnreadableAnswer:
    """The error for an answer outside the contract."""
    return UnreadableAnswer(detail, http_status=response.status, surface=surface, log_id=log_id)


def tidy(value: object, longest: int) -> str:
    """Foreign text made fit to store and to log: printable, clipped, without anything shaped like a token."""
    text = value if isinstance(value, str) else ""
    printable = "".join(character if character.isprintable() else " " for character in text[: longest * 4])
    return _TOKEN_SHAPE.sub("***", printable)[:longest]


def _document(response: Response, surface: Surface) -> dict[str, Any]:
    """The JSON object of an answer. Without one only 5xx and 429 are understood: gateways send HTML."""
    document = _json_object(response.body)
    if document is not None:
        return document
    if response.status >= 500:
        raise ServerTrouble(http_status=response.status, surface=surface, retry_after=_advice(response))
    if response.status == 429:
        raise LimitRefusal(http_status=429, surface=surface, retry_after=_advice(response))
    raise unreadable("The answer is not a JSON object.", response, surface)


def _failure(response: Response, surface: Surface, document: Mapping[str, Any]) -> TikTokError:
    error = document.get("error")
    code, log_id = _code(error), _log_id(document)
    kind = kind_of(code, surface, response.status)
    if not code and kind not in {ServerTrouble, LimitRefusal}:
        return unreadable("The answer names no error code.", response, surface, log_id=log_id)
    message = error.get("message") if isinstance(error, dict) else document.get("error_description")
    return kind(
        tidy(message, LONGEST_DETAIL),
        code=code,
        http_status=response.status,
        log_id=log_id,
        surface=surface,
        retry_after=_advice(response),
    )


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _code(error: object) -> str:
    """The code, from the object of the data APIs or the word of OAuth."""
    return tidy(error.get("code") if isinstance(error, dict) else error, LONGEST_CODE)


def _log_id(document: Mapping[str, Any]) -> str:
    """`log_id` in examples, `logid` in field tables (section 1.3); inside `error`, or beside it in OAuth."""
    error = document.get("error")
    holder = {**document, **error} if isinstance(error, dict) else document
    return tidy(holder.get("log_id") or holder.get("logid"), LONGEST_CODE)


def _advice(response: Response) -> int | None:
    """`Retry-After` in seconds, if one came that makes sense. TikTok promises none (section 14)."""
    advice = response.headers.get("retry-after", "").strip()
    if not (advice.isascii() and advice.isdigit()) or len(advice) > 6:
        return None
    return int(advice) if int(advice) <= LONGEST_ADVICE else None
