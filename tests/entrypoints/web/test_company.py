"""Companies: the list, and one company through its whole life."""

from __future__ import annotations

from datetime import timedelta

import pytest

from seawall.lifecycle.identify.actions import consent
from seawall.records import tenancy
from seawall.records.parties.roles import BROKER, CLAIMS, INSURED, PORTFOLIO, PROVIDER, SUPERVISOR, UNDERWRITER
from tests.entrypoints.web.visits import Visitor, stop_the_clock, visit
from tests.factories import AT, House, assessed, bound, claimed, house

EVERYBODY = (UNDERWRITER, CLAIMS, PORTFOLIO, SUPERVISOR, BROKER, INSURED)


def current(page: str) -> str:
    """The stage that the drawn loop marks."""
    return (
        page.partition('aria-current="step"')[2].partition('class="loop-name"')[2].partition(">")[2].partition("<")[0]
    )


def test_the_list_is_for_the_office_and_brokers(home: House) -> None:
    held = assessed(home).submission.company
    for role in (UNDERWRITER, BROKER):
        assert f"/companies/{held.pk}/" in visit(home, role).get("companies/")
    for role in (INSURED, PROVIDER):
        visit(home, role).get("companies/", 404)


def test_a_company_that_is_only_known_says_what_comes_next(home: House) -> None:
    company = home.organisations["insured"]
    for role in EVERYBODY:
        page = visit(home, role).get(f"companies/{company.pk}/")
        assert "Not assessed yet" in page
        assert current(page) == "Identify"


def test_the_loop_moves_with_the_company(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    found = assessed(home)
    company, path = found.submission.company, f"companies/{found.submission.company_id}/"
    assert current(visit(home, UNDERWRITER).get(path)) == "Identify"
    held = bound(home)
    page = visit(home, BROKER).get(path)
    assert current(page) == "Detect"
    assert held.number in page
    claim = claimed(home, held)
    stop_the_clock(monkeypatch, claim.recorded_at + timedelta(hours=1))
    for role in EVERYBODY:
        for language in ("en", "zh"):
            page = visit(home, role, language).get(path)
            assert claim.incident.number in page
            assert claim.number in page
    assert current(visit(home, INSURED).get(path)) == "Respond"
    consent.give(
        company=company.pk, domains=["yunpiaotong.example"], statement="同意", until=AT.date() + timedelta(days=300),
        by=home[INSURED], at=AT,
    )  # fmt: skip
    assert "Waits for its DNS record" in visit(home, UNDERWRITER).get(path)


def test_a_company_of_others_does_not_exist(home: House) -> None:
    company = assessed(home).submission.company_id
    stranger = house("dongwu")
    for role in (UNDERWRITER, BROKER, INSURED, PROVIDER):
        Visitor(stranger, stranger[role]).get(f"companies/{company}/", 404)
    tenancy.enter(home.system.tenant)
    visit(home, PROVIDER).get(f"companies/{company}/", 404)
