"""Write once: the key, the change and the answer are one transaction, so a retry can never do it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from seawall.core.problems import Refused
from seawall.records.journal.models import IdempotencyKey
from seawall.records.parties.viewer import Viewer


class KeyReused(Refused):
    """The key was used before with another body or route."""

    code = "idempotency.key_reused"
    status = 422


def once(
    key: str, route: str, body: Any, work: Callable[[], tuple[int, Any]], *, by: Viewer, at: datetime
) -> tuple[int, Any]:
    """Run `work` (→ status, JSON answer) at most once for `key` of this person; afterwards give the stored answer.

    Two at the same time wait for each other on an advisory lock. A refusal raised by `work` stores nothing, so it
    can be tried again. Raises `KeyReused`.
    """
    text = json.dumps(body, sort_keys=True, cls=DjangoJSONEncoder, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{by.tenant}/{by.user}/{key}"])
        known = IdempotencyKey.objects.filter(tenant_id=by.tenant, user_id=by.user, key=key).first()
        if known:
            if known.body_digest != digest or known.route != route:
                raise KeyReused("Idempotency-Key", key=key)
            return known.status, known.answer
        status, answer = work()
        IdempotencyKey.objects.create(
            tenant_id=by.tenant,
            recorded_at=at,
            user_id=by.user,
            route=route,
            key=key,
            body_digest=digest,
            status=status,
            answer=answer,
        )
        return status, answer
