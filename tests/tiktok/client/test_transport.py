"""The transport against a real server: what it hands over, what it does not do, and what it does not tell."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from functools import partial

import pytest

from tests.tiktok.client.sending import KEEP, LATE, SOON, failure, get, silent
from tests.tiktok.client.server import Line, answering, serving
from tiktok.client import (
    NoAnswer,
    Outcome,
    RequestsTransport,
    Secret,
    Transport,
    deadlines,
)
from tiktok.client.wire import Request

# An answer


def test_an_answer_is_handed_over_as_it_came(transport: Transport) -> None:
    with serving(answering(b'{"a": 1}', status=403, headers={"X-Some": "Thing"})) as server:
        response = transport.send(get(server.url + "/v2/x/?a=b", Accept="*/*"), deadline=LATE)
    assert (response.status, response.body, response.headers["x-some"]) == (403, b'{"a": 1}', "Thing")
    [received] = server.received
    assert (received.method, received.target) == ("GET", "/v2/x/?a=b")
    assert received.headers["accept"] == "*/*"


def test_secrets_are_revealed_on_the_wire_only(transport: Transport) -> None:
    headers = {"Authorization": Secret("Bearer act.1")}
    with serving(answering()) as server:
        request = Request("POST", Secret(server.url + "/p?token=1"), "/p", headers, Secret("client_secret=s"))
        transport.send(request, deadline=LATE)
    [received] = server.received
    assert (received.target, received.body) == ("/p?token=1", b"client_secret=s")
    assert received.headers["authorization"] == "Bearer act.1"


def test_an_address_is_sent_byte_for_byte(transport: Transport) -> None:
    target = "/video/a%2Fb%7Ec//d;e?token=%2b+~a%3D%3D&x=%20y&z==&q="
    with serving(answering()) as server:
        transport.send(get(server.url + target), deadline=LATE)
    assert server.received[0].target == target


def test_a_connection_is_kept_for_the_next_request(transport: Transport) -> None:
    def twice(line: Line) -> None:
        for _ in range(2):
            line.read()
            line.answer(b"{}", headers=KEEP)

    with serving(twice) as server:
        for _ in range(2):
            transport.send(get(server.url), deadline=LATE)
    assert (server.connections, len(server.received)) == (1, 2)


def test_a_kept_connection_has_the_deadline_of_its_new_request(transport: Transport) -> None:
    def once_then_silent(line: Line) -> None:
        line.read()
        line.answer(b"{}", headers=KEEP)
        line.read()
        line.hold()

    with serving(once_then_silent) as server:
        transport.send(get(server.url), deadline=LATE)
        started = time.monotonic()
        error = failure(transport, get(server.url), deadline=SOON)
    assert isinstance(error, NoAnswer)
    assert time.monotonic() - started < 3


def test_a_connection_that_the_server_closed_is_not_used_again(transport: Transport) -> None:
    with serving(answering(b"1", headers=KEEP), answering(b"2")) as server:
        transport.send(get(server.url), deadline=LATE)
        assert server.hung_up.acquire(timeout=LATE)
        assert transport.send(get(server.url), deadline=LATE).body == b"2"
    assert server.connections == 2


def test_a_connection_that_was_idle_for_long_is_not_used_again(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def patient(line: Line) -> None:
        line.read()
        line.answer(b"1", headers=KEEP)
        assert line.reader.read() == b""

    monkeypatch.setattr(deadlines, "LONGEST_IDLE", 0.0)
    with serving(patient, answering(b"2")) as server:
        transport.send(get(server.url), deadline=LATE)
        assert transport.send(get(server.url), deadline=LATE).body == b"2"


def test_a_forked_worker_opens_connections_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    transport = RequestsTransport()

    def patient(line: Line) -> None:
        line.read()
        line.answer(b"{}", headers=KEEP)
        line.socket.settimeout(SOON)
        line.read()

    with serving(patient, answering()) as server:
        transport.send(get(server.url), deadline=LATE)
        monkeypatch.setattr(os, "getpid", lambda: -1)
        transport.send(get(server.url), deadline=LATE)
    assert server.connections == 2


# No answer


def test_a_refused_connection_sent_nothing(transport: Transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    error = failure(transport, get(url))
    assert isinstance(error, NoAnswer)
    assert (error.request_sent, error.outcome) == (False, Outcome.NOT_SENT)


def resets_at_once(line: Line) -> None:
    line.read()
    line.reset()


def closes_at_once(line: Line) -> None:
    line.read()


def resets_in_the_headers(line: Line) -> None:
    line.read()
    line.send(b"HTTP/1.1 200 OK\r\nContent-Le")
    line.reset()


def resets_in_the_body(line: Line) -> None:
    line.read()
    line.send(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"data"')
    line.reset()


def closes_in_the_body(line: Line) -> None:
    line.read()
    line.send(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"data"')


def closes_in_a_chunk(line: Line) -> None:
    line.read()
    line.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nhalf")


def speaks_another_language(line: Line) -> None:
    line.read()
    line.send(b"220 mail.example ESMTP\r\n")


@pytest.mark.parametrize(
    "part",
    [
        resets_at_once,
        closes_at_once,
        resets_in_the_headers,
        resets_in_the_body,
        closes_in_the_body,
        closes_in_a_chunk,
        speaks_another_language,
    ],
)
def test_an_answer_cut_off_is_ambiguous_and_not_asked_for_again(
    transport: Transport, part: Callable[[Line], None]
) -> None:
    with serving(part, part) as server:
        error = failure(transport, get(server.url))
    assert isinstance(error, NoAnswer)
    assert (error.outcome, server.connections) == (Outcome.AMBIGUOUS, 1)


@pytest.mark.parametrize("breaks", [closes_at_once, resets_at_once])
@pytest.mark.parametrize("method", ["PUT", "POST", "GET"])
def test_a_request_is_sent_once_when_its_kept_connection_breaks(
    transport: Transport, method: str, breaks: Callable[[Line], None]
) -> None:
    """A PUT may be the one that posts, however idempotent its method is by the book."""

    def keeps_then_breaks(line: Line) -> None:
        line.read()
        line.answer(b"{}", headers=KEEP)
        breaks(line)

    request = partial(Request, method, label="/", body=b"" if method == "GET" else bytes(40_000))
    with serving(keeps_then_breaks, answering(status=201)) as server:
        transport.send(request(url=server.url + "/1"), deadline=LATE)
        error = failure(transport, request(url=server.url + "/2"))
    assert (error.outcome, server.connections) == (Outcome.AMBIGUOUS, 1)
    assert [received.target for received in server.received] == ["/1", "/2"]


def test_a_5xx_is_not_retried(transport: Transport) -> None:
    with serving(answering(b"<html>", status=503, headers={"Retry-After": "1"}), answering()) as server:
        assert transport.send(get(server.url), deadline=LATE).status == 503
    assert server.connections == 1


# What is not followed


def test_a_redirect_is_an_answer_and_is_not_followed(transport: Transport) -> None:
    with (
        serving(answering()) as other,
        serving(answering(status=307, headers={"Location": other.url})) as server,
    ):
        assert transport.send(get(server.url, Authorization="Bearer x"), deadline=LATE).status == 307
    assert other.connections == 0


def test_the_environment_names_no_proxy_and_no_password(
    transport: Transport, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    with serving(answering()) as proxy, serving(answering()) as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("no_proxy", "")
        netrc = tmp_path / "netrc"
        netrc.write_text("default login someone password CANARY\n")
        monkeypatch.setenv("NETRC", str(netrc))
        transport.send(get(server.url), deadline=LATE)
    assert proxy.connections == 0
    assert "authorization" not in server.received[0].headers


def test_a_cookie_is_not_sent_back(transport: Transport) -> None:
    cookie = answering(b"{}", headers={"Set-Cookie": "a=b; Path=/", "Connection": "close"})
    with serving(cookie, answering()) as server:
        for _ in range(2):
            transport.send(get(server.url), deadline=LATE)
    assert "cookie" not in server.received[1].headers


# What is not told


@pytest.mark.parametrize("part", [resets_at_once, closes_in_the_body, silent])
def test_neither_an_error_nor_a_log_line_holds_an_address(
    transport: Transport, part: Callable[[Line], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(part) as server:
        error = failure(transport, get(server.url + "/upload?upload_token=CANARY"), deadline=SOON)
    assert error.__cause__ is None
    assert error.__context__ is None
    assert "CANARY" not in f"{error} {error!r} {error.detail} {caplog.text}"


def test_a_call_that_went_well_logs_no_address_either(
    transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(answering()) as server:
        transport.send(get(server.url + "/upload?upload_token=CANARY"), deadline=LATE)
    assert "CANARY" not in caplog.text


def test_other_users_of_the_library_keep_their_log_lines(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("urllib3.connectionpool").debug("somebody else's line")
    assert "somebody else's line" in caplog.text
