"""The secrets of two-step verification at rest: sealed by the vault, as tokens are, and moved to the newest key.

allauth gives the text alone, so these are bound to their table and column, not to a row. It stands here because the
vault does; what the second step is for people is `accounts.second_step`.
"""

from __future__ import annotations

import base64
import binascii

from allauth.mfa.models import Authenticator

from accounts.second_step import SecondStepAdapter
from tiktok import vault
from tiktok.client import Secret
from tiktok.rotation import Count

PLACE = {"table": "mfa_authenticator", "column": "data", "row_id": "", "workspace_id": ""}
SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
"""What in `data` is sealed; a passkey's is public."""


class SealingAdapter(SecondStepAdapter):
    """Named in `MFA_ADAPTER`."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(vault.seal(Secret(text), **PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `VaultError` for anything that was not sealed here."""
        return vault.open_sealed(_bytes(encrypted_text), **PLACE).reveal()


def reseal(*, batch: int, dry_run: bool) -> Count:
    """Seal every one with the newest key; safe to interrupt, and beside people who sign in."""
    count = Count()
    for row in Authenticator.objects.filter(type__in=SECRETS).iterator(chunk_size=batch):
        _reseal_row(row, count, dry_run=dry_run)
    return count


def _reseal_row(row: Authenticator, count: Count, *, dry_run: bool) -> None:
    adapter, name = SealingAdapter(), SECRETS[row.type]
    try:
        if vault.is_current(_bytes(row.data[name])):
            count.current += 1
            return
        new = row.data | {name: adapter.encrypt(adapter.decrypt(row.data[name]))}
    except vault.VaultError:
        count.unreadable += 1
        return
    if dry_run or Authenticator.objects.filter(pk=row.pk, data=row.data).update(data=new):
        count.resealed += 1
    else:
        count.overtaken += 1


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise vault.VaultError("mfa_authenticator.data holds something that is not sealed.") from error
