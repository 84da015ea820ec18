"""What the numbers were measured on: they mean nothing away from it, their ratios do."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

PACKAGES = ("celery", "django", "psycopg", "aiohttp", "requests", "redis")
FLUSHES = 50
PAGE = bytes(8192)


def describe() -> dict[str, Any]:
    """Processor, memory, versions, load, and how long the disk takes to keep 8 kB."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
        "fdatasync_ms": fdatasync_ms(),
        **{name: version(name) for name in PACKAGES},
    }


def fdatasync_ms() -> float:
    """The median time that this disk takes to keep one page of 8 kB."""
    times = []
    with tempfile.TemporaryFile() as file:
        for _ in range(FLUSHES):
            os.pwrite(file.fileno(), PAGE, 0)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - began) * 1000)
    return round(median(times), 3)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
