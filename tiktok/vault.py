"""The vault: the one module that turns a secret into ciphertext and back (R-21, R-24).

A sealed value is bound to its place. Its associated data names the format, the key, the table, column, row and
workspace, and a context such as the creator's open id, so a ciphertext moved to another row opens nowhere.
Loading a row decrypts nothing: a caller opens one value, when it needs it.

Layout: version (1 byte), key id (4), nonce (12), ciphertext with tag.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from tiktok import keyring
from tiktok.client import Secret
from tiktok.fields import SealedField

if TYPE_CHECKING:
    from django.db.models import Model

VERSION = b"\x01"
NONCE_LENGTH = 12
HEADER_LENGTH = len(VERSION) + keyring.KEY_ID_LENGTH
SHORTEST = HEADER_LENGTH + NONCE_LENGTH + 16


class VaultError(Exception):
    """A sealed value does not open here: moved, damaged, or sealed with a key that has left the ring."""


@dataclass(frozen=True)
class Place:
    """Where a sealed value lives; a value opens only in the place that it was sealed for."""

    table: str
    column: str
    row_id: UUID | str
    workspace_id: UUID | str
    context: str = ""

    @property
    def purpose(self) -> str:
        return f"oncue.vault.v1:{self.table}.{self.column}"

    def associated_data(self, key_id: bytes) -> bytes:
        """Every part with its length before it, so no two places read alike."""
        names = (self.table, self.column, str(self.row_id), str(self.workspace_id), self.context)
        parts = (VERSION, key_id, *(name.encode() for name in names))
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def seal(
    secret: Secret,
    *,
    table: str,
    column: str,
    row_id: UUID | str,
    workspace_id: UUID | str,
    context: str = "",
) -> bytes:
    """The ciphertext of `secret` for this place, written with the newest key."""
    return _seal(secret, Place(table, column, row_id, workspace_id, context))


def open_sealed(
    blob: bytes,
    *,
    table: str,
    column: str,
    row_id: UUID | str,
    workspace_id: UUID | str,
    context: str = "",
) -> Secret:
    """The secret that was sealed for exactly this place; anything else raises `VaultError`."""
    return _open(blob, Place(table, column, row_id, workspace_id, context))


def seal_on(row: Model, name: str, secret: Secret) -> bytes:
    """The ciphertext for the `SealedField` called `name` of `row`; the caller assigns and saves it."""
    return _seal(secret, place_of(row, name))


def open_on(row: Model, name: str) -> Secret:
    """The secret in the `SealedField` called `name` of `row`; an empty field raises `VaultError` too."""
    blob = getattr(row, name)
    if blob is None:
        raise VaultError(f"{row._meta.label}.{name} holds nothing.")
    return _open(bytes(blob), place_of(row, name))


def place_of(row: Model, name: str) -> Place:
    """The place of one `SealedField`: its row must have its workspace, and its context, before it is sealed."""
    field = row._meta.get_field(name)
    if not isinstance(field, SealedField):
        raise TypeError(f"{row._meta.label}.{name} is no SealedField.")
    context = str(getattr(row, field.context_field)) if field.context_field else ""
    return Place(row._meta.db_table, str(field.column), row.pk, row.workspace_id, context)  # type: ignore[attr-defined]


def is_current(blob: bytes) -> bool:
    """Whether a sealed value was written with the newest key; reads its header only."""
    return bytes(blob[:HEADER_LENGTH]) == VERSION + ring().primary.id


def ring() -> keyring.Keyring:
    """The keyring of the settings; cached by its values, so that a changed setting counts at once."""
    return _ring(tuple(settings.TOKEN_ENCRYPTION_KEYS))


@lru_cache(maxsize=4)
def _ring(values: tuple[str, ...]) -> keyring.Keyring:
    return keyring.load(values)


@lru_cache(maxsize=64)
def _cipher(key: keyring.Key, purpose: str) -> AESGCM:
    return AESGCM(key.derive(purpose))


def _seal(secret: Secret, place: Place) -> bytes:
    key = ring().primary
    nonce = os.urandom(NONCE_LENGTH)
    sealed = _cipher(key, place.purpose).encrypt(
        nonce, secret.reveal().encode(), place.associated_data(key.id)
    )
    return VERSION + key.id + nonce + sealed


def _open(blob: bytes, place: Place) -> Secret:
    if len(blob) < SHORTEST or blob[:1] != VERSION:
        raise VaultError(f"{place.table}.{place.column} of row {place.row_id} is not a sealed value.")
    key_id = blob[1:HEADER_LENGTH]
    key = ring().find(key_id)
    if key is None:
        raise VaultError(
            f"{place.table}.{place.column} of row {place.row_id} was sealed with a key that is gone."
        )
    nonce, sealed = blob[HEADER_LENGTH : HEADER_LENGTH + NONCE_LENGTH], blob[HEADER_LENGTH + NONCE_LENGTH :]
    try:
        plain = _cipher(key, place.purpose).decrypt(nonce, sealed, place.associated_data(key_id))
    except InvalidTag as error:
        raise VaultError(
            f"{place.table}.{place.column} of row {place.row_id} was not sealed for it."
        ) from error
    return Secret(plain.decode())
