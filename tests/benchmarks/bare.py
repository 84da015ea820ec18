"""The limit: a client that knows its requests beforehand and does nothing but send them at the due instant.

One of `--of` processes; takes every such request from the table of the others. `--warm` opens its connections first.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp
import psycopg

CLIP = bytes(40_000)
HEADERS = {
    "Content-Type": "video/mp4",
    "Content-Range": f"bytes 0-{len(CLIP) - 1}/{len(CLIP)}",
}


def requests_of(number: int, of: int) -> list[tuple[datetime, str]]:
    host, name, user = (os.environ[f"BENCH_DATABASE_{part}"] for part in ("HOST", "NAME", "USER"))
    with psycopg.connect(host=host, dbname=name, user=user) as connection:
        rows = connection.execute(
            "SELECT due_at, upload_url FROM naive_post WHERE upload_url <> '' AND id %% %s = %s ORDER BY due_at",
            [of, number],
        )
        return rows.fetchall()


async def put_at(session: aiohttp.ClientSession, instant: datetime, url: str) -> None:
    await asyncio.sleep(max(0.0, instant.timestamp() - time.time()))
    while (left := instant.timestamp() - time.time()) > 0:
        await asyncio.sleep(left)
    async with session.put(url, data=CLIP, headers=HEADERS) as answer:
        await answer.read()


async def warm_up(session: aiohttp.ClientSession, url: str, connections: int) -> None:
    parts = urlsplit(url)

    async def one() -> None:
        async with session.get(f"{parts.scheme}://{parts.netloc}/sandbox/health") as answer:
            await answer.read()

    await asyncio.gather(*(one() for _ in range(connections)))


async def main(options: argparse.Namespace) -> None:
    wanted = requests_of(options.number, options.of)
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
    async with aiohttp.ClientSession(connector=connector) as session:
        if options.warm:
            await warm_up(session, wanted[0][1], len(wanted))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.gather(*(put_at(session, instant, url) for instant, url in wanted))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int, required=True)
    parser.add_argument("--of", type=int, default=2)
    parser.add_argument("--warm", action="store_true")
    asyncio.run(main(parser.parse_args()))
