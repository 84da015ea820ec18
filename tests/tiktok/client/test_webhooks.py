"""Is an event genuine, and what does it say: every way to be neither (R-40, R-41; `tiktok-api.md` section 12)."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from tiktok.client import Secret
from tiktok.client.webhooks import BadSignature, UnreadableEvent, check_signature, parse_event

NOW = 1_700_000_000
SECRET = Secret("secret_test")
BODY = (
    b'{"client_key":"ck_test","event":"post.publish.complete","create_time":1700000000,'
    b'"user_openid":"open-1","content":"{\\"publish_id\\":\\"v_pub_file~v2-1.1\\",\\"publish_type\\":\\"X\\"}"}'
)
DIGEST = "06f76e8424d18c1b718b27b568dad959b3574007e1a6f230c694fdd13afce3e1"
MINUTE, HOUR = 60, 3600
ARABIC = "\u0661\u0667" + 8 * "\u0660"  # 1700000000, in digits that `int` would take


def header(body: bytes = BODY, *, at: int = NOW, secret: str = "secret_test") -> str:
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},s={signed}"


def event(**fields: object) -> bytes:
    known = {"client_key": "ck_test", "event": "post.publish.failed", "create_time": NOW, "content": "{}"}
    return json.dumps(known | fields).encode()


def test_the_contracts_test_vector_passes() -> None:
    assert len(BODY) == 178
    check_signature(f"t={NOW},s={DIGEST}", BODY, [SECRET], now=NOW)


@pytest.mark.parametrize("position", range(0, len(BODY), 7))
def test_one_changed_byte_fails(position: int) -> None:
    mutated = bytearray(BODY)
    mutated[position] ^= 1
    with pytest.raises(BadSignature, match="signature"):
        check_signature(header(), bytes(mutated), [SECRET], now=NOW)


def test_the_same_json_written_anew_fails() -> None:
    again = json.dumps(json.loads(BODY)).encode()
    assert json.loads(again) == json.loads(BODY)
    with pytest.raises(BadSignature, match="signature"):
        check_signature(header(), again, [SECRET], now=NOW)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "nonsense",
        f"t={NOW}",
        f"s={DIGEST}",
        f"t={NOW},s={DIGEST},s={DIGEST}",
        f"t={NOW},t={NOW},s={DIGEST}",
        f"t={NOW},s={DIGEST[:-1]}",
        f"t={NOW},s={'g' * 64}",
        f"t=-{NOW},s={DIGEST}",
        f"t={NOW}.0,s={DIGEST}",
        f"t={ARABIC},s={DIGEST}",
        f"t={'9' * 5000},s={DIGEST}",
        f"T={NOW},S={DIGEST}",
        f"t={NOW},s=é{DIGEST[1:]}",
    ],
)
def test_a_header_that_is_not_one_time_and_one_digest_fails(bad: str) -> None:
    with pytest.raises(BadSignature):
        check_signature(bad, BODY, [SECRET], now=NOW)


def test_a_part_that_we_do_not_know_is_left_alone() -> None:
    check_signature(f"v=2, t={NOW}, s={DIGEST.upper()}", BODY, [SECRET], now=NOW)


@pytest.mark.parametrize("age", [-5 * MINUTE, 0, 6 * MINUTE, 71 * HOUR, 73 * HOUR])
def test_a_retry_of_three_days_is_still_heard(age: int) -> None:
    check_signature(header(), BODY, [SECRET], now=NOW + age)


@pytest.mark.parametrize(("age", "why"), [(-6 * MINUTE, "future"), (74 * HOUR, "too old")])
def test_what_comes_from_the_future_or_too_late_fails(age: int, why: str) -> None:
    with pytest.raises(BadSignature, match=why):
        check_signature(header(), BODY, [SECRET], now=NOW + age)


def test_the_time_is_signed_too() -> None:
    with pytest.raises(BadSignature, match="signature"):
        check_signature(f"t={NOW + 1},s={DIGEST}", BODY, [SECRET], now=NOW)


def test_two_secrets_are_good_during_a_rotation() -> None:
    new = Secret("secret_new")
    check_signature(header(), BODY, [new, SECRET], now=NOW)
    check_signature(header(secret="secret_new"), BODY, [new, SECRET], now=NOW)
    with pytest.raises(BadSignature):
        check_signature(header(), BODY, [new], now=NOW)


@pytest.mark.parametrize("secrets", [[], [Secret("")]])
def test_without_a_secret_nothing_is_genuine(secrets: list[Secret]) -> None:
    with pytest.raises(BadSignature):
        check_signature(header(secret=""), BODY, secrets, now=NOW)


def test_an_event_is_read_with_its_content() -> None:
    found = parse_event(BODY)
    assert (found.client_key, found.event, found.create_time) == ("ck_test", "post.publish.complete", NOW)
    assert (found.open_id, found.publish_id, found.post_id) == ("open-1", "v_pub_file~v2-1.1", "")


@pytest.mark.parametrize("post_id", [7_511_111_111_111_111_111, "7511111111111111111"])
def test_a_post_id_is_exact_text_however_it_comes(post_id: object) -> None:
    found = parse_event(event(content=json.dumps({"post_id": post_id})))
    assert found.post_id == "7511111111111111111"


def test_a_reason_may_be_a_number_or_a_word() -> None:
    assert parse_event(event(content='{"reason": 0}')).reason == "0"
    assert parse_event(event(content='{"reason": "file_format_check_failed"}')).reason.startswith("file_")


def test_the_spelling_of_one_write_up_is_the_same_event() -> None:
    assert parse_event(event(event="post.publish.completed")).event == "post.publish.complete"


@pytest.mark.parametrize(
    "content", ["", "not json", "[1]", "null", "[" * 20_000, '{"publish_id": "\\u0000"}', None, 7]
)
def test_content_that_cannot_be_read_leaves_the_event_its_name(content: object) -> None:
    found = parse_event(event(content=content))
    assert (found.event, found.publish_id) == ("post.publish.failed", "")


def test_an_id_that_cannot_be_one_is_no_id() -> None:
    found = parse_event(event(user_openid="x" * 129, content=json.dumps({"publish_id": "a\nb"})))
    assert (found.open_id, found.publish_id) == ("", "")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe{\x00}\x00",
        b'{"event": "\xe9"}',
        b"[]",
        b"[" * 20_000,
        event(event=None),
        event(event=["x"]),
        event(create_time=None),
        event(create_time="soon"),
        event(create_time=True),
        event(create_time=-1),
        event(create_time=253_402_300_800),
    ],
)
def test_what_is_no_event_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        parse_event(body)
