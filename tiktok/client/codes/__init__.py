"""TikTok's codes as data: for each code, on each surface, its remedy and what a person reads.

Codes are matched exactly, never by a part of the word. Both spellings `invalid_param` and `invalid_params`
are one row. A code outside the tables keeps its name and gets the generic row of its surface (`known` is
False).
"""

from __future__ import annotations

from typing import Final

from tiktok.client.codes import words
from tiktok.client.codes.access import OAUTH_ROWS, SCOPE_CODES, USER_INFO_ROWS
from tiktok.client.codes.failures import FAIL_REASON_ROWS, TRANSPORT_ROWS
from tiktok.client.codes.posting import (
    CANCEL_ROWS,
    CHUNK_ROWS,
    CREATOR_INFO_ROWS,
    INIT_ROWS,
    STATUS_ROWS,
)
from tiktok.client.codes.rows import CodeRow, Remedy, Surface, Words, row

__all__ = ["ALL_ROWS", "SCOPE_CODES", "SPELLINGS", "CodeRow", "Remedy", "Surface", "Words", "row_for"]

ALL_ROWS: Final[tuple[CodeRow, ...]] = (
    *USER_INFO_ROWS,
    *OAUTH_ROWS,
    *CREATOR_INFO_ROWS,
    *INIT_ROWS,
    *CHUNK_ROWS,
    *STATUS_ROWS,
    *FAIL_REASON_ROWS,
    *CANCEL_ROWS,
    *TRANSPORT_ROWS,
)

# The pages disagree, and init has been seen to answer with either (section 1.4).
SPELLINGS: Final = {"invalid_param": "invalid_params", "invalid_params": "invalid_param"}

_BY_KEY: Final = {(known.surface, known.code): known for known in ALL_ROWS}


def row_for(code: str, surface: Surface) -> CodeRow:
    """The row of a code where it was met; for an unknown one, a generic row that carries the code as it came.

    An unknown refusal is the operator's to look at (`requirements/security.md` F-17); an unknown fail reason
    is final (section 9.1, last row).
    """
    found = _BY_KEY.get((surface, code)) or _BY_KEY.get((surface, SPELLINGS.get(code, code)))
    if found is not None:
        return found
    if surface is Surface.FAIL_REASON:
        return row(code, surface, Remedy.TERMINAL, words.UNKNOWN_FAILURE, "9.1", known=False)
    return row(code, surface, Remedy.APP_CONFIG, words.UNKNOWN_REFUSAL, "6.5", known=False)
