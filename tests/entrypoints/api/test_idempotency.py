"""A write happens once, whoever repeats it; a key never opens another's answer."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from seawall.lifecycle.identify.models import Consent
from seawall.records import tenancy
from seawall.records.journal.models import Entry, IdempotencyKey
from seawall.records.parties.models import Token as ApiToken
from tests.entrypoints.api.calling import call
from tests.entrypoints.api.conftest import Token
from tests.factories import House

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/consents"


@pytest.fixture
def body(home: House) -> dict[str, Any]:
    return {
        "company": str(home.organisations["insured"].pk),
        "domains": ["yunpiaotong.example"],
        "statement": "同意",
        "until": "2027-06-30",
    }


def given(home: House) -> int:
    tenancy.enter(home["administrator"].tenant)
    return Consent.objects.count()


def test_the_same_request_again_gets_the_same_answer(home: House, token: Token, body: dict[str, Any]) -> None:
    mine = token(home["insured"])
    first, second = (call(mine, "post", ADDRESS, body, **{"Idempotency-Key": "k-1"}) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert given(home) == 1
    assert Entry.objects.filter(verb="consent.record").count() == 1


def test_the_order_of_fields_does_not_matter(home: House, token: Token, body: dict[str, Any]) -> None:
    mine = token(home["insured"])
    call(mine, "post", ADDRESS, body, **{"Idempotency-Key": "k-1"})
    turned = dict(reversed(body.items()))
    assert call(mine, "post", ADDRESS, turned, **{"Idempotency-Key": "k-1"}).status_code == 201
    assert given(home) == 1


@pytest.mark.parametrize("change", [{"until": "2027-07-31"}, {"statement": "同意 "}, {"domains": ["other.example"]}])
def test_another_body_is_refused(home: House, token: Token, body: dict[str, Any], change: dict[str, Any]) -> None:
    mine = token(home["insured"])
    first = call(mine, "post", ADDRESS, body, **{"Idempotency-Key": "k-1"})
    answer = call(mine, "post", ADDRESS, {**body, **change}, **{"Idempotency-Key": "k-1"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:seawall:problem:idempotency.key_reused"
    assert first.json()["id"] not in answer.content.decode()
    assert given(home) == 1


def test_another_address_is_refused(home: House, token: Token, body: dict[str, Any]) -> None:
    """Also where the body is the same."""
    mine = token(home["insured"])
    made = call(mine, "post", ADDRESS, body, **{"Idempotency-Key": "k-1"}).json()["id"]
    assert call(mine, "post", f"{ADDRESS}/{made}/withdraw", {}, **{"Idempotency-Key": "k-2"}).status_code == 200
    answer = call(mine, "post", f"{ADDRESS}/{made}/check", {}, **{"Idempotency-Key": "k-2"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:seawall:problem:idempotency.key_reused"


def test_another_person_has_keys_of_their_own(home: House, token: Token, body: dict[str, Any]) -> None:
    first = call(token(home["insured"]), "post", ADDRESS, body, **{"Idempotency-Key": "k-1"})
    second = call(token(home.second["insured"]), "post", ADDRESS, body, **{"Idempotency-Key": "k-1"})
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] != second.json()["id"]
    stranger = call(token(home["claims_handler"]), "post", ADDRESS, body, **{"Idempotency-Key": "k-1"})
    assert stranger.status_code == 403
    assert given(home) == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "密钥", "a\tb"])
def test_a_key_that_is_missing_or_malformed(home: House, token: Token, body: dict[str, Any], key: str) -> None:
    answer = call(token(home["insured"]), "post", ADDRESS, body, **{"Idempotency-Key": key})
    assert answer.status_code == 400
    told = answer.json()
    assert told["type"] == "urn:seawall:problem:idempotency.key_missing"
    assert told["errors"][0]["field"] == "Idempotency-Key"
    assert given(home) == 0


def test_a_refusal_stores_nothing_and_may_be_tried_again(home: House, token: Token, body: dict[str, Any]) -> None:
    mine = token(home["insured"])
    wrong = {**body, "domains": ["not a domain"]}
    assert call(mine, "post", ADDRESS, wrong, **{"Idempotency-Key": "k-1"}).status_code == 422
    tenancy.enter(home["administrator"].tenant)
    assert not IdempotencyKey.objects.exists()
    assert call(mine, "post", ADDRESS, body, **{"Idempotency-Key": "k-1"}).status_code == 201


def test_a_secret_is_told_again_and_lies_nowhere_in_the_clear(home: House, token: Token) -> None:
    mine = token(home["insured"])
    body = {"name": "接口", "days": 30}
    first, second = (call(mine, "post", "/api/v1/tokens", body, **{"Idempotency-Key": "k-1"}) for _ in range(2))
    assert first.status_code == 201
    assert first.json() == second.json()
    secret = first.json()["secret"]
    assert call(secret, "get", "/api/v1/me").status_code == 200
    tenancy.enter(home["administrator"].tenant)
    kept = IdempotencyKey.objects.get(key="k-1")
    assert secret not in str(kept.answer)
    assert secret not in str(list(Entry.objects.values_list("new", flat=True)))
    assert secret not in str(list(ApiToken.objects.values_list("digest", flat=True)))


def test_a_revoked_token_stops_at_once(home: House, token: Token) -> None:
    mine = token(home["insured"])
    issued = call(mine, "post", "/api/v1/tokens", {"name": "接口"}).json()
    assert call(mine, "post", f"/api/v1/tokens/{issued['id']}/revoke", {}).status_code == 200
    assert call(issued["secret"], "get", "/api/v1/me").status_code == 401
    assert call(mine, "post", f"/api/v1/tokens/{issued['id']}/revoke", {}).status_code == 404


def test_every_write_asks_for_a_key(home: House, token: Token) -> None:
    from tests.entrypoints.api.calling import OPERATIONS, example_of, names_in

    mine = token(home["underwriter"])
    for name, (method, path, operation) in OPERATIONS.items():
        if method == "get":
            continue
        address = path
        for variable in names_in(path):
            plain = {"language": "zh", "kind": "schedule", "currency": "CNY", "medium": "json"}
            address = address.replace(f"{{{variable}}}", plain.get(variable) or str(uuid.uuid4()))
        answer = call(mine, method, address, example_of(operation), **{"Idempotency-Key": ""})
        assert answer.status_code == 400, name
