"""The same transport over TLS, where reading and writing go through another kind of socket."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.tiktok.client.certificates import certify
from tests.tiktok.client.conftest import MakeTransport
from tests.tiktok.client.server import Line, answering, serving
from tiktok.client import NoAnswer, Outcome
from tiktok.client.wire import Request, Stream

SOON = 0.4
MEBIBYTE = 1024 * 1024


def get(url: str) -> Request:
    return Request("GET", url, "/")


def test_a_trusted_server_is_spoken_to(make_transport: MakeTransport, tmp_path: Path) -> None:
    context, trusted = certify(tmp_path)
    body = Stream((bytes(MEBIBYTE) for _ in range(8)), 8 * MEBIBYTE)
    with serving(answering(b"{}", status=201), tls=context) as server:
        request = Request("PUT", server.url + "/u?t=1", "/", {}, body)
        response = make_transport(ca_file=trusted).send(request, deadline=20)
    assert (response.status, response.body) == (201, b"{}")
    assert (server.received[0].body_length, server.received[0].target) == (8 * MEBIBYTE, "/u?t=1")


def test_an_unknown_authority_is_refused_before_anything_is_sent(
    make_transport: MakeTransport, tmp_path: Path
) -> None:
    context, _ = certify(tmp_path)
    with serving(answering(), tls=context) as server, pytest.raises(NoAnswer) as caught:
        make_transport().send(get(server.url), deadline=10)
    assert caught.value.outcome is Outcome.NOT_SENT
    assert server.received == []


def test_a_certificate_for_another_host_is_refused(make_transport: MakeTransport, tmp_path: Path) -> None:
    context, trusted = certify(tmp_path, host="127.0.0.9")
    with serving(answering(), tls=context) as server, pytest.raises(NoAnswer) as caught:
        make_transport(ca_file=trusted).send(get(server.url), deadline=10)
    assert caught.value.outcome is Outcome.NOT_SENT
    assert server.received == []


def test_the_environment_names_no_authority(
    make_transport: MakeTransport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certify(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with serving(answering(), tls=context) as server, pytest.raises(NoAnswer):
        make_transport().send(get(server.url), deadline=10)
    assert server.received == []


def test_a_handshake_that_never_ends_is_late_and_sent_nothing(make_transport: MakeTransport) -> None:
    with serving(Line.hold) as server:
        started = time.monotonic()
        with pytest.raises(NoAnswer) as caught:
            make_transport().send(get(server.url.replace("http:", "https:")), deadline=SOON)
    assert caught.value.outcome is Outcome.NOT_SENT
    assert time.monotonic() - started < 3


def test_the_deadline_holds_for_an_answer_that_drips(make_transport: MakeTransport, tmp_path: Path) -> None:
    def drips(line: Line) -> None:
        line.read()
        line.drip(b"HTTP/1.1 200 OK\r\nX-Filler: " + b"x" * 5000)

    context, trusted = certify(tmp_path)
    with serving(drips, tls=context) as server:
        started = time.monotonic()
        with pytest.raises(NoAnswer) as caught:
            make_transport(ca_file=trusted).send(get(server.url), deadline=SOON)
    assert caught.value.outcome is Outcome.AMBIGUOUS
    assert time.monotonic() - started < 3
