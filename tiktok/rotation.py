"""Moving every sealed value to the newest key. It finds the columns by their class, so none can be forgotten.

Each value is replaced only while it still holds what was read, so a token renewed meanwhile is never overwritten;
what already stands under the newest key is skipped, so an interrupted run goes on where it ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from accounts.tenancy import CrossTenant, cross_tenant
from tiktok import vault
from tiktok.fields import SealedField


@dataclass
class Count:
    """What became of the values of a column."""

    resealed: int = 0
    current: int = 0
    overtaken: int = 0
    unreadable: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            self.resealed + other.resealed,
            self.current + other.current,
            self.overtaken + other.overtaken,
            self.unreadable + other.unreadable,
        )

    def __str__(self) -> str:
        return (
            f"{self.resealed} sealed anew, {self.current} current already, "
            f"{self.overtaken} renewed meanwhile, {self.unreadable} unreadable"
        )


def sealed_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every `SealedField` of every model."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                yield model, field.name


def reseal(model: type[models.Model], name: str, *, batch: int, dry_run: bool) -> Count:
    """Seal one column with the newest key, in batches by row id."""
    count, last = Count(), None
    with cross_tenant(CrossTenant.TOKEN_REFRESH):
        rows: Any = model._default_manager.exclude(**{name: None}).order_by("pk")
        while page := list((rows.filter(pk__gt=last) if last else rows)[:batch]):
            for row in page:
                _reseal_row(row, name, count, dry_run=dry_run)
            last = page[-1].pk
    return count


def _reseal_row(row: models.Model, name: str, count: Count, *, dry_run: bool) -> None:
    old = getattr(row, name)
    if vault.is_current(old):
        count.current += 1
        return
    try:
        new = vault.seal_on(row, name, vault.open_on(row, name))
    except vault.VaultError:
        count.unreadable += 1
        return
    if dry_run or type(row)._default_manager.filter(pk=row.pk, **{name: old}).update(**{name: new}):
        count.resealed += 1
    else:
        count.overtaken += 1
