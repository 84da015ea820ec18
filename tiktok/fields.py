"""`SealedField`: the column type of a secret. It stores ciphertext and never decrypts; `tiktok.vault` does.

Rotation finds every secret by this class, so a new sealed column is rotated without being listed anywhere.
"""

from __future__ import annotations

from typing import Any

from django.db import models


class Sealed(bytes):
    """Ciphertext as read from the database: prints its length only, so no page or log ever shows it."""

    def __repr__(self) -> str:
        return f"<sealed, {len(self)} bytes>"

    __str__ = __repr__


class SealedField(models.BinaryField):
    """A sealed secret or null. `context_field` names the field whose value the ciphertext is bound to."""

    def __init__(self, *args: Any, context_field: str = "", **kwargs: Any) -> None:
        self.context_field = context_field
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        if self.context_field:
            kwargs["context_field"] = self.context_field
        return name, path, args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def value_to_string(self, obj: models.Model) -> str:
        """Nothing: an export of rows carries no ciphertext."""
        return ""
