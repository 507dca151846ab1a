"""The description of the API is whole and honest."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from pydantic import BaseModel
from referencing import Registry, Resource

from seawall.entrypoints.api.openapi import DESCRIPTIONS, TAGS
from seawall.entrypoints.api.v1 import schemas
from seawall.project.urls import urlpatterns
from tests.entrypoints.api.calling import OPERATIONS, SCHEMA, schema_of

REGISTRY: Registry[Any] = Registry().with_resource("urn:api", Resource.opaque(SCHEMA))
WRITES = sorted(name for name, (method, _path, _op) in OPERATIONS.items() if method != "get")


@pytest.mark.django_db
def test_it_is_served_without_a_token(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    served = answer.json()
    assert served["openapi"] == "3.1.0"
    assert served["paths"].keys() == SCHEMA["paths"].keys()
    assert {tag["name"] for tag in served["tags"]} == set(TAGS)


def test_every_address_of_the_api_is_in_it() -> None:
    mount = next(p for p in urlpatterns if str(p.pattern) == "api/v1/")
    told = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(p.pattern)) for p in mount.url_patterns}  # type: ignore[union-attr]
    described = {path.removeprefix("/api/v1/") for path in SCHEMA["paths"]}
    assert told - described == {"openapi.json", "", r"^[\s\S]*$"}
    assert described <= told


def test_no_two_shapes_share_a_name() -> None:
    """The description keeps one shape a name: a second of the same name would silently take its place."""
    found = Counter(
        shape.__name__ for module in pkgutil.iter_modules(schemas.__path__)
        for shape in vars(importlib.import_module(f"{schemas.__name__}.{module.name}")).values()
        if isinstance(shape, type) and issubclass(shape, BaseModel) and shape.__module__.endswith(f".{module.name}")
    )  # fmt: skip
    assert [name for name, times in found.items() if times > 1] == []
    assert len(found) > 100


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_operation_is_described(name: str) -> None:
    method, _path, operation = OPERATIONS[name]
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"][0] in TAGS
    assert operation["security"] == [{"Bearer": []}]
    told = {int(status) for status in operation["responses"]}
    assert {401, 403, 404, 422, 429} <= told
    for status in told - {200, 201, 202}:
        answer = operation["responses"][str(status)]
        assert list(answer["content"]) == ["application/problem+json"]
        assert answer["description"] == DESCRIPTIONS[status]
    if method == "get":
        assert "requestBody" not in operation
        assert told & {400, 409, 413, 415} == set()
        assert operation["responses"]["200"]["content"]
    else:
        assert {400, 409, 413, 415} <= told
        key = next(p for p in operation["parameters"] if p["name"] == "Idempotency-Key")
        assert key["required"]
        assert key["in"] == "header"


@pytest.mark.parametrize("name", WRITES)
def test_a_body_is_closed_and_its_examples_fit(name: str) -> None:
    _method, _path, operation = OPERATIONS[name]
    schema = schema_of(operation)
    assert schema["additionalProperties"] is False
    validator = Draft202012Validator({**schema, "components": SCHEMA["components"]}, registry=REGISTRY)
    examples = schema.get("examples", [])
    assert examples or not schema.get("properties"), "an example is missing"
    for example in examples:
        assert [error.message for error in validator.iter_errors(example)] == []


def _strings(schema: Any, path: str = "") -> Any:
    if isinstance(schema, dict):
        kind = schema.get("type")
        if kind == "string" and not ({"format", "enum", "const"} & schema.keys()):
            yield path, schema
        if kind == "integer":
            yield path, schema
        for key, part in schema.items():
            if key not in ("examples", "example"):
                yield from _strings(part, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from _strings(part, f"{path}/{index}")


def test_everything_that_comes_in_is_bounded() -> None:
    """No text without a longest, no number without a largest."""
    taken = {name for name in SCHEMA["components"]["schemas"] if name.endswith("In") or name == "Sum"}
    for name in taken:
        for path, schema in _strings(SCHEMA["components"]["schemas"][name]["properties"]):
            place = f"{name}{path}"
            if schema["type"] == "integer":
                assert "maximum" in schema or "anyOf" in place, place
            elif not path.endswith("propertyNames"):
                assert "maxLength" in schema or "pattern" in schema, place


def test_nothing_in_it_is_left_over() -> None:
    text = json.dumps(SCHEMA)
    for name in SCHEMA["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, f"{name} is used nowhere"
