"""What claims teach the rating plan."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from seawall.core.money import Money
from seawall.lifecycle.recover.actions import claim as claims
from seawall.lifecycle.recover.actions.experience import NoExperience, NoPlan, propose_experience
from seawall.lifecycle.recover.queries.experience import Observed, modifier, modifiers, observe
from seawall.lifecycle.strategy.actions.proposal import decide
from seawall.lifecycle.strategy.queries.in_force import rating_plan
from seawall.records.parties.roles import BROKER, CLAIMS, PORTFOLIO
from seawall.records.parties.viewer import Forbidden
from tests.factories import AT, bound, claimed, house


def observed(events: int, loss: int, expected: str = "20", cost: str = "4000000") -> Observed:
    return Observed(500, Decimal(400), Decimal(expected), Decimal(cost), events, loss, ())


def test_the_modifier_by_hand() -> None:
    # Z = 30/(30+90) = 1/4; 1/4 · 30/20 + 3/4 = 1.125; mean 300,000 against 200,000: the same.
    found = modifiers(observed(30, 30 * 300_000), Decimal(90))
    assert (found.frequency_credibility, found.severity_credibility) == (Decimal("0.25"), Decimal("0.25"))
    assert (found.frequency, found.severity) == (Decimal("1.125"), Decimal("1.125"))
    assert found.factor == Decimal("1.2656")
    assert modifier(Decimal(3), Decimal(0), Decimal(1)) == 1


def test_a_quiet_year_of_a_large_book_is_believed_and_its_severity_is_not() -> None:
    # Frequency Z = 20/(20+80) = 1/5, so 1/5 · 0 + 4/5.
    found = modifiers(observed(0, 0), Decimal(80))
    assert (found.frequency, found.severity, found.severity_credibility) == (Decimal("0.8"), 1, 0)


@pytest.mark.parametrize("events", [0, 1, 5, 50])
def test_more_claims_never_lower_the_frequency(events: int) -> None:
    fewer, more = (modifiers(observed(n, n * 200_000), Decimal(108)) for n in (events, events + 1))
    assert fewer.frequency < more.frequency
    assert fewer.severity == more.severity == 1


@pytest.mark.django_db
def test_claims_become_a_proposal_that_another_person_decides_on() -> None:
    home = house()
    held = bound(home)
    until = held.inception + timedelta(days=200)
    at = AT + timedelta(days=500)
    with pytest.raises(NoExperience):
        propose_experience(currency="CNY", until=held.inception, by=home[CLAIMS], at=at)
    with pytest.raises(NoPlan):
        propose_experience(currency="USD", until=until, by=home[CLAIMS], at=at)
    with pytest.raises(Forbidden):
        propose_experience(currency="CNY", until=until, by=home[BROKER], at=at)
    quiet = propose_experience(currency="CNY", until=until, by=home[CLAIMS], at=at)
    assert quiet.evidence["exposure_years"] == "0.5479"
    assert Decimal(quiet.proposed["frequency"]) <= 1
    for days, withdrawn in ((30, False), (31, True)):
        claim = claimed(home, held, after=timedelta(days=days))
        amount = Money.of(800_000, "CNY")
        claims.reserve(claim=claim.pk, amount=amount, reason="初估", by=home[CLAIMS], at=claim.recorded_at)
        if withdrawn:
            claims.close(claim=claim.pk, reason="撤回", withdrawn=True, by=home[CLAIMS], at=claim.recorded_at)
    made = propose_experience(currency="CNY", until=until, by=home[CLAIMS], at=at)
    assert (made.evidence["events"], made.evidence["loss"]) == (1, 800_000_00)
    assert Decimal(made.proposed["frequency"]) > Decimal(quiet.proposed["frequency"])
    plan = rating_plan(home[CLAIMS], on=at.date())
    assert plan is not None
    assert observe(plan, until=until).policies == 1
    assert (
        decide(proposal=made.pk, approve=True, note="样本小，谨慎采用", by=home[PORTFOLIO], at=at).status == "approved"
    )
