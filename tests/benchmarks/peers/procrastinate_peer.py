"""procrastinate: 64 jobs at once on one event loop. `sys.argv[1]`: `hand_out`, or seconds between polls."""

from __future__ import annotations

import asyncio
import sys

import aiohttp
import procrastinate
import work

app = procrastinate.App(
    connector=procrastinate.PsycopgConnector(conninfo=work.CONNINFO), import_paths=["procrastinate_peer"]
)
sessions: list[aiohttp.ClientSession] = []


@app.task(name="publish")
async def publish(post_id: int, upload_url: str) -> None:
    async with sessions[0].put(upload_url, data=work.CLIP, headers=work.HEADERS) as answer:
        answer.raise_for_status()
    await app.connector.execute_query_async(
        "UPDATE naive_post SET status = 'published' WHERE id = %(id)s", id=post_id
    )


async def hand_out() -> None:
    async with app.open_async():
        for post_id, due_at, upload_url in work.due_posts():
            await publish.configure(schedule_at=due_at).defer_async(post_id=post_id, upload_url=upload_url)


async def consume(poll_seconds: float) -> None:
    async with app.open_async(), aiohttp.ClientSession() as session:
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        sessions.append(session)
        work.ready()
        await app.run_worker_async(
            concurrency=64, fetch_job_polling_interval=poll_seconds, install_signal_handlers=False
        )


if __name__ == "__main__":
    asyncio.run(hand_out() if sys.argv[1] == "hand_out" else consume(float(sys.argv[1])))
