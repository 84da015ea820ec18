from __future__ import annotations

import base64
import secrets

import pytest

from tiktok import keyring


def encoded(material: bytes) -> str:
    return base64.b64encode(material).decode()


def test_the_first_key_writes_and_all_are_found():
    new, old = secrets.token_bytes(32), secrets.token_bytes(32)
    ring = keyring.load([encoded(new), encoded(old)])
    assert ring.primary.material == new
    assert ring.find(keyring.Key(old).id) == keyring.Key(old)


def test_a_key_that_was_dropped_is_not_found():
    ring = keyring.load([encoded(secrets.token_bytes(32))])
    assert ring.find(b"none") is None


@pytest.mark.parametrize("spelling", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("padding", ["=", ""])
def test_both_alphabets_are_read_with_or_without_padding(spelling, padding):
    material = bytes(range(224, 256))
    text = spelling(material).decode().rstrip("=") + padding
    assert keyring.load([text]).primary.material == material


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([], "is empty"),
        ([""], "has 0 bytes"),
        (["not base64 at all!"], "Entry 1 .* is not base64"),
        ([encoded(bytes(32)), encoded(bytes(16))], "Entry 2 .* has 16 bytes: a key has 32"),
        ([encoded(bytes(32))] * 2, "the same key twice"),
    ],
)
def test_a_malformed_ring_is_refused_with_a_sentence(values, sentence):
    with pytest.raises(keyring.KeyringError, match=sentence):
        keyring.load(values)


def test_no_message_and_no_repr_shows_a_key():
    short = encoded(b"only sixteen byt")
    with pytest.raises(keyring.KeyringError) as caught:
        keyring.load([short])
    assert short not in str(caught.value)
    material = secrets.token_bytes(32)
    assert repr(material) not in repr(keyring.load([encoded(material)]))


def test_each_purpose_has_a_key_of_its_own():
    key = keyring.Key(secrets.token_bytes(32))
    assert len({key.derive("a"), key.derive("b"), key.material}) == 3
    assert key.derive("a") == key.derive("a")
