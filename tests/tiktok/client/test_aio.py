"""What the asynchronous transport has beside the guarantees that all share: bursts, warm connections, loops."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from tests.tiktok.client.sending import KEEP, LATE, MEBIBYTE, SOON, get, put
from tests.tiktok.client.server import Line, answering, serving
from tests.tiktok.client.test_transport_limits import full_queue
from tiktok.client import NoAnswer, Outcome, Secret, TikTokError, plan_staged
from tiktok.client.aio import AsyncTikTokClient, BurstTransport
from tiktok.client.aio.bodies import LARGEST_WRITE, slices
from tiktok.client.wire import Request

OK = b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n%s"


@dataclass
class Crowd:
    """A server for many connections at once; answers each request with its own target, once `go` is set."""

    url: str = ""
    now: int = 0
    most: int = 0
    ever: int = 0
    bodies: list[bytes] = field(default_factory=list)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    quiet: asyncio.Event = field(default_factory=asyncio.Event)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.ever, self.now = self.ever + 1, self.now + 1
        self.most = max(self.most, self.now)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await self.answer(reader, writer)
        self.now -= 1
        if not self.now:
            self.quiet.set()
        writer.close()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = head.lower().partition("content-length: ")[2].partition("\r")[0]
        self.bodies.append(await reader.readexactly(int(length or 0)))
        self.waiting.release()
        await self.go.wait()
        target = head.split()[1].encode()
        writer.write(OK % (len(target), target))


@contextlib.asynccontextmanager
async def crowd(*, limit: int = 100) -> AsyncIterator[tuple[Crowd, BurstTransport]]:
    state = Crowd()
    server = await asyncio.start_server(state.talk, "127.0.0.1", 0, limit=2**24)
    state.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, BurstTransport(limit=limit) as transport:
        yield state, transport


async def error_of(transport: BurstTransport, request: Request, *, deadline: float = LATE) -> TikTokError:
    with pytest.raises(TikTokError) as caught:
        await transport.send(request, deadline=deadline)
    return caught.value


# Many at once


def test_a_burst_gets_each_its_own_answer() -> None:
    async def burst() -> tuple[list[bytes], int]:
        async with crowd(limit=50) as (server, transport):
            server.go.set()
            sends = [transport.send(get(f"{server.url}/{number}"), deadline=LATE) for number in range(200)]
            answers = [answer.body for answer in await asyncio.gather(*sends)]
            return answers, server.most

    answers, most = asyncio.run(burst())
    assert answers == [b"/%d" % number for number in range(200)]
    assert most <= 50


def test_who_waits_for_a_free_connection_too_long_sent_nothing() -> None:
    async def crowded() -> TikTokError:
        async with crowd(limit=1) as (server, transport):
            first = asyncio.create_task(transport.send(get(server.url), deadline=LATE))
            await server.waiting.acquire()
            error = await error_of(transport, get(server.url), deadline=SOON)
            server.go.set()
            assert (await first).status == 201
            return error

    error = asyncio.run(crowded())
    assert isinstance(error, NoAnswer)
    assert (error.outcome, error.detail) == (Outcome.NOT_SENT, "no answer within 0.3 s")


def test_a_call_that_was_given_up_leaves_its_answer_to_nobody_else() -> None:
    async def given_up() -> bytes:
        async with crowd() as (server, transport):
            first = asyncio.create_task(transport.send(get(server.url + "/first"), deadline=LATE))
            await server.waiting.acquire()
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            server.go.set()
            return (await transport.send(get(server.url + "/second"), deadline=LATE)).body

    assert asyncio.run(given_up()) == b"/second"


# Warm connections


def test_a_warmed_burst_opens_no_connection_of_its_own() -> None:
    async def warmed() -> tuple[int, int]:
        async with crowd() as (server, transport):
            opened = await transport.warm(Secret(server.url + "/up?token=1"), 30)
            server.go.set()
            await asyncio.gather(*(transport.send(get(server.url), deadline=LATE) for _ in range(30)))
            return opened, server.ever

    assert asyncio.run(warmed()) == (30, 30)


def test_warming_again_does_not_make_old_connections_young() -> None:
    async def twice() -> int:
        async with crowd() as (server, transport):
            await transport.warm(server.url, 5)
            await transport.warm(server.url, 5)
            server.go.set()
            await asyncio.gather(*(transport.send(get(server.url), deadline=LATE) for _ in range(5)))
            return server.ever

    assert asyncio.run(twice()) == 10


def test_warming_for_others_leaves_what_was_warmed_before() -> None:
    async def for_two_groups() -> int:
        async with crowd() as (server, transport):
            await transport.warm(server.url, 5)
            await transport.warm(server.url, 5)
            server.go.set()
            await asyncio.gather(*(transport.send(get(server.url), deadline=LATE) for _ in range(10)))
            return server.ever

    assert asyncio.run(for_two_groups()) == 10


def test_warming_stays_within_the_limit() -> None:
    async def beyond() -> int:
        async with crowd(limit=3) as (server, transport):
            return await transport.warm(server.url, 10)

    assert asyncio.run(beyond()) == 3


def test_warming_a_server_that_is_not_there_opens_nothing() -> None:
    async def absent(url: str) -> int:
        async with BurstTransport() as transport:
            return await transport.warm(url, 3, deadline=SOON) + await transport.warm(url, 0)

    with serving() as server:
        pass
    assert asyncio.run(absent(server.url)) == 0
    with full_queue() as url:
        assert asyncio.run(absent(url)) == 0


def test_a_client_warms_for_uploads_and_for_calls() -> None:
    async def both() -> tuple[int, int, int]:
        async with crowd() as (server, transport):
            client = AsyncTikTokClient(transport=transport, api_base_url=server.url)
            uploads = await client.warm_uploads(Secret(server.url + "/up?token=1"), 2)
            return uploads, await client.warm_calls(3), server.ever

    assert asyncio.run(both()) == (2, 3, 5)


# Bodies


def test_a_large_body_is_cut_without_being_copied() -> None:
    body = bytes(range(256)) * 5000
    cut = list(slices(body))

    assert b"".join(cut) == body
    assert all(isinstance(piece, memoryview) and len(piece) <= LARGEST_WRITE for piece in cut)


def test_the_last_chunk_of_a_staged_video_arrives_whole() -> None:
    plan = plan_staged(2 * 5_242_880 + 5_000_000)
    body = bytes(range(256)) * (plan.length(plan.last_index) // 256 + 1)
    chunk = body[: plan.length(plan.last_index)]

    async def upload() -> tuple[bool, bytes]:
        async with crowd() as (server, transport):
            server.go.set()
            client = AsyncTikTokClient(transport=transport, api_base_url=server.url)
            url = Secret(server.url + "/up")
            reply = await client.ready_chunk(url, plan, plan.last_index, chunk, "video/mp4")()
            return reply.complete, server.bodies[0]

    assert asyncio.run(upload()) == (True, chunk)


def test_a_connection_with_half_a_body_in_it_is_not_used_again() -> None:
    def refuses_and_keeps(line: Line) -> None:
        line.read_head()
        line.answer(status=403, headers=KEEP)
        line.reader.read()

    async def refused_then_asked(url: str) -> tuple[int, bytes]:
        async with BurstTransport() as transport:
            refused = await transport.send(put(url, 64 * MEBIBYTE), deadline=LATE)
            return refused.status, (await transport.send(get(url), deadline=LATE)).body

    with serving(refuses_and_keeps, answering(b"2")) as server:
        assert asyncio.run(refused_then_asked(server.url)) == (403, b"2")


# Loops


def test_a_closed_transport_begins_anew_in_another_loop() -> None:
    transport = BurstTransport()

    async def once(url: str) -> bytes:
        async with transport:
            return (await transport.send(get(url), deadline=LATE)).body

    with serving(answering(b"1"), answering(b"2")) as server:
        assert [asyncio.run(once(server.url)) for _ in range(2)] == [b"1", b"2"]


def test_closing_leaves_no_connection_behind() -> None:
    async def closed() -> int:
        async with crowd() as (server, transport):
            await transport.warm(server.url, 3)
            await transport.close()
            await asyncio.wait_for(server.quiet.wait(), LATE)
            return server.now

    assert asyncio.run(closed()) == 0
