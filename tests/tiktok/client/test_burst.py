"""What the burst transport does by itself and not by a library: heads, the reading of answers, its pool."""

from __future__ import annotations

import asyncio
import socket

import pytest
from httptools import HttpParserError

from tests.tiktok.client.sending import LATE, MEBIBYTE, get
from tests.tiktok.client.server import Line, answering, serving
from tests.tiktok.client.test_aio import crowd
from tiktok.client import NoAnswer, Outcome, Secret, TikTokError, UnreadableAnswer, plan_upload
from tiktok.client.aio import AsyncTikTokClient, BurstTransport
from tiktok.client.aio.burst.answers import LARGEST_HEAD, AnswerReader
from tiktok.client.aio.burst.heads import make_ready, origin_of
from tiktok.client.wire import Request, Stream

# Heads


def head(request: Request) -> list[str]:
    return make_ready(request).head.decode().split("\r\n")


def test_a_head_is_the_request_line_the_host_and_the_headers() -> None:
    request = Request("PUT", Secret("https://a.example/up?t=1#x"), "/", {"X-Some": Secret("Thing")}, b"12345")
    assert head(request) == [
        "PUT /up?t=1 HTTP/1.1",
        "Host: a.example",
        "User-Agent: Oncue",
        "Accept-Encoding: identity",
        "X-Some: Thing",
        "Content-Length: 5",
        "",
        "",
    ]


@pytest.mark.parametrize("body", [b"12345", Secret("12345"), Stream([b"12345"], 5)])
def test_the_length_is_counted_whatever_the_request_says(body: bytes | Secret | Stream) -> None:
    lines = head(Request("PUT", "http://a.example", "/", {"content-length": "7"}, body))
    assert [line for line in lines if line.lower().startswith("content-length")] == ["Content-Length: 5"]


def test_a_request_without_a_body_declares_none() -> None:
    assert not any("length" in line.lower() for line in head(get("http://a.example")))
    assert "Content-Length: 0" in head(Request("POST", "http://a.example", "/", {}, b""))


@pytest.mark.parametrize(
    ("url", "host", "port", "authority"),
    [
        ("https://A.example/x", "a.example", 443, "a.example"),
        ("https://a.example:443", "a.example", 443, "a.example"),
        ("http://a.example:8080?q", "a.example", 8080, "a.example:8080"),
        ("http://[::1]:80/", "::1", 80, "[::1]"),
    ],
)
def test_an_address_names_a_server(url: str, host: str, port: int, authority: str) -> None:
    origin = origin_of(url)
    assert (origin.host, origin.port, origin.authority) == (host, port, authority)


@pytest.mark.parametrize(
    "request_",
    [
        get("http://a.example/CANARY\r\nX: y"),
        get("http://a.example/CANARY x"),
        get("http://a.example/CANARY\u00e9"),
        get("http://user:CANARY@a.example/"),
        get("ftp://a.example/CANARY"),
        get("http:///CANARY"),
        get("http://a.example:CANARY/"),
        get("http://a.example:99999/CANARY"),
        get("http://a.example/", Some="CANARY\r\nX: y"),
        Request("GET", "http://a.example/", "/", {"CANARY: y\r\nX": "z"}),
    ],
)
def test_what_could_be_read_as_another_request_is_refused(request_: Request) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        make_ready(request_)
    assert "CANARY" not in repr(caught.value)


def test_a_ready_request_shows_no_secret() -> None:
    ready = make_ready(
        Request("PUT", Secret("https://a.example/CANARY"), "/", {"A": Secret("CANARY")}, b"CANARY")
    )
    assert "CANARY" not in repr(ready)
    assert make_ready(ready) is ready


# Answers


def test_an_answer_is_read_however_it_is_cut() -> None:
    said = (
        b"HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n"
        b"HTTP/1.1 201 Created\r\nX-Some: Th\xefng\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2\r\nab\r\n3\r\ncde\r\n0\r\nX-Late: 1\r\n\r\n"
    )
    for size in range(1, len(said) + 1):
        reader = AnswerReader()
        heard = [reader.feed(said[start : start + size]) for start in range(0, len(said), size)]
        response = reader.response()
        assert heard == [False] * (len(heard) - 1) + [True]
        assert (response.status, response.body, reader.keeps) == (201, b"abcde", True)
        assert response.headers == {"x-some": "Th\xefng", "transfer-encoding": "chunked"}


def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    reader = AnswerReader()
    assert not reader.feed(b"HTTP/1.1 200 OK\r\n\r\nall of it")
    assert reader.end()
    assert (reader.response().body, reader.keeps) == (b"all of it", False)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX: y\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1234",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
    ],
)
def test_an_answer_that_ends_too_early_is_not_complete(said: bytes) -> None:
    reader = AnswerReader()
    assert not reader.feed(said)
    assert not reader.end()


@pytest.mark.parametrize(
    "surplus", [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2", b"HTTP", b"garbage", b"\x00"]
)
def test_what_follows_an_answer_is_not_mixed_into_it(surplus: bytes) -> None:
    reader = AnswerReader()
    assert reader.feed(b"HTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\n1" + surplus)
    response = reader.response()
    assert (response.status, response.body, reader.keeps) == (201, b"1", False)


@pytest.mark.parametrize("version", [b"HTTP/1.0 200 OK\r\n", b"HTTP/1.1 200 OK\r\nConnection: close\r\n"])
def test_a_server_that_will_close_is_believed(version: bytes) -> None:
    reader = AnswerReader()
    assert reader.feed(version + b"Content-Length: 0\r\n\r\n")
    assert not reader.keeps


@pytest.mark.parametrize(
    "said",
    [
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_not_http_is_no_answer(said: bytes) -> None:
    with pytest.raises(HttpParserError):
        AnswerReader().feed(said)


@pytest.mark.parametrize(
    "line", [b"X-Filler: y\r\n", b"y" * 100, b"\r\n\r\nHTTP/1.1 100 Continue"], ids=["many", "long", "early"]
)
def test_a_head_without_end_is_left_unread(line: bytes) -> None:
    reader = AnswerReader()
    reader.feed(b"HTTP/1.1 100 Continue\r\nX: ")
    for _ in range((LARGEST_HEAD - 100) // len(line)):
        assert not reader.feed(line)
    with pytest.raises(UnreadableAnswer):
        reader.feed(line * 100)


# Connections


def test_turns_are_taken_in_the_order_they_were_asked_for() -> None:
    async def one_at_a_time() -> list[bytes]:
        arrived: list[bytes] = []
        async with crowd(limit=1) as (server, transport):
            server.go.set()

            async def send(number: int) -> None:
                arrived.append((await transport.send(get(f"{server.url}/{number}"), deadline=LATE)).body)

            await asyncio.gather(*(send(number) for number in range(20)))
            assert server.ever == 1
        return arrived

    assert asyncio.run(one_at_a_time()) == [b"/%d" % number for number in range(20)]


def test_a_turn_that_is_no_longer_wanted_goes_to_the_next() -> None:
    async def given_up() -> bytes:
        async with crowd(limit=1) as (server, transport):
            first, second, third = (
                asyncio.create_task(transport.send(get(f"{server.url}/{number}"), deadline=LATE))
                for number in range(3)
            )
            await server.waiting.acquire()
            second.cancel()
            server.go.set()
            assert (await first).body == b"/0"
            return (await third).body

    assert asyncio.run(given_up()) == b"/2"


def test_a_turn_is_free_again_after_any_failure() -> None:
    async def after_failures(url: str) -> bytes:
        async with BurstTransport(limit=1) as transport:
            for _ in range(3):
                with pytest.raises(TikTokError):
                    await transport.send(get(url), deadline=LATE)
            return (await transport.send(get(url), deadline=LATE)).body

    def cuts(line: Line) -> None:
        line.read()

    def speaks_otherwise(line: Line) -> None:
        line.read()
        line.send(b"220 mail.example\r\n")

    def floods(line: Line) -> None:
        line.read()
        line.answer(bytes(2 * MEBIBYTE))

    with serving(cuts, speaks_otherwise, floods, answering(b"well")) as server:
        assert asyncio.run(after_failures(server.url)) == b"well"


def test_idle_connections_are_closed_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiktok.client.deadlines.LONGEST_IDLE", 0.05)

    async def idle() -> int:
        async with crowd() as (server, transport):
            await transport.warm(server.url, 5)
            await asyncio.wait_for(server.quiet.wait(), LATE)
            return server.now

    assert asyncio.run(idle()) == 0


def test_closing_ends_what_is_under_way() -> None:
    async def closed() -> Outcome:
        async with crowd() as (server, transport):
            under_way = asyncio.create_task(transport.send(get(server.url), deadline=LATE))
            await server.waiting.acquire()
            await transport.close()
            with pytest.raises(NoAnswer, match="closed") as caught:
                await under_way
            server.go.set()
            await asyncio.wait_for(server.quiet.wait(), LATE)
            return caught.value.outcome

    assert asyncio.run(closed()) is Outcome.AMBIGUOUS


def test_who_dial_together_ask_for_the_name_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    resolve = socket.getaddrinfo

    def counted(host: object, *arguments: object, **options: object) -> object:
        asked.append(host)
        return resolve(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", counted)

    async def together() -> int:
        async with crowd() as (server, transport):
            return await transport.warm(server.url.replace("127.0.0.1", "localhost"), 20)

    assert asyncio.run(together()) == 20
    assert asked.count("localhost") == 1


def test_a_name_that_is_not_known_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def unheard_of(*_arguments: object, **_options: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unheard_of)

    async def unknown() -> None:
        async with BurstTransport() as transport:
            await transport.send(get("http://nowhere.invalid/"), deadline=LATE)

    with pytest.raises(NoAnswer) as caught:
        asyncio.run(unknown())
    assert caught.value.outcome is Outcome.NOT_SENT


# Ready calls


def test_a_ready_chunk_sends_nothing_until_its_instant() -> None:
    async def later() -> tuple[int, bool, list[bytes]]:
        async with crowd() as (server, transport):
            server.go.set()
            client = AsyncTikTokClient(transport=transport, api_base_url=server.url)
            await client.warm_uploads(Secret(server.url), 1)
            send = client.ready_chunk(
                Secret(server.url + "/up"), plan_upload(1000), 0, bytes(1000), "video/mp4"
            )
            before = len(server.bodies)
            return before, (await send()).complete, server.bodies

    assert asyncio.run(later()) == (0, True, [bytes(1000)])


def test_a_chunk_for_another_host_is_never_ready() -> None:
    client = AsyncTikTokClient(transport=BurstTransport(), api_base_url="https://open.tiktokapis.com")
    with pytest.raises(UnreadableAnswer) as caught:
        client.ready_chunk(Secret("https://a.example/up"), plan_upload(1000), 0, bytes(1000), "video/mp4")
    assert not caught.value.request_sent
