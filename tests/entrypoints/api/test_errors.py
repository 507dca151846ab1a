"""Problem documents: their form, their language, and what a hostile body gets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from jsonschema import Draft202012Validator

from seawall.entrypoints.api import access
from seawall.entrypoints.api.validation import SENTENCES
from tests.entrypoints.api.calling import OPERATIONS, SCHEMA, call
from tests.entrypoints.api.conftest import Token
from tests.factories import House

pytestmark = pytest.mark.django_db
MISSING = "/api/v1/quotes/00000000-0000-4000-8000-000000000000"
PROBLEM = Draft202012Validator(
    {**SCHEMA["components"]["schemas"]["ProblemDetails"], "components": SCHEMA["components"]}
)


def is_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document in `answer`, checked against its schema."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert [error.message for error in PROBLEM.iter_errors(told)] == []
    assert told["status"] == status
    assert told["type"] == f"urn:seawall:problem:{code}"
    assert told["title"]
    assert told["detail"]
    return told


def chinese(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)


def raw(token: str, body: bytes, media_type: str = "application/json", address: str = "/api/v1/consents") -> Any:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
    return Client(raise_request_exception=False).generic("POST", address, body, media_type, headers=headers)


@pytest.mark.parametrize(("language", "is_chinese"), [("zh-CN", True), ("zh-hans", True), ("en-GB", False)])
def test_it_speaks_the_reader_s_language(home: House, token: Token, language: str, is_chinese: bool) -> None:
    mine = token(home["insured"])
    company = str(home.organisations["insured"].pk)
    bodies = {"domains": 5, "until": "yesterday", "unknown": 1, "company": "x"}
    answers = [
        is_problem(call(mine, "get", MISSING, **{"Accept-Language": language}), 404, "not_found"),
        is_problem(call("", "get", MISSING, **{"Accept-Language": language}), 401, "unauthorized"),
        is_problem(call(mine, "get", "/api/v1/nowhere", **{"Accept-Language": language}), 404, "not_found"),
        is_problem(call(mine, "delete", MISSING, **{"Accept-Language": language}), 405, "method"),
        is_problem(call(mine, "get", "/api/v1/journal", **{"Accept-Language": language}), 403, "forbidden"),
        is_problem(call(mine, "post", "/api/v1/consents", bodies, **{"Accept-Language": language}), 422, "schema"),
        is_problem(
            call(
                mine,
                "post",
                "/api/v1/consents",
                {"company": company, "domains": ["not a domain"], "statement": "", "until": "2020-01-01"},
                **{"Accept-Language": language},
            ),
            422,
            "invalid",
        ),
    ]
    for told in answers:
        assert chinese(told["title"]) is is_chinese, told
        for error in told["errors"]:
            assert chinese(error["message"]) is is_chinese, told


def test_every_problem_is_told_at_its_field(home: House, token: Token) -> None:
    body = {"domains": ["a"] * 51, "until": "2026-13-01", "unknown": 1, "company": "x"}
    told = is_problem(call(token(home["insured"]), "post", "/api/v1/consents", body), 422, "schema")
    found = {error["field"]: error["code"] for error in told["errors"]}
    assert found == {
        "company": "schema.uuid_parsing",
        "domains": "schema.too_long",
        "statement": "schema.missing",
        "until": "schema.date_from_datetime_parsing",
        "unknown": "schema.extra_forbidden",
    }


def test_every_kind_of_error_of_the_schemas_has_a_sentence() -> None:
    for language, stop in (("en", "."), ("zh-hans", "。")):
        with translation.override(language):
            for kind, sentence in SENTENCES.items():
                assert str(sentence).endswith(stop), kind


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "schema"),
        (b"{", 400, "api.not_json"),
        (b"\xff\xfe", 400, "api.not_json"),
        (b"[" * 100_000, 400, "api.not_json"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, 422, "api.too_deep"),
        (b'{"until": NaN}', 400, "api.not_json"),
        (b'{"until": 1e400}', 422, "document.out_of_range"),
        (b'{"until": ' + b"9" * 5000 + b"}", 400, "api.not_json"),
        (b'{"until": 99999999999999999999}', 422, "document.out_of_range"),
        (b'{"statement": "a\\u0000b"}', 422, "document.unreadable"),
        (b'{"statement": "a\\ud800b"}', 422, "document.unreadable"),
        (b'{"a\\u0000b": 1}', 422, "document.unreadable"),
        (b"[]", 422, "schema"),
        (b'"text"', 422, "schema"),
        (b"null", 422, "schema"),
    ],
)
def test_a_hostile_body(home: House, token: Token, body: bytes, status: int, code: str) -> None:
    is_problem(raw(token(home["insured"]), body), status, code)


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_media_type(home: House, token: Token, media_type: str) -> None:
    is_problem(raw(token(home["insured"]), b'{"a": 1}', media_type), 415, "api.media_type")


def test_a_body_that_is_too_large(home: House, token: Token, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 1000
    is_problem(raw(token(home["insured"]), b'{"a": "' + b"x" * 70_000 + b'"}'), 413, "api.body_too_large")


def test_a_large_file_comes_in(home: House, token: Token) -> None:
    """More than Django lets a stranger send in one body."""
    body = json.dumps({"name": "a.txt", "content": "eHh4" * 2_000_000}).encode()
    address = "/api/v1/claims/00000000-0000-4000-8000-000000000000/files"
    is_problem(raw(token(home["claims_handler"]), body, address=address), 404, "not_found")


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/quotes/not-an-id",
        "/api/v1/quotes/%00",
        "/api/v1/quotes/a%0Ab/more",
        "/api/v1/",
        "/api/v1/quotes/",
        "/api/v1/policies/00000000-0000-4000-8000-000000000000/papers/schedule/zh/more",
    ],
)
def test_an_address_that_is_not_there(client: Client, address: str) -> None:
    is_problem(client.get(address), 404, "not_found")


def test_a_choice_in_the_address(home: House, token: Token) -> None:
    mine = token(home["insured"])
    for address in (f"{MISSING}/paper/fr", f"{MISSING}/paper/%00", f"{MISSING}/paper/z%0Ah"):
        is_problem(call(mine, "get", address), 422, "schema")


@pytest.mark.parametrize("query", ["page=0", "page=99999999999999999999", "page=x", "size=0", "size=201", "page=%00"])
def test_a_page_that_cannot_be(home: House, token: Token, query: str) -> None:
    is_problem(call(token(home["insured"]), "get", f"/api/v1/quotes?{query}"), 422, "schema")


def test_a_parameter_that_nobody_knows(home: House, token: Token) -> None:
    """A filter with a misspelt name would show everything."""
    mine = token(home["insured"])
    for address in ("/api/v1/quotes?compay=x", "/api/v1/me?a=b", "/api/v1/quotes?=1", "/api/v1/quotes?page=1&%00=2"):
        is_problem(call(mine, "get", address), 422, "api.unknown_parameter")
    is_problem(call("", "get", "/api/v1/quotes?compay=x"), 401, "unauthorized")


def test_too_many_requests(home: House, token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "MOST_CALLS", 3)
    monkeypatch.setattr("seawall.entrypoints.api.access.time.time", lambda: 1_000_000.0)
    mine = token(home["insured"])
    assert [call(mine, "get", "/api/v1/me").status_code for _ in range(3)] == [200, 200, 200]
    answer = call(mine, "get", "/api/v1/me")
    is_problem(answer, 429, "too_many")
    assert 1 <= int(answer.headers["Retry-After"]) <= access.WINDOW
    assert call(token(home["broker"]), "get", "/api/v1/me").status_code == 200


def test_a_crash_tells_nothing(home: House, token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_args: Any, **_named: Any) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("seawall.entrypoints.api.v1.protect.queries.quotes", crash)
    answer = call(token(home["insured"]), "get", "/api/v1/quotes")
    is_problem(answer, 500, "internal")
    assert "hunter2" not in answer.content.decode()


def test_nothing_is_kept_in_caches(home: House, token: Token) -> None:
    mine = token(home["insured"])
    for address in ("/api/v1/me", MISSING, "/api/v1/nowhere"):
        assert "no-store" in call(mine, "get", address).headers["Cache-Control"]


def test_an_unknown_method_names_the_known_ones(client: Client) -> None:
    answer = client.generic("PATCH", "/api/v1/consents")
    is_problem(answer, 405, "method")
    assert answer.headers["Allow"] == "POST"


def test_a_session_opens_nothing(home: House, client: Client) -> None:
    """A browser's cookie does not speak for anybody here, so a page elsewhere cannot use it."""
    from seawall.records.parties.models import User

    client.force_login(User.objects.get(pk=home["underwriter"].user))
    for name, (method, path, _operation) in OPERATIONS.items():
        if method == "get" and "{" not in path:
            assert client.get(path).status_code == 401, name
