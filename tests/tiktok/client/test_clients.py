"""The clients end to end: real sockets, TikTok's answers scripted."""

from __future__ import annotations

import logging

import pytest

from tests.tiktok.client.calling import (
    CALLS,
    CHUNK_CALLS,
    DATA_CALLS,
    OAUTH_CALLS,
    PLAN,
    POST,
    TOKEN,
    TOKENS,
    data,
    error,
    in_loop,
    oauth,
    saying,
    send_chunk,
    tiktok,
)
from tests.tiktok.client.sending import LATE, SOON
from tests.tiktok.client.server import Line, Part, answering, serving
from tiktok.client import (
    AuthRefusal,
    ChunkReply,
    LimitRefusal,
    NoAnswer,
    Outcome,
    Refusal,
    Secret,
    ServerTrouble,
    TikTokError,
    UnreadableAnswer,
    plan_upload,
)

call = pytest.mark.parametrize("name", CALLS)


def cut_off(line: Line) -> None:
    line.read()
    line.send(b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"data": {"publish_id"')


def never_answers(line: Line) -> None:
    line.read()
    line.hold()


@call
@pytest.mark.parametrize(("part", "deadline"), [(cut_off, LATE), (never_answers, SOON)])
def test_a_lost_answer_is_ambiguous_in_every_call(name: str, part: Part, deadline: float) -> None:
    with serving(part) as server, pytest.raises(NoAnswer) as caught:
        CALLS[name](server, deadline)
    assert caught.value.outcome is Outcome.AMBIGUOUS


@call
def test_a_server_that_is_not_there_got_nothing_from_any_call(name: str) -> None:
    with serving() as server:
        pass
    with pytest.raises(NoAnswer) as caught:
        CALLS[name](server)
    assert caught.value.outcome is Outcome.NOT_SENT


@call
@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_5xx_is_ambiguous_and_sent_once_in_every_call(name: str, status: int) -> None:
    bad = answering(b"<html>", status=status)
    with serving(bad, bad) as server, pytest.raises(ServerTrouble) as caught:
        CALLS[name](server)
    assert (caught.value.outcome, len(server.received)) == (Outcome.AMBIGUOUS, 1)


@call
def test_a_429_is_a_limit_in_every_call(name: str) -> None:
    with serving(answering(b"slow down", status=429)) as server, pytest.raises(LimitRefusal):
        CALLS[name](server)


@pytest.mark.parametrize("name", [*DATA_CALLS, *OAUTH_CALLS])
@pytest.mark.parametrize("body", [b"<html>", b'{"data": {"publi'])
def test_an_answer_that_is_not_json_is_unreadable_in_every_call(name: str, body: bytes) -> None:
    with serving(answering(body)) as server, pytest.raises(UnreadableAnswer) as caught:
        CALLS[name](server)
    assert (caught.value.outcome, caught.value.http_status) == (Outcome.AMBIGUOUS, 200)


@pytest.mark.parametrize("name", DATA_CALLS)
@pytest.mark.parametrize("code", ["access_token_invalid", "scope_not_authorized"])
def test_a_bad_token_is_told_apart_in_every_call_that_carries_one(name: str, code: str) -> None:
    with serving(error(code, status=401)) as server, pytest.raises(AuthRefusal) as caught:
        CALLS[name](server)
    assert (caught.value.code, caught.value.log_id) == (code, "LOG1")


def test_a_field_that_is_missing_is_reported_with_its_answer() -> None:
    with (
        serving(data(publish_id="v_1")) as server,
        pytest.raises(UnreadableAnswer, match="upload_url") as caught,
    ):
        tiktok(server).start_video(TOKEN, POST, PLAN)
    assert (caught.value.http_status, caught.value.log_id) == (200, "LOG1")


def test_an_upload_from_init_to_the_last_byte() -> None:
    plan = plan_upload(64_000_001)
    first, last = (
        answering(status=206, headers={"Content-Range": "bytes 0-32000000/64000001"}),
        answering(status=201),
    )

    def blocks(length: int):
        whole, rest = divmod(length, 1024 * 1024)
        yield from (bytes(1024 * 1024) for _ in range(whole))
        yield bytes(rest)

    def begins(line: Line) -> None:
        url = server.url + "/upload?upload_id=1&upload_token=CANARY"
        data(publish_id="v_pub_file~1", upload_url=url)(line)

    with serving(begins, first, last) as server:
        client = tiktok(server)
        upload = client.start_video(TOKEN, POST, plan)
        replies = [
            client.send_chunk(upload.upload_url, plan, index, blocks(plan.length(index)), "video/mp4")
            for index in range(plan.total_chunk_count)
        ]
    assert upload.publish_id == "v_pub_file~1"
    assert replies == [ChunkReply(False, 32_000_000), ChunkReply(True, 64_000_001)]
    assert [chunk.target for chunk in server.received[1:]] == ["/upload?upload_id=1&upload_token=CANARY"] * 2
    assert [chunk.headers["content-range"] for chunk in server.received[1:]] == [
        "bytes 0-31999999/64000001",
        "bytes 32000000-64000000/64000001",
    ]
    assert all("authorization" not in chunk.headers for chunk in server.received[1:])


@pytest.mark.parametrize("name", CHUNK_CALLS)
@pytest.mark.parametrize("status", [400, 403, 404, 416])
def test_a_refused_chunk_tells_its_status(name: str, status: int) -> None:
    with serving(answering(status=status)) as server, pytest.raises(Refusal) as caught:
        CALLS[name](server)
    assert (caught.value.code, caught.value.outcome) == (str(status), Outcome.REFUSED)


def test_an_upload_address_elsewhere_is_never_called() -> None:
    with serving(answering(status=201)) as elsewhere, serving() as server:
        foreign = Secret(elsewhere.url.replace("127.0.0.1", "localhost") + "/up?token=CANARY")
        with pytest.raises(UnreadableAnswer) as caught:
            tiktok(server).send_chunk(foreign, PLAN, 0, [bytes(1000)], "video/mp4")
    assert caught.value.outcome is Outcome.NOT_SENT
    assert elsewhere.connections == 0


def test_an_upload_address_elsewhere_is_never_called_from_a_loop() -> None:
    with serving(answering(status=201)) as elsewhere, serving() as server:
        foreign = Secret(elsewhere.url.replace("127.0.0.1", "localhost") + "/up?token=CANARY")
        for call in (
            lambda client: client.ready_chunk(foreign, PLAN, 0, bytes(1000), "video/mp4")(),
            lambda client: client.warm_uploads(foreign, 1),
        ):
            with pytest.raises(UnreadableAnswer) as caught:
                in_loop(server, call)
            assert caught.value.outcome is Outcome.NOT_SENT
    assert elsewhere.connections == 0


def test_an_init_that_names_a_foreign_upload_host_is_not_accepted() -> None:
    foreign = data(publish_id="v_1", upload_url="https://evil.test/up?token=CANARY")
    with serving(foreign) as server, pytest.raises(UnreadableAnswer, match="host") as caught:
        tiktok(server).start_video(TOKEN, POST, PLAN)
    assert "CANARY" not in str(caught.value)


def test_a_code_becomes_tokens_and_tokens_become_new_ones() -> None:
    with serving(saying(TOKENS), saying({**TOKENS, "refresh_token": "rft.third"})) as server:
        client = oauth(server)
        pair = client.exchange("a*b!c")
        again = client.refresh(pair.refresh_token)
    assert (pair.expires_in, again.refresh_token) == (7200, Secret("rft.third"))
    assert b"code=a%2Ab%21c" in server.received[0].body
    assert b"refresh_token=rft.CANARY-2" in server.received[1].body


@pytest.mark.parametrize("status", [200, 400])
def test_a_dead_grant_is_told_apart_whatever_its_status(status: int) -> None:
    refusal = {"error": "invalid_grant", "error_description": "Expired.", "log_id": "LOG3"}
    with serving(saying(refusal, status=status)) as server, pytest.raises(AuthRefusal) as caught:
        oauth(server).refresh(Secret("rft.1"))
    assert (caught.value.code, caught.value.log_id) == ("invalid_grant", "LOG3")


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_a_revoke_ends_quietly(body: bytes) -> None:
    with serving(answering(body)) as server:
        oauth(server).revoke(TOKEN)
    assert server.received[0].body.endswith(b"token=act.CANARY")


# The log


def test_a_call_leaves_one_line_without_its_query(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(data(user={"open_id": "open-1"})) as server:
        tiktok(server).user_info(TOKEN, scopes=["user.info.basic"])
    [record] = [record for record in caplog.records if record.name == "tiktok.client"]
    assert record.levelno == logging.INFO
    line = record.getMessage()
    assert line.startswith("TikTok GET /v2/user/info/ status=200 code=ok log_id=LOG1 outcome=ok ")
    assert line.endswith(" ms")


def test_a_refused_call_leaves_its_code_and_log_id(caplog: pytest.LogCaptureFixture) -> None:
    with serving(error("spam_risk_too_many_posts", status=200)) as server, pytest.raises(LimitRefusal):
        tiktok(server).creator_info(TOKEN)
    [record] = [record for record in caplog.records if record.name == "tiktok.client"]
    assert record.levelno == logging.WARNING
    assert "status=200 code=spam_risk_too_many_posts log_id=LOG1 outcome=limit" in record.getMessage()


@call
@pytest.mark.parametrize(
    "part",
    [
        cut_off,
        answering(b"<html>", status=502),
        answering(b"<html>"),
        saying({"error": {"code": "invalid_params", "message": "act.CANARY was refused"}}, status=400),
        saying({"error": "invalid_request", "error_description": "rft.CANARY was refused"}),
        saying(TOKENS),
    ],
)
def test_no_call_tells_a_secret(name: str, part: Part, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = ""
    with serving(part) as server:
        try:
            told = repr(CALLS[name](server))
        except TikTokError as failed:
            told = f"{failed} {failed!r} {failed.detail} {failed.__cause__} {failed.__context__}"
    lines = [record.getMessage() for record in caplog.records if record.name == "tiktok.client"]
    assert len(lines) == 1
    assert "CANARY" not in told + caplog.text


def test_a_chunk_is_logged_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with serving(answering(status=201)) as server:
        send_chunk(server)
    assert "TikTok PUT (upload) status=201 code=- log_id=- outcome=ok" in caplog.text
    assert "/up" not in caplog.text.replace("(upload)", "")
