from __future__ import annotations

import base64
import secrets
from dataclasses import asdict, replace
from uuid import uuid4

import pytest

from tiktok import vault
from tiktok.client import Secret
from tiktok.fields import Sealed
from tiktok.models import TikTokAccount

HERE = vault.Place("tiktok_tiktokaccount", "access_token", uuid4(), uuid4(), "-000luna")
CANARY = "act.CANARY-in-the-vault"


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def seal(place: vault.Place = HERE) -> bytes:
    return vault.seal(Secret(CANARY), **asdict(place))


def test_what_was_sealed_opens_in_its_place():
    assert vault.open_sealed(seal(), **asdict(HERE)).reveal() == CANARY


@pytest.mark.parametrize("part", ["table", "column", "row_id", "workspace_id", "context"])
def test_a_ciphertext_opens_nowhere_else(part):
    elsewhere = replace(HERE, **{part: uuid4() if part.endswith("_id") else "other"})
    with pytest.raises(vault.VaultError):
        vault.open_sealed(seal(), **asdict(elsewhere))


def test_parts_cannot_be_shifted_into_each_other():
    sealed = seal(replace(HERE, row_id="ab", workspace_id="c"))
    with pytest.raises(vault.VaultError):
        vault.open_sealed(sealed, **asdict(replace(HERE, row_id="a", workspace_id="bc")))


def test_the_same_secret_never_looks_the_same():
    assert seal() != seal()


def test_the_layout_is_version_key_nonce_and_ciphertext():
    sealed = seal()
    assert sealed[:1] == b"\x01"
    assert sealed[1:5] == vault.ring().primary.id
    assert len(sealed) == 1 + 4 + 12 + len(CANARY) + 16
    assert CANARY.encode() not in sealed


@pytest.mark.parametrize(
    "garbage", [b"", b"\x01", CANARY.encode(), b"\x00" * 64, b"gAAAAABh" + b"x" * 60], ids=repr
)
def test_garbage_and_plain_text_are_refused_and_never_returned(garbage):
    with pytest.raises(vault.VaultError) as caught:
        vault.open_sealed(garbage, **asdict(HERE))
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize("index", [0, 2, 8, 20, -1])
def test_one_changed_byte_is_noticed(index):
    sealed = bytearray(seal())
    sealed[index] ^= 1
    with pytest.raises(vault.VaultError):
        vault.open_sealed(bytes(sealed), **asdict(HERE))


def test_another_key_id_is_refused_even_where_that_key_is_in_the_ring(settings):
    old, new = new_key(), new_key()
    settings.TOKEN_ENCRYPTION_KEYS = [old]
    sealed = seal()
    settings.TOKEN_ENCRYPTION_KEYS = [new, old]
    forged = sealed[:1] + vault.ring().primary.id + sealed[5:]
    with pytest.raises(vault.VaultError):
        vault.open_sealed(forged, **asdict(HERE))


def test_the_newest_key_writes_and_an_old_one_still_reads(settings):
    old, new = new_key(), new_key()
    settings.TOKEN_ENCRYPTION_KEYS = [old]
    before = seal()
    settings.TOKEN_ENCRYPTION_KEYS = [new, old]
    assert vault.open_sealed(before, **asdict(HERE)).reveal() == CANARY
    assert not vault.is_current(before)
    assert vault.is_current(seal())


def test_without_its_key_a_value_stays_shut(settings):
    before = seal()
    settings.TOKEN_ENCRYPTION_KEYS = [new_key()]
    with pytest.raises(vault.VaultError, match="a key that is gone"):
        vault.open_sealed(before, **asdict(HERE))


def test_a_row_names_the_place_of_its_field():
    row = TikTokAccount(workspace_id=uuid4(), open_id="-000luna")
    row.access_token = vault.seal_on(row, "access_token", Secret(CANARY))
    assert vault.open_on(row, "access_token").reveal() == CANARY
    place = vault.place_of(row, "access_token")
    assert place == vault.Place("tiktok_tiktokaccount", "access_token", row.pk, row.workspace_id, "-000luna")


def test_an_empty_field_and_a_plain_field_do_not_open():
    row = TikTokAccount(workspace_id=uuid4(), open_id="-000luna")
    with pytest.raises(vault.VaultError, match="holds nothing"):
        vault.open_on(row, "access_token")
    with pytest.raises(TypeError, match="no SealedField"):
        vault.place_of(row, "username")


def test_ciphertext_prints_its_length_only():
    sealed = Sealed(seal())
    assert f"{sealed!r} {sealed} {[sealed]}" == f"{sealed!r} {sealed!r} [{sealed!r}]"
    assert str(sealed) == f"<sealed, {len(sealed)} bytes>"
