"""Writes happen once: the Idempotency-Key, the change and the stored answer are one transaction."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from pydantic import BaseModel

from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.errors import KEY, KeyMissing
from seawall.records.journal.idempotency import once
from seawall.records.parties.viewer import Viewer

SECRET = "secret"  # noqa: S105  (the name of a field)


def write(
    request: HttpRequest, body: Any, work: Callable[[Viewer, datetime], BaseModel | list[Any]], status: int = 200
) -> HttpResponse:
    """Run `work(by, at)` once for this key and answer its JSON with `status`; a repeat gets the same answer.

    A key belongs to one person in one organisation, one method, one address and one body. A field `secret` in the
    answer is kept under encryption. Raises `KeyMissing`, `KeyReused`, and whatever `work` refuses.
    """
    key = request.headers.get(KEY, "")
    if not 1 <= len(key) <= 255 or not key.isprintable():
        raise KeyMissing(KEY)
    by, at = viewer(request), timezone.now()

    def answer() -> tuple[int, Any]:
        return status, _sealed(_plain(work(by, at)))

    sent = {"organisation": str(by.organisation), "body": _plain(body)}
    code, data = once(key, f"{request.method} {request.path}", sent, answer, by=by, at=at)
    return JsonResponse(_opened(data), status=code, safe=False, json_dumps_params={"ensure_ascii": False})


def _plain(found: Any) -> Any:
    if isinstance(found, BaseModel):
        return found.model_dump(mode="json")
    return [_plain(part) for part in found] if isinstance(found, list) else found


def _cipher() -> AESGCM:
    return AESGCM(hashlib.sha256(b"seawall idempotent answers\n" + settings.SECRET_KEY.encode()).digest())


def _sealed(data: Any) -> Any:
    if not isinstance(data, dict) or SECRET not in data:
        return data
    nonce = os.urandom(12)
    hidden = nonce + _cipher().encrypt(nonce, str(data[SECRET]).encode(), None)
    return {**data, SECRET: base64.b64encode(hidden).decode()}


def _opened(data: Any) -> Any:
    if not isinstance(data, dict) or SECRET not in data:
        return data
    hidden = base64.b64decode(data[SECRET])
    return {**data, SECRET: _cipher().decrypt(hidden[:12], hidden[12:], None).decode()}
