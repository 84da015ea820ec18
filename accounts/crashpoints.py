"""Named places where a fault test ends the process, as a power cut would.

A no-op unless the settings allow it and `ONCUE_CRASHPOINT` names the label: `label`, or `label@3` for its third
passage in this process.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

from django.conf import settings

_passages: Counter[str] = Counter()


def crashpoint(label: str) -> None:
    """SIGKILL to ourselves, if this is the place that the running fault test has named."""
    if not settings.CRASHPOINTS:
        return
    name, _, nth = os.environ.get("ONCUE_CRASHPOINT", "").partition("@")
    if name != label:
        return
    _passages[label] += 1
    if _passages[label] == int(nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
