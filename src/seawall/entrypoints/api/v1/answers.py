"""How things are told: documented problems, pages of lists, rows in short."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet

from seawall.entrypoints.api.errors import ProblemDetails
from seawall.entrypoints.api.v1.schemas import Listed, Made

PER_PAGE = 50
READS: dict[Any, Any] = {401: ProblemDetails, 403: ProblemDetails, 404: ProblemDetails, 422: ProblemDetails}
WRITES: dict[Any, Any] = {**READS, 400: ProblemDetails, 409: ProblemDetails, 413: ProblemDetails}


def listed(rows: QuerySet[Any], page: int, told: Callable[[Any], dict[str, Any]]) -> Listed:
    """One page of `rows`, each as `told` tells it."""
    pages = Paginator(rows, PER_PAGE)
    chosen = pages.get_page(page)
    following = chosen.next_page_number() if chosen.has_next() and page == chosen.number else None
    items = [told(row) for row in chosen] if page <= pages.num_pages else []
    return Listed(items=items, total=pages.count, next=following)


def made(row: Model) -> Made:
    """A row that was made or changed, in short."""
    return Made(id=row.pk, number=getattr(row, "number", None), status=getattr(row, "status", None))


__all__ = ["READS", "WRITES", "listed", "made"]
