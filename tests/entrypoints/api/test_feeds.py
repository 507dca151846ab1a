"""The feeds through the API: what they stand at, a run with its reasons, the basis, the priority of a CVE."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from seawall.records.parties.roles import ADMIN, PORTFOLIO, SUPERVISOR
from tests.entrypoints.api.calling import call
from tests.entrypoints.api.conftest import Token
from tests.factories import House

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parents[2] / "core" / "feeds" / "samples"


def sent(kind: str, content: bytes, **more: str) -> dict[str, Any]:
    return {"kind": kind, "files": [{"name": f"{kind}.json", "content": base64.b64encode(content).decode()}], **more}


def test_a_run_its_difference_and_what_the_feed_stands_at(home: House, token: Token) -> None:
    admin, kev = token(home[ADMIN]), (SAMPLES / "kev.json").read_bytes()
    good = call(admin, "post", "/api/v1/feeds/runs", sent("kev", kev))
    assert good.status_code == 201, good.content
    assert (good.json()["outcome"], good.json()["change"]["added"]) == ("good", 12)
    bad = call(admin, "post", "/api/v1/feeds/runs", sent("kev", kev[:-9])).json()
    assert (bad["outcome"], bad["problems"][0]["code"]) == ("failed", "feed.not_json")
    assert bad["problems"][0]["text"]
    feeds = {f["kind"]: f for f in call(token(home[SUPERVISOR]), "get", "/api/v1/feeds").json()}
    assert len(feeds) == 8
    assert feeds["kev"]["last_good"]["id"] == good.json()["id"]
    assert feeds["kev"]["last_failed"]["id"] == bad["id"]
    assert not feeds["kev"]["stale"]
    assert feeds["epss"]["stale"]
    listed = call(admin, "get", "/api/v1/feeds/runs?kind=kev").json()
    assert [run["outcome"] for run in listed["items"]] == ["failed", "good"]


def test_leaks_need_a_basis_of_another_person(home: House, token: Token) -> None:
    admin, portfolio = token(home[ADMIN]), token(home[PORTFOLIO])
    leaks = sent("leaks", (SAMPLES / "leaks.json").read_bytes())
    refused = call(portfolio, "post", "/api/v1/feeds/runs", leaks)
    assert refused.status_code == 422
    assert "feed.no_basis" in refused.content.decode()
    today = timezone.localdate()
    basis = {
        "kind": "leaks",
        "ground": "consent",
        "way": "provider",
        "purpose": "经被保险人同意，用于承保评估与监测",
        "start": today.isoformat(),
        "end": today.replace(year=today.year + 1).isoformat(),
    }
    assert call(admin, "post", "/api/v1/feeds/bases", basis).status_code == 201
    assert call(admin, "post", "/api/v1/feeds/runs", leaks).status_code == 409
    assert call(portfolio, "post", "/api/v1/feeds/runs", leaks).json()["entries"] == 2
    bought = call(admin, "post", "/api/v1/feeds/bases", {**basis, "way": "bought"})
    assert bought.status_code == 422


def test_the_priority_of_a_cve(home: House, token: Token) -> None:
    admin = token(home[ADMIN])
    found = call(admin, "get", "/api/v1/vulnerabilities?cve=cve-2021-44228").json()
    assert (found["priority"], found["reasons"], found["product"]) == (
        1.0, ["listed", "ransomware", "forecast"], "Log4j2"
    )  # fmt: skip
    assert call(admin, "get", "/api/v1/vulnerabilities?cve=CVE-1999-0001").json()["priority"] is None
    assert call(admin, "get", "/api/v1/vulnerabilities?cve=x").status_code == 422


def test_nobody_is_named_in_an_empty_house(home: House, token: Token) -> None:
    assert call(token(home[ADMIN]), "get", "/api/v1/feeds/mentions?kind=ransomware").json() == []
    assert call(token(home[ADMIN]), "get", "/api/v1/feeds/mentions?kind=kev").status_code == 422
