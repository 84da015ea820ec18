"""What the staff's pages of this app share: content is left out, and a whole id is found.

Support sees metadata only (R-75). There is no break-glass session, so nothing here shows captions, titles, names of
files or media to anybody.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from scheduler.finding import as_uuid

PRIVATE = frozenset(
    {
        *("caption", "title", "original_name", "name", "text", "fields", "query", "metadata"),
        *("rows", "files", "outcomes"),
    }
)
"""What people wrote or uploaded is theirs: support sees states, codes and ids."""


class WithoutContent:
    """Leaves out the columns that hold people's content; what a row is called after is its id."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields: list[Any] = super().get_fields(request, obj)  # type: ignore[misc]
        return [name for name in fields if name not in PRIVATE]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        if row is not None and hasattr(row, "name"):
            row.name = f"({row.pk})"  # headings say what a row is called; nothing here is ever saved
        return row


class FoundByIdentity:
    """Search that also takes a whole id, which no text search can match."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if identity := as_uuid(search_term.strip()):
            return queryset.filter(pk=identity), False
        return super().get_search_results(request, queryset, search_term)  # type: ignore[misc,no-any-return]
