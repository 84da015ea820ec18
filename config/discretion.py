"""What is kept out of our own logs: addresses that open something to whoever knows them (R-25, R-61).

It differs from `observability`, which cleans what is reported to another service.
"""

from __future__ import annotations

import logging
import re

from accounts.tracing import current_id

LOCKS = re.compile(r"(?<=/)(pull|c)/[^\s/?]{8,}")
"""Files that TikTok fetches, and links for creators who are not here."""


def without_locks(text: str) -> str:
    """The same text, with `…` for what such an address ends in."""
    return LOCKS.sub(r"\1/…", text)


class DiscreetFormatter(logging.Formatter):
    """Named in `LOGGING`: Django writes the path of every request that it refuses.

    A line that belongs to a request ends in the request's id, before any traceback.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        line, request_id = super().formatMessage(record), current_id()
        return f"{line} request={request_id}" if request_id else line

    def format(self, record: logging.LogRecord) -> str:
        return without_locks(super().format(record))
