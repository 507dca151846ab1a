"""Every operation × every role × {own, of a mandate or work that ended, of another company, foreign, missing}.

The expectations are declared in `expectations`; an operation that is not declared there fails.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.entrypoints.api.calling import OPERATIONS, example_of, names_in, try_out
from tests.entrypoints.api.expectations import HOUSE, READ, RULES, WRITE, Rule
from tests.entrypoints.api.subjects import FOREIGN, PLAIN, kind_of
from tests.seeded import TENANT, person_of

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("seeded")]
# One person of each role whose objects they are, and three whose they are not (any more): another company, a broker
# whose mandate was revoked, a provider that declined the work.
OWNERS = (
    "underwriter", "claims", "portfolio", "admin", "supervisor", "broker1", "insured-a", "provider",
)  # fmt: skip
OUTSIDERS = ("broker2", "insured-b", "counsel")


def ask(operation_id: str, rule: Rule, token: str, ids: dict[str, str], own: dict[str, str]) -> tuple[Any, set[str]]:
    """The operation with the objects in `ids` as its subject; and which of them it named."""
    method, path, operation = OPERATIONS[operation_id]
    address, named = path, set()
    for name in names_in(path):
        value = PLAIN.get(name) or ids[kind_of(operation_id, name)]
        named |= set() if name in PLAIN else {value}
        address = address.replace(f"{{{name}}}", value)
    body = example_of(operation)
    if body is not None:
        for field, kind in rule.body.items():
            body[field] = own[kind]
        if rule.subject:
            kind = {"subject": "incident"}.get(rule.subject, rule.subject)
            body[rule.subject] = ids[kind]
            named.add(ids[kind])
    if rule.query:
        parts = [part.partition("=") for part in rule.query.split("&")]
        address += "?" + "&".join(
            f"{key}={own.get(value, value) if key != 'noun' else value}" for key, _, value in parts
        )
    return try_out(token, method, address, body), named


def seen(answer: Any, named: set[str]) -> tuple[int, str]:
    """Status and body, with the names of objects left out."""
    text = answer.content.decode("utf-8", "replace")
    for value in named:
        text = text.replace(value, "…")
    return answer.status_code, text


def test_every_operation_is_declared() -> None:
    assert sorted(RULES) == sorted(OPERATIONS)


@pytest.mark.parametrize("operation_id", sorted(OPERATIONS))
def test_operation(told: dict[str, Any], objects_of: dict[str, dict[str, str]], operation_id: str) -> None:
    rule = RULES[operation_id]
    method, path, _operation = OPERATIONS[operation_id]
    own, foreign = objects_of[TENANT], objects_of[FOREIGN]
    missing = {kind: str(uuid.uuid4()) for kind in own}
    names_one = bool([name for name in names_in(path) if name not in PLAIN] or rule.subject)
    for who in (*OWNERS, *OUTSIDERS):
        person = person_of(told, who)
        case = f"{operation_id} by {who}"
        mine = seen(*ask(operation_id, rule, person["token"], own, own))
        if person["role"] not in rule.may:
            assert mine[0] == 403, (case, mine)
        elif person["role"] in rule.sees and (who not in OUTSIDERS or rule.sees == HOUSE or not names_one):
            assert mine[0] in (rule.own or (READ if method == "get" else WRITE)), (case, mine)
            assert "urn:seawall:problem:schema" not in mine[1], (case, mine)
        else:
            assert mine[0] == 404, (case, mine)
        if names_one:
            theirs = seen(*ask(operation_id, rule, person["token"], foreign, own))
            nowhere = seen(*ask(operation_id, rule, person["token"], missing, own))
            assert theirs == nowhere, case
            assert theirs[0] == (404 if person["role"] in rule.may else 403), (case, theirs)


@pytest.mark.parametrize("operation_id", sorted(OPERATIONS))
def test_nobody_without_a_token(objects_of: dict[str, dict[str, str]], operation_id: str) -> None:
    """No token, a wrong one, one that was revoked: the same refusal."""
    rule, own = RULES[operation_id], objects_of[TENANT]
    answers = [ask(operation_id, rule, token, own, own)[0] for token in ("", "sw_" + "x" * 43, "Ж", "sw_ short")]
    for answer in answers:
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"]
        assert answer.content == answers[0].content
