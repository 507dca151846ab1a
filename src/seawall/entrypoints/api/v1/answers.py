"""How things are told: documented problems, pages of lists, rows in short, files."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from pydantic import BaseModel

from seawall.core.problems import Refused
from seawall.entrypoints.api.errors import ProblemDetails
from seawall.entrypoints.api.v1.schemas.base import FileIn, FileOut, Made, Paging, names_of
from seawall.records.parties.models import Organisation
from seawall.records.vault.media import EXTENSIONS
from seawall.records.vault.models import File

_ALWAYS = (401, 403, 404, 422, 429)
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_OBJECT = {"schema": {"type": "object"}}


class NotBase64(Refused):
    code = "file.not_base64"
    status = 422


def reads(model: Any) -> dict[Any, Any]:
    """The answers of a read."""
    return {200: model, **dict.fromkeys(_ALWAYS, ProblemDetails)}


def writes(model: Any, status: int = 200) -> dict[Any, Any]:
    """The answers of a write."""
    return {status: model, **dict.fromkeys((400, *_ALWAYS, 409, 410, 413, 415), ProblemDetails)}


FILE = {200: None, **dict.fromkeys((*_ALWAYS, 410), ProblemDetails)}


def sends(*media_types: str) -> dict[str, Any]:
    """What a file operation adds to its description."""
    return {
        "responses": {
            200: {
                "content": {
                    media: _OBJECT if media.endswith(("json", "yaml")) else _BINARY
                    for media in media_types or EXTENSIONS
                }
            }
        }
    }


def page_of(rows: QuerySet[Any], paging: Paging, told: Callable[[Any], BaseModel]) -> dict[str, Any]:
    """One page of `rows`, each as `told` tells it, in an order that does not waver."""
    order = rows.query.order_by or tuple(rows.model._meta.ordering)
    pages = Paginator(rows.order_by(*order, "pk"), paging.size)
    if paging.page > pages.num_pages:
        return {"items": [], "total": pages.count, "next": None}
    chosen = pages.page(paging.page)
    return {
        "items": [told(row) for row in chosen],
        "total": pages.count,
        "next": chosen.next_page_number() if chosen.has_next() else None,
    }


def made(row: Model) -> Made:
    """A row that was made or changed, in short."""
    return Made(id=row.pk, number=getattr(row, "number", None), status=getattr(row, "status", None))


def named(row: Organisation) -> dict[str, Any]:
    """A party by id and names."""
    return {"id": row.pk, "name": names_of(row.name_zh, row.name_en)}


def file_row(row: File) -> FileOut:
    """An original, without its content."""
    return FileOut(
        id=row.pk,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        stored_at=row.recorded_at,
    )


def file_answer(found: File, content: bytes) -> HttpResponse:
    """An original to be saved, never to be run by a browser."""
    return download(content, found.media_type, found.name)


def download(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Bytes to be saved under `name`."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def content_of(file: FileIn) -> bytes:
    """The bytes of a file out of JSON; raises `NotBase64`."""
    try:
        return base64.b64decode(file.content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotBase64("content") from error
