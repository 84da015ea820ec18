from __future__ import annotations

import copy
import json
import logging
import pickle
import pprint
from dataclasses import asdict

import pytest

from tiktok.client import Secret, TokenPair

CANARY = "act.CANARY-0001"


@pytest.fixture
def secret() -> Secret:
    return Secret(CANARY)


def test_it_is_revealed_only_on_request(secret: Secret) -> None:
    assert secret.reveal() == CANARY


@pytest.mark.parametrize(
    "show",
    [
        str,
        repr,
        ascii,
        "{}".format,
        "{!r:>10}".format,
        "{:>20}".format,
        lambda secret: f"{secret}",
        lambda secret: "%s" % secret,  # noqa: UP031
        lambda secret: "%r" % secret,  # noqa: UP031
        lambda secret: str([secret]),
        lambda secret: str({"token": secret}),
        pprint.pformat,
        lambda secret: json.dumps({"token": secret}, default=str),
        lambda secret: str(pickle.dumps(secret)),
        lambda secret: str(pickle.dumps(secret, protocol=0)),
        lambda secret: str(pickle.loads(pickle.dumps(secret))),
        lambda secret: str(secret.__getstate__()),
        lambda secret: str(secret.__reduce_ex__(4)),
        lambda secret: str(ValueError(secret)),
    ],
)
def test_every_way_to_show_it_gives_the_mask(secret: Secret, show) -> None:
    shown = show(secret)
    assert CANARY not in shown
    assert "***" in shown


def test_plain_json_refuses_it(secret: Secret) -> None:
    with pytest.raises(TypeError):
        json.dumps({"token": secret})


def test_the_encoder_of_the_queue_gets_the_mask(secret: Secret) -> None:
    from kombu.utils.json import dumps

    assert dumps({"token": secret}) == '{"token": "***"}'


def test_a_pickle_cannot_be_revealed(secret: Secret) -> None:
    assert not isinstance(pickle.loads(pickle.dumps(secret)), Secret)


def test_a_log_line_gives_the_mask(secret: Secret, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("anything").warning("token %s %r", secret, secret)
    assert CANARY not in caplog.text
    assert "***" in caplog.text


def test_it_has_no_dictionary_to_look_into(secret: Secret) -> None:
    with pytest.raises(TypeError):
        vars(secret)


def test_it_does_not_change(secret: Secret) -> None:
    with pytest.raises(AttributeError):
        secret._value = "other"
    with pytest.raises(AttributeError):
        del secret._value
    assert secret.reveal() == CANARY


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy])
def test_a_copy_is_the_secret_itself(secret: Secret, again) -> None:
    assert again(secret) is secret


def test_a_dataclass_of_secrets_shows_none(secret: Secret) -> None:
    pair = TokenPair(secret, Secret("rft.CANARY"), "open-1", frozenset(), 7200, 1)
    assert "CANARY" not in repr(pair)
    assert asdict(pair)["access_token"].reveal() == CANARY


def test_secrets_compare_by_value_and_never_to_text(secret: Secret) -> None:
    assert secret == Secret(CANARY)
    assert hash(secret) == hash(Secret(CANARY))
    assert secret != Secret("act.other")
    assert secret != CANARY


def test_an_empty_secret_is_false() -> None:
    assert not Secret("")
    assert Secret("x")
