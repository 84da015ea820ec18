"""Waiting for a part that answers over HTTP."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit

from config.supervisor.child import Child, describe_end
from config.supervisor.errors import PartFailed

POLL_SECONDS = 0.05


def await_answer(child: Child, url: str, timeout: float = 60.0) -> None:
    """Return once the URL answers below 400. Raises `PartFailed` if the part ends first or stays silent."""
    deadline = time.monotonic() + timeout
    while not answers(url):
        code = child.ended
        if code is not None:
            raise PartFailed(f"{child.part.name} {describe_end(code)} at its start. Its log: {child.log}")
        if time.monotonic() > deadline:
            raise PartFailed(f"{child.part.name} did not answer in {timeout:g} s. Its log: {child.log}")
        time.sleep(POLL_SECONDS)


def answers(url: str) -> bool:
    """Whether a GET of this loopback URL succeeds now."""
    target = urlsplit(url)
    link = http.client.HTTPConnection(target.hostname or "", target.port, timeout=5)
    try:
        link.request("GET", target.path or "/")
        return link.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()
