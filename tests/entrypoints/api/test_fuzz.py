"""Whatever fits the description, and whatever does not, gets an answer that fits it: no crash, no surprise.

`FUZZ_EXAMPLES` and `FUZZ_SEED` make it longer and different; the default is short and fixed.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from tests.entrypoints.api.calling import OPERATIONS, SCHEMA
from tests.entrypoints.api.expectations import RULES
from tests.entrypoints.api.subjects import PLAIN, kind_of
from tests.seeded import TENANT, person_of

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("seeded")]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
SEED = int(os.environ.get("FUZZ_SEED", "20261124"))
PEOPLE = {
    "administrator": "admin", "underwriter": "underwriter", "claims_handler": "claims", "supervisor": "supervisor",
    "portfolio_manager": "portfolio", "broker": "broker1", "insured": "insured-a", "provider": "provider",
}  # fmt: skip
ALWAYS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance",
)  # fmt: skip

schema = schemathesis.openapi.from_dict(SCHEMA)
schema.app = get_wsgi_application()
load_all_checks()


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The requests of a test share its transaction, as they do with Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def checks(*names: str) -> list[Callable[..., Any]]:
    return [CHECKS.get_one(name) for name in (*ALWAYS, *names)]


def token_for(told: dict[str, Any], operation_id: str) -> str:
    """Somebody who may do it, so that the request gets as far as it can."""
    rule = RULES[operation_id]
    role = next(role for role in PEOPLE if role in rule.may and role in rule.sees)
    return person_of(told, PEOPLE[role])["token"]


def aimed(case: Any, operation_id: str, ids: dict[str, str]) -> None:
    """Every second example is aimed at an object that is there."""
    if hash(str(case.path_parameters) + str(case.body)) % 2:
        return
    for name, value in list((case.path_parameters or {}).items()):
        if name not in PLAIN and is_id(value):
            case.path_parameters[name] = ids[kind_of(operation_id, name)]
    rule = RULES[operation_id]
    if isinstance(case.body, dict) and rule.subject in case.body and is_id(case.body[rule.subject]):
        case.body[rule.subject] = ids[{"subject": "incident"}.get(rule.subject, rule.subject)]


def is_id(value: Any) -> bool:
    try:
        return bool(uuid.UUID(str(value)))
    except ValueError:
        return False


def run(told: dict[str, Any], ids: dict[str, str], operation_id: str, mode: GenerationMode, *names: str) -> None:
    method, path, _operation = OPERATIONS[operation_id]
    token = token_for(told, operation_id)
    strategy = schema[path][method.upper()].as_strategy(generation_mode=mode)

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def one(case: Any) -> None:
        aimed(case, operation_id, ids)
        with transaction.atomic():
            try:
                case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=checks(*names))
            finally:
                transaction.set_rollback(True)

    one()


@pytest.mark.parametrize("operation_id", sorted(OPERATIONS))
def test_what_fits(told: dict[str, Any], objects_of: dict[str, dict[str, str]], operation_id: str) -> None:
    run(told, objects_of[TENANT], operation_id, GenerationMode.POSITIVE, "ignored_auth")


@pytest.mark.parametrize(
    "operation_id", sorted(name for name, (_m, path, op) in OPERATIONS.items() if op.get("parameters") or "{" in path)
)
def test_what_does_not_fit(told: dict[str, Any], objects_of: dict[str, dict[str, str]], operation_id: str) -> None:
    run(told, objects_of[TENANT], operation_id, GenerationMode.NEGATIVE, "negative_data_rejection")
