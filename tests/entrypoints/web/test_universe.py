"""The risk universe on screen: found by words and codes, told to each desk what it may know, changed by draft only."""

from __future__ import annotations

import pytest

from seawall.lifecycle.strategy.actions import universe as actions
from seawall.lifecycle.strategy.models import UniverseDraft
from seawall.lifecycle.strategy.queries.in_force import risk_universe
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
from tests.entrypoints.web.visits import Visitor, stop_the_clock
from tests.factories import AT, House, assessed, house

OFFICE = (UNDERWRITER, CLAIMS, PORTFOLIO, ADMIN, SUPERVISOR)
LIST, DRAFT = "strategy/universe/", "strategy/universe/draft/"
RISK = "strategy/universe/risks/ransomware_encryption/"


@pytest.fixture
def home(db: None, monkeypatch: pytest.MonkeyPatch) -> House:
    stop_the_clock(monkeypatch, AT)
    return house()


def visit(home: House, role: str, language: str = "en") -> Visitor:
    return Visitor(home, home[role], language)


def drafted(home: House) -> UniverseDraft:
    base = risk_universe(home[PORTFOLIO], on=AT.date())
    assert base is not None
    return actions.begin(base=base, by=home[PORTFOLIO], at=AT)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", [*OFFICE, BROKER, INSURED])
def test_every_page_opens_for_those_it_is_for(home: House, role: str, language: str) -> None:
    assessed(home)
    drafted(home)
    somebody = visit(home, role, language)
    for path in (LIST, RISK, "strategy/universe/controls/mfa_remote/", "strategy/universe/risks/strategic_risk/"):
        page = somebody.get(path)
        assert ("Ransomware" if language == "en" else "勒索软件") in page or "strategic" in path
    somebody.get(DRAFT, 200 if role in OFFICE else 404)
    visit(home, PROVIDER).get(LIST, 404)
