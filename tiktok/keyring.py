"""The keys that seal secrets: newest writes, all read. A key is told by its id; the vault does the sealing.

Pure: it takes the values of `TOKEN_ENCRYPTION_KEYS` and knows neither Django nor where they came from.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_LENGTH = 32
KEY_ID_LENGTH = 4


class KeyringError(ValueError):
    """`TOKEN_ENCRYPTION_KEYS` cannot be used; the sentence says which entry and what to do, never its value."""


@dataclass(frozen=True)
class Key:
    """One 256-bit key. Its id is the first four bytes of its SHA-256, so no list of ids is ever kept."""

    material: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.material).digest()[:KEY_ID_LENGTH]

    def derive(self, purpose: str) -> bytes:
        """The sub-key (32 bytes, HKDF-SHA256) for one purpose: what leaks for one says nothing of another."""
        return HKDF(algorithm=SHA256(), length=KEY_LENGTH, salt=None, info=purpose.encode()).derive(
            self.material
        )


@dataclass(frozen=True)
class Keyring:
    """All keys, newest first."""

    keys: tuple[Key, ...]

    @property
    def primary(self) -> Key:
        """The key that writes."""
        return self.keys[0]

    def find(self, key_id: bytes) -> Key | None:
        """The key with that id, or None when it was dropped from the ring."""
        return next((key for key in self.keys if key.id == key_id), None)


def load(values: Sequence[str]) -> Keyring:
    """The ring of base64 keys (standard or URL-safe), newest first; raises `KeyringError` with a sentence."""
    if not values:
        raise KeyringError("TOKEN_ENCRYPTION_KEYS is empty: it needs at least one base64 key of 32 bytes.")
    keys = tuple(Key(_decode(value, position)) for position, value in enumerate(values, start=1))
    if len({key.id for key in keys}) < len(keys):
        raise KeyringError("TOKEN_ENCRYPTION_KEYS names the same key twice: remove one of the two.")
    return Keyring(keys)


def _decode(value: str, position: int) -> bytes:
    standard = value.strip().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        material = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyringError(f"Entry {position} of TOKEN_ENCRYPTION_KEYS is not base64.") from error
    if len(material) != KEY_LENGTH:
        raise KeyringError(
            f"Entry {position} of TOKEN_ENCRYPTION_KEYS has {len(material)} bytes: a key has {KEY_LENGTH}."
        )
    return material
