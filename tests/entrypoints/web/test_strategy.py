"""Strategy: what is in force and why at the office, what is on sale elsewhere, and who decides on a change."""

from __future__ import annotations

import re
from typing import Any

import pytest

from seawall import reference
from seawall.core.coverage.products import COVERS, SERVICES
from seawall.lifecycle.strategy.actions import proposal
from seawall.lifecycle.strategy.models import Appetite, RatingPlan, RatingProposal
from seawall.records import tenancy
from seawall.records.parties.roles import (
    ADMIN,
    BROKER,
    CLAIMS,
    INSURED,
    PORTFOLIO,
    PROVIDER,
    SUPERVISOR,
    UNDERWRITER,
)
from seawall.records.releases.models import Release
from tests.entrypoints.web.visits import Visitor, visit
from tests.factories import AT, House, assessed, bound, house

OFFICE = (UNDERWRITER, CLAIMS, PORTFOLIO, ADMIN, SUPERVISOR)


@pytest.fixture
def proposed(home: House) -> RatingProposal:
    return proposal.propose(
        plan=RatingPlan.objects.get(), evidence={"currency": "CNY", "policies": 3}, proposed={"factor": "1.08"},
        by=home[CLAIMS], at=AT,
    )  # fmt: skip


def marks(page: str, name: str) -> list[str]:
    """The cells of a row of the matrix: "yes", "optional" or ""."""
    row = page.partition(f'<th scope="row">{name}')[2].partition("</tr>")[0]
    cells = re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
    return ["optional" if "optional-mark" in c else "yes" if "#check" in c else "" for c in cells]


def test_the_office_reads_rules_with_reasons_and_the_plan_with_its_tables(home: House) -> None:
    rules = reference.load("appetite").body["rules"]
    for role in OFFICE:
        page = visit(home, role).get("strategy/")
        assert all(rule["id"] in page for rule in rules)
        assert "Limit above CNY\u00a0100m" in page
        assert "probability at least 70%" in page
        assert "Industry hazard" in page
        assert "not offered" in page
    chinese = visit(home, UNDERWRITER, "zh").get("strategy/")
    assert all(rule["reason"]["zh"] in chinese for rule in rules)
    assert "行业风险系数" in chinese


def test_the_matrix_is_that_of_the_products(home: House) -> None:
    products = {code: reference.load("products", code).body for code in ("sme", "system", "bespoke")}
    page = visit(home, BROKER).get("strategy/")
    for kind, codes in (("covers", COVERS), ("services", SERVICES)):
        for code in codes:
            held: list[Any] = [next((i for i in p[kind] if i["code"] == code), None) for p in products.values()]
            name = next(i["name"]["en"] for i in held if i)
            wanted = ["" if i is None else "optional" if i["availability"] == "optional" else "yes" for i in held]
            assert marks(page, name) == wanted, name


def test_a_broker_reads_the_appetite_without_its_thresholds(home: House) -> None:
    page = visit(home, BROKER).get("strategy/")
    assert "The limit exceeds the capacity" in page
    assert "probability" not in page
    assert "AP-02" not in page
    assert "Industry hazard" not in page
    assert "责任限额超过" in visit(home, BROKER, "zh").get("strategy/")


def test_an_insured_sees_products_and_its_own_measure_only(home: House) -> None:
    somebody = visit(home, INSURED)
    assert "After the first assessment" in somebody.get("strategy/")
    assessed(home)
    page = somebody.get("strategy/")
    assert "Risk tolerance" in page
    assert re.search(r"once in \d+ years|nearly every year|rarer than", page)
    assert "Appetite" not in page
    assert "The limit exceeds the capacity" not in page
    assert marks(page, "Business interruption") == ["optional", "yes", "yes"]
    visit(home, PROVIDER).get("strategy/", 404)


def test_a_proposal_needs_four_eyes_and_a_reason(home: House, proposed: RatingProposal) -> None:
    path = f"strategy/proposals/{proposed.pk}/approve/"
    manager = visit(home, PORTFOLIO)
    assert "1.08" in manager.get("strategy/")
    for language in ("en", "zh"):
        assert 'id="id_note_error"' in visit(home, PORTFOLIO, language).post(path, {"note": " "}, 422)
    for role in (UNDERWRITER, CLAIMS, ADMIN, SUPERVISOR):
        visit(home, role).post(path, {"note": "ok"}, 403)
    manager.post(path, {"note": "经验数据充分"})
    proposed.refresh_from_db()
    assert (proposed.status, proposed.note) == ("approved", "经验数据充分")
    manager.post(path, {"note": "again"}, 422)
    own = proposal.propose(
        plan=proposed.plan, evidence={"currency": "CNY"}, proposed={"factor": "0.9"}, by=home[PORTFOLIO], at=AT
    )
    assert "somebody else decides" in manager.get("strategy/")
    manager.post(f"strategy/proposals/{own.pk}/reject/", {"note": "no"}, 422)
    own.refresh_from_db()
    assert own.status == "proposed"
    Visitor(home, home.second[PORTFOLIO]).post(f"strategy/proposals/{own.pk}/reject/", {"note": "证据不足"})


def test_a_release_is_put_into_force_from_a_day(home: House) -> None:
    held = Release.objects.get(kind="appetite")
    path = f"strategy/adopt/{held.pk}/"
    refused = visit(home, PORTFOLIO).post(path, {"start": "2025-01-01"}, 422)
    assert 'id="id_start_error"' in refused
    visit(home, UNDERWRITER).post(path, {"start": "2027-01-01"}, 403)
    visit(home, PORTFOLIO).post(path, {"start": "2027-01-01"})
    assert Appetite.objects.count() == 2
    assert "Coming" in visit(home, PORTFOLIO).get("strategy/")


def test_what_is_proposed_at_others_cannot_be_decided(home: House, proposed: RatingProposal) -> None:
    stranger = house("dongwu")
    Visitor(stranger, stranger[PORTFOLIO]).post(f"strategy/proposals/{proposed.pk}/approve/", {"note": "x"}, 404)
    for role in (BROKER, INSURED):
        Visitor(stranger, stranger[role]).post(f"strategy/proposals/{proposed.pk}/approve/", {"note": "x"}, 404)
    tenancy.enter(home.system.tenant)
    proposed.refresh_from_db()
    assert proposed.status == "proposed"


def test_the_own_book_stands_beside_the_market_at_the_office_only(home: House) -> None:
    bound(home)
    for role in OFFICE:
        page = visit(home, role).get("strategy/figures/")
        assert "Own book" in page
        assert "too few to say" in page  # one policy says nothing of a claim frequency
    for role in (BROKER, INSURED):
        page = visit(home, role).get("strategy/figures/")
        assert "USD 9.29bn" in page.replace("\u00a0", " ")
        assert "Own book" not in page
    assert "转引自2022年白皮书1.1节" in visit(home, BROKER, "zh").get("strategy/figures/")
    assert "strategy/figures/" in visit(home, UNDERWRITER).get("strategy/")
