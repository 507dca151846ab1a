"""Calling the API as a program does, from its own description."""

from __future__ import annotations

import copy
import json
import re
import uuid
from typing import Any

from django.db import transaction
from django.test import Client

from seawall.entrypoints.api.v1.site import api

SCHEMA: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method, path, operation)
    for path, operations in SCHEMA["paths"].items()
    for method, operation in operations.items()
}


def schema_of(operation: dict[str, Any]) -> dict[str, Any]:
    """The schema of an operation's body, or nothing."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    found: dict[str, Any] = content.get("schema", {})
    if "$ref" in found:
        found = SCHEMA["components"]["schemas"][found["$ref"].rsplit("/", 1)[1]]
    return found


def example_of(operation: dict[str, Any]) -> dict[str, Any] | None:
    """The first example of an operation's body; None for an operation without one."""
    if "requestBody" not in operation:
        return None
    examples = schema_of(operation).get("examples", [{}])
    found: dict[str, Any] = copy.deepcopy(examples[0])
    return found


def call(token: str, method: str, address: str, body: Any = None, **headers: str) -> Any:
    """One request; writes get a key of their own unless `headers` name one."""
    told = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4()), **headers}
    data = None if body is None else json.dumps(body)
    return Client(raise_request_exception=False).generic(
        method.upper(), address, data or "", "application/json", headers={k: v for k, v in told.items() if v}
    )


def try_out(token: str, method: str, address: str, body: Any = None, **headers: str) -> Any:
    """The same, and nothing of it stays."""
    with transaction.atomic():
        answer = call(token, method, address, body, **headers)
        transaction.set_rollback(True)
    return answer


def names_in(path: str) -> list[str]:
    """The variables of a path."""
    return re.findall(r"{(\w+)}", path)
