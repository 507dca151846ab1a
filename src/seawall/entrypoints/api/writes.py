"""Writes happen once: the Idempotency-Key, the change and the stored answer are one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from pydantic import BaseModel

from seawall.core.problems import Refused
from seawall.entrypoints.api.access import viewer
from seawall.records.journal.idempotency import once
from seawall.records.parties.viewer import Viewer


class KeyMissing(Refused):
    code = "idempotency.key_missing"
    status = 400


def write(
    request: HttpRequest, body: Any, work: Callable[[Viewer, datetime], BaseModel | dict[str, Any]], status: int = 200
) -> HttpResponse:
    """Run `work(by, at)` once for this key and answer its JSON with `status`; a repeat gets the same answer.

    Raises `KeyMissing`, `KeyReused`, and whatever `work` refuses.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= 255 or not key.isprintable():
        raise KeyMissing("Idempotency-Key")
    by, at = viewer(request), timezone.now()

    def answer() -> tuple[int, Any]:
        result = work(by, at)
        return status, result.model_dump(mode="json") if isinstance(result, BaseModel) else result

    sent = body.model_dump(mode="json") if isinstance(body, BaseModel) else body
    code, data = once(key, f"{request.method} {request.path}", sent, answer, by=by, at=at)
    return JsonResponse(data, status=code, safe=False, json_dumps_params={"ensure_ascii": False})
