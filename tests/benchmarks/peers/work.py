"""What every peer does for a due post: one UPDATE and one PUT, on connections that its thread keeps.

Runs in the peers' own environment and imports nothing of ours. Keeping the connections is kinder than what the
manuals show.
"""

from __future__ import annotations

import os
import sys
import threading
from datetime import datetime

import psycopg
import requests

HOST, NAME, USER = (os.environ[f"BENCH_DATABASE_{part}"] for part in ("HOST", "NAME", "USER"))
CONNINFO = f"host={HOST} dbname={NAME} user={USER}"
REDIS = os.environ["BENCH_REDIS"]
CLIP = bytes(40_000)
HEADERS = {
    "Content-Type": "video/mp4",
    "Content-Range": f"bytes 0-{len(CLIP) - 1}/{len(CLIP)}",
}
_mine = threading.local()


def due_posts() -> list[tuple[int, datetime, str]]:
    """(id, due instant, upload URL) of each post that is to go out, in order."""
    with psycopg.connect(CONNINFO) as connection:
        rows = connection.execute(
            "SELECT id, due_at, upload_url FROM naive_post WHERE upload_url <> '' ORDER BY due_at, id"
        )
        return rows.fetchall()


def publish(post_id: int, upload_url: str) -> None:
    """Post it, and keep that it was."""
    if not hasattr(_mine, "session"):
        _mine.session = requests.Session()
        _mine.connection = psycopg.connect(CONNINFO, autocommit=True)
    _mine.session.put(upload_url, data=CLIP, headers=HEADERS, timeout=60).raise_for_status()
    _mine.connection.execute("UPDATE naive_post SET status = 'published' WHERE id = %s", [post_id])


def ready() -> None:
    """The benchmark waits for this line."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
