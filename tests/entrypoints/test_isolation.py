"""Nothing crosses the walls: three marked tenants, every role, every answer of the API and every page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.utils import timezone

from seawall.entrypoints.api.v1.site import api
from seawall.entrypoints.demo.people import PASSWORD
from tests.entrypoints.api.subjects import PLAIN
from tests.seeded import ROLES, TENANT, forbidden, person_of

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("seeded")]
# What a path's variable names, where the name alone does not say it.
TABLES = {"fix": "remediation", "proposal": "rating_proposal", "scan": "scan_order", "task": "incident_task",
          "duty": "notification_duty", "company": "organisation", "file": "vault_file", "place": "panel_provider",
          "booking": "ledger_entry", "import": "import_file"}  # fmt: skip
SCHEMA: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))


def operations(*methods: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of the API."""
    return [(m, path, op) for path, ops in SCHEMA["paths"].items() for m, op in ops.items() if m in methods]


def filled(path: str, ids: dict[str, list[str]]) -> Iterator[str]:
    """The path with each object of the kind it asks for; once when it asks for none."""
    names = re.findall(r"{(\w+)}", path)
    tables = [TABLES.get(n.removesuffix("_id"), n.removesuffix("_id")) for n in names if n.endswith("_id")]
    plain = path
    for name, value in PLAIN.items():
        plain = plain.replace(f"{{{name}}}", value)
    if not tables:
        yield plain
        return
    for value in ids[tables[0]]:
        yield re.sub(r"{\w+_id}", value, plain)


def sample(schema: dict[str, Any], some_id: str) -> Any:
    """A value of the schema, as small as it allows."""
    if "$ref" in schema:
        return sample(SCHEMA["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], some_id)
    for choice in ("anyOf", "allOf", "oneOf"):
        if choice in schema:
            return sample(schema[choice][0], some_id)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        wanted = schema.get("required", ())
        return {name: sample(schema["properties"][name], some_id) for name in wanted}
    if kind == "string":
        now = timezone.now()
        return {
            "uuid": some_id, "date": timezone.localdate(now).isoformat(), "date-time": now.isoformat(),
        }.get(schema.get("format", ""), "QUJD")  # fmt: skip
    return {"array": [], "integer": 1, "number": 1, "boolean": True}.get(str(kind), "x")


def asked(person: dict[str, str], method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {person['token']}", "Idempotency-Key": f"k-{path}-{person['email']}"[:200]}
    data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return getattr(Client(), method)(path, headers=headers, **data)


@pytest.mark.parametrize("who", ROLES)
def test_no_answer_of_the_api_holds_a_foreign_word(told: dict[str, Any], who: str) -> None:
    """Every reading operation, with every object of the tenant, and with every object of the others."""
    person = person_of(told, who)
    hidden = forbidden(told, person)
    seen = 0
    for tenant in told["tenants"]:
        for _method, path, operation in operations("get"):
            # Without what it asks for it says so before it looks.
            bare = any(p["in"] == "query" and p.get("required") for p in operation.get("parameters", ()))
            # All of our own objects, and the oldest and newest of the others'.
            addresses = list(filled(path, tenant["ids"]))
            own = tenant["slug"] == TENANT
            for address in addresses if own else {addresses[0], addresses[-1]}:
                answer = asked(person, "get", address)
                text = b"".join(answer.streaming_content) if answer.streaming else answer.content
                assert answer.status_code in (200, 400, 403, 404, 409, 410, 422), (address, answer.status_code)
                if not own and "_id}" in path:
                    assert answer.status_code in ((403, 422) if bare else (403, 404)), (address, answer.status_code)
                seen += answer.status_code == 200
                words = text.decode("utf-8", "replace")
                assert [mark for mark in hidden if mark in words] == [], (who, address)
    assert seen > 5


@pytest.mark.parametrize("who", ROLES)
def test_no_write_reaches_a_foreign_object(told: dict[str, Any], who: str) -> None:
    """Every writing operation with the other tenants' objects: refused, and not a word of theirs in the refusal."""
    person = person_of(told, who)
    refusals = set()
    for tenant in told["tenants"]:
        if tenant["slug"] == TENANT:
            continue
        for method, path, operation in operations("post", "put"):
            addresses = list(filled(path, tenant["ids"])) if "_id}" in path else []
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for address in addresses[-1:]:
                foreign = tenant["ids"]["organisation"][-1]
                answer = asked(person, method, address, sample(content.get("schema", {"type": "object"}), foreign))
                assert answer.status_code in (403, 404, 422), (address, answer.status_code, answer.content)
                refusals.add(answer.status_code)
                assert tenant["slug"] not in answer.content.decode(), (address, answer.content)
    # Those who may do most get as far as looking for the object, and do not find it.
    assert 404 in refusals or who not in ("underwriter", "claims", "broker1", "insured-a")


def test_the_password_opens_the_door(told: dict[str, Any]) -> None:
    person = person_of(told, "underwriter")
    assert authenticate(None, email=person["email"], password=PASSWORD)
