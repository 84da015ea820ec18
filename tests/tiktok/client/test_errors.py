from __future__ import annotations

import pickle

import pytest

from tests.tiktok.client.answers import answer, envelope, html
from tiktok.client import (
    AuthRefusal,
    LimitRefusal,
    NoAnswer,
    Outcome,
    Refusal,
    Remedy,
    ServerTrouble,
    Surface,
    TikTokError,
    UnreadableAnswer,
)
from tiktok.client.codes import ALL_ROWS
from tiktok.client.envelope import read_data, read_oauth, read_status

CALLS = [
    Surface.USER_INFO,
    Surface.CREATOR_INFO,
    Surface.VIDEO_INIT,
    Surface.INBOX_INIT,
    Surface.PHOTO_INIT,
    Surface.STATUS,
    Surface.CANCEL,
]


def failure(response, surface: Surface) -> TikTokError:
    with pytest.raises(TikTokError) as caught:
        read_oauth(response) if surface is Surface.OAUTH else read_data(response, surface)
    return caught.value


@pytest.mark.parametrize(
    "row", [row for row in ALL_ROWS if row.surface in CALLS], ids=lambda row: f"{row.surface}-{row.code}"
)
@pytest.mark.parametrize("as_200", [False, True], ids=["own-status", "http-200"])
def test_a_known_code_is_classified_whatever_its_status(row, as_200: bool) -> None:
    error = failure(envelope(row.code, status=200 if as_200 else row.http_status), row.surface)
    expected = {
        Remedy.RETRY: Outcome.AMBIGUOUS,
        Remedy.RETRY_AFTER: Outcome.LIMIT,
        Remedy.RECONNECT: Outcome.AUTH,
    }
    assert error.outcome is expected.get(row.remedy, Outcome.REFUSED)
    assert (error.code, error.remedy, error.log_id, error.row) == (row.code, row.remedy, "LOG1", row)


@pytest.mark.parametrize("status", [200, 400, 401])
@pytest.mark.parametrize(
    ("code", "kind", "outcome"),
    [
        ("access_denied", AuthRefusal, Outcome.AUTH),
        ("invalid_grant", AuthRefusal, Outcome.AUTH),
        ("invalid_client", Refusal, Outcome.REFUSED),
        ("invalid_request", Refusal, Outcome.REFUSED),
        ("invalid_scope", Refusal, Outcome.REFUSED),
        ("unauthorized_client", Refusal, Outcome.REFUSED),
        ("unsupported_grant_type", Refusal, Outcome.REFUSED),
        ("server_error", ServerTrouble, Outcome.AMBIGUOUS),
        ("temporarily_unavailable", ServerTrouble, Outcome.AMBIGUOUS),
    ],
)
def test_oauth_refuses_by_its_body_and_not_by_its_status(status: int, code: str, kind, outcome) -> None:
    document = {"error": code, "error_description": "Why.", "log_id": "LOG2"}
    error = failure(answer(document, status=status), Surface.OAUTH)
    assert type(error) is kind
    assert (error.outcome, error.code, error.log_id, error.detail) == (outcome, code, "LOG2", "Why.")


@pytest.mark.parametrize(
    ("status", "kind", "remedy"),
    [
        (200, Refusal, Remedy.APP_CONFIG),
        (400, Refusal, Remedy.APP_CONFIG),
        (401, AuthRefusal, Remedy.RECONNECT),
        (403, Refusal, Remedy.APP_CONFIG),
        (429, LimitRefusal, Remedy.RETRY_AFTER),
        (503, ServerTrouble, Remedy.RETRY),
    ],
)
def test_an_unknown_code_is_kept_and_judged_by_its_status(status: int, kind, remedy: Remedy) -> None:
    error = failure(envelope("brand_new_code", status=status), Surface.VIDEO_INIT)
    assert type(error) is kind
    assert (error.code, error.remedy) == ("brand_new_code", remedy)
    assert error.row.sentence


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("surface", [Surface.VIDEO_INIT, Surface.OAUTH])
def test_a_5xx_is_ambiguous_whatever_it_says(status: int, surface: Surface) -> None:
    for response in (html(status), answer({}, status=status), answer([], status=status)):
        error = failure(response, surface)
        assert isinstance(error, ServerTrouble)
        assert (error.outcome, error.remedy) == (Outcome.AMBIGUOUS, Remedy.RETRY)
        assert error.row.title == "TikTok is busy"


@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404])
@pytest.mark.parametrize("surface", [Surface.CREATOR_INFO, Surface.OAUTH])
def test_html_instead_of_json_is_unreadable(status: int, surface: Surface) -> None:
    error = failure(html(status), surface)
    assert isinstance(error, UnreadableAnswer)
    assert (error.outcome, error.http_status) == (Outcome.AMBIGUOUS, status)


def test_a_gateway_that_limits_in_html_is_understood() -> None:
    error = failure(html(429), Surface.STATUS)
    assert isinstance(error, LimitRefusal)
    assert (error.remedy, error.row.title) == (Remedy.RETRY_AFTER, "TikTok is busy")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"data": {"publish_id": "v_pub',
        b"null",
        b"[]",
        b'"ok"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"error": ' + b"9" * 5000 + b"}",
        b"{}",
        b'{"data": {}}',
        b'{"error": null}',
        b'{"error": {"code": 7}}',
        b'{"error": {"code": ["ok"]}}',
        b'{"error": []}',
    ],
)
def test_a_body_outside_the_contract_is_unreadable(body: bytes) -> None:
    from tiktok.client.wire import Response

    assert isinstance(failure(Response(200, {}, body), Surface.VIDEO_INIT), UnreadableAnswer)


@pytest.mark.parametrize("status", [302, 400, 404])
def test_an_ok_under_a_status_that_is_not_is_unreadable(status: int) -> None:
    assert isinstance(failure(envelope("ok", status=status), Surface.STATUS), UnreadableAnswer)


@pytest.mark.parametrize("key", ["log_id", "logid"])
def test_both_spellings_of_the_log_id_are_read(key: str) -> None:
    document = {"error": {"code": "invalid_params", key: "LOG9"}}
    assert failure(answer(document, status=400), Surface.VIDEO_INIT).log_id == "LOG9"


def test_data_may_be_absent_or_empty() -> None:
    for document in ({"error": {"code": "ok"}}, {"data": None, "error": {"code": "ok"}}):
        assert read_data(answer(document), Surface.CANCEL).data == {}


@pytest.mark.parametrize(
    ("advice", "seconds"),
    [
        ("30", 30),
        ("0", 0),
        (" 5 ", 5),
        ("-1", None),
        ("soon", None),
        ("999999", None),
        ("", None),
        ("²", None),
    ],
)
def test_the_servers_advice_is_kept_when_it_makes_sense(advice: str, seconds: int | None) -> None:
    document = {"error": {"code": "rate_limit_exceeded"}}
    error = failure(answer(document, status=429, headers={"retry-after": advice}), Surface.STATUS)
    assert error.retry_after == seconds


def test_foreign_text_is_clipped_and_cleaned() -> None:
    error = failure(
        envelope("bad\ncode\x1b[31m" + "x" * 500, message="token act.AbC123!45 of rft.XyZ \n" + "y" * 900),
        Surface.VIDEO_INIT,
    )
    assert "\n" not in error.code
    assert "\x1b" not in error.code
    assert len(error.code) == 100
    assert len(error.detail) == 300
    assert "AbC123" not in error.detail
    assert "XyZ" not in error.detail


def test_not_sent_and_no_answer_have_words_of_their_own() -> None:
    lost, unsent = NoAnswer("late"), NoAnswer("refused", request_sent=False)
    assert (lost.outcome, unsent.outcome) == (Outcome.AMBIGUOUS, Outcome.NOT_SENT)
    assert lost.row.title == "TikTok didn't answer"
    assert unsent.row.sentence.startswith("Nothing was sent.")
    assert lost.remedy is unsent.remedy is Remedy.RETRY


def test_an_error_reads_as_one_line() -> None:
    error = failure(
        envelope("invalid_params", status=400, message="The chunk size is invalid"), Surface.VIDEO_INIT
    )
    assert str(error) == "refused: invalid_params, HTTP 400, log id LOG1, The chunk size is invalid"


def test_an_error_survives_a_pickle() -> None:
    error = failure(envelope("invalid_params", status=400), Surface.VIDEO_INIT)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.code, again.row) == (Refusal, "invalid_params", error.row)


@pytest.mark.parametrize(
    ("status", "kind", "code", "remedy"),
    [
        (400, Refusal, "400", Remedy.TERMINAL),
        (403, Refusal, "403", Remedy.RETRY),
        (404, Refusal, "404", Remedy.RETRY),
        (416, Refusal, "416", Remedy.RETRY),
        (410, Refusal, "410", Remedy.APP_CONFIG),
        (429, LimitRefusal, "429", Remedy.RETRY_AFTER),
        (500, ServerTrouble, "", Remedy.RETRY),
        (503, ServerTrouble, "", Remedy.RETRY),
        (200, UnreadableAnswer, "", Remedy.RETRY),
        (302, UnreadableAnswer, "", Remedy.RETRY),
    ],
)
def test_a_chunk_is_judged_by_its_status_alone(status: int, kind, code: str, remedy: Remedy) -> None:
    with pytest.raises(TikTokError) as caught:
        read_status(html(status), Surface.CHUNK, accepted=frozenset({201, 206}))
    assert type(caught.value) is kind
    assert (caught.value.code, caught.value.remedy, caught.value.http_status) == (code, remedy, status)
