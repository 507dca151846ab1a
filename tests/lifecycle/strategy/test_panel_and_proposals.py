"""The panel of providers, and changes of the rating plan that one proposes and another decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from seawall.core.money import Money
from seawall.core.problems import Invalid
from seawall.core.status import WrongState
from seawall.lifecycle.strategy.actions import panel, proposal
from seawall.lifecycle.strategy.models import PanelProvider, RatingPlan, RatingProposal
from seawall.lifecycle.strategy.queries import in_force
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.roles import ADMIN, BROKER, CLAIMS, INSURED, PORTFOLIO, PROVIDER, SUPERVISOR, UNDERWRITER
from seawall.records.parties.viewer import Forbidden, NotFound, Viewer
from tests.factories import AT, House, house
from tests.races import at_once

EVIDENCE = {"events": 4, "expected_events": "2.5"}
CHANGE = {"frequency": "1.08", "severity": "0.97"}


@pytest.fixture
def home(db: None) -> House:
    return house()


def appoint(home: House, by: Viewer | None = None, **changes: Any) -> PanelProvider:
    values: dict[str, Any] = {
        "organisation": home.organisations["provider"],
        "service": "penetration_test",
        "price": Money.of(80000, "CNY"),
        "response_minutes": 60,
        **changes,
    }
    return panel.appoint(**values, by=by or home[CLAIMS], at=AT)


def propose(home: House, role: str = CLAIMS, at: Any = AT) -> RatingProposal:
    return proposal.propose(plan=RatingPlan.objects.get(), evidence=EVIDENCE, proposed=CHANGE, by=home[role], at=at)


def test_a_provider_is_appointed_once_and_can_be_dismissed(home: House) -> None:
    made = appoint(home)
    assert (made.price, made.currency, made.response_minutes) == (8_000_000, "CNY", 60)
    assert Entry.objects.filter(verb="panel.appoint", object_id=str(made.pk)).count() == 1
    with pytest.raises(panel.AlreadyOnPanel):
        appoint(home, price=Money.of(1, "CNY"))
    assert panel.dismiss(place=made.pk, by=home[CLAIMS], at=AT).ended_at == AT
    with pytest.raises(NotFound):
        panel.dismiss(place=made.pk, by=home[CLAIMS], at=AT)
    assert made not in in_force.panel(home[CLAIMS])
    assert appoint(home) in in_force.panel(home[CLAIMS], service="penetration_test")


def test_what_cannot_be_appointed(home: House) -> None:
    with pytest.raises(Invalid) as refused:
        appoint(home, service="catering", price=Money(-1, "CNY"), response_minutes=0)
    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("service", "document.choice"),
        ("price", "document.negative"),
        ("response_minutes", "document.out_of_range"),
    ]
    with pytest.raises(panel.NotAProvider):
        appoint(home, organisation=home.organisations["broker"])
    for role in (UNDERWRITER, PORTFOLIO, SUPERVISOR, BROKER, INSURED, PROVIDER):
        with pytest.raises(Forbidden):
            appoint(home, by=home[role])
        with pytest.raises(Forbidden):
            panel.dismiss(place=uuid4(), by=home[role], at=AT)
    assert PanelProvider.objects.count() == 2


def test_the_panel_of_another_house(home: House) -> None:
    place = PanelProvider.objects.first()
    assert place is not None
    stranger = house("other")
    with pytest.raises(NotFound):
        panel.dismiss(place=place.pk, by=stranger[CLAIMS], at=AT)
    with pytest.raises(NotFound):
        appoint(home, by=stranger[CLAIMS])
    assert place not in in_force.panel(stranger[CLAIMS])


def test_prices_of_the_panel_are_not_for_everybody(home: House) -> None:
    assert in_force.panel(home[SUPERVISOR]).count() == 2
    assert in_force.panel(home[PROVIDER]).count() == 2
    for role in (BROKER, INSURED):
        assert not in_force.panel(home[role]).exists()


def test_one_proposes_and_another_decides(home: House) -> None:
    made = propose(home)
    assert (made.status, made.proposed_by_id) == ("proposed", home[CLAIMS].user)
    decided = proposal.decide(proposal=made.pk, approve=True, note=" 样本充分 ", by=home[PORTFOLIO], at=AT)
    assert (decided.status, decided.decided_by_id, decided.note) == ("approved", home[PORTFOLIO].user, "样本充分")
    entry = Entry.objects.get(verb="rating_plan.decide")
    assert (entry.old, entry.new, entry.reason) == ({"status": "proposed"}, {"status": "approved"}, "样本充分")
    with pytest.raises(WrongState):
        proposal.decide(proposal=made.pk, approve=False, note="again", by=home[PORTFOLIO], at=AT)


def test_four_eyes_also_in_the_database(home: House) -> None:
    made = propose(home, PORTFOLIO)
    with pytest.raises(proposal.FourEyes):
        proposal.decide(proposal=made.pk, approve=True, note="mine", by=home[PORTFOLIO], at=AT)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        RatingProposal.objects.filter(pk=made.pk).update(decided_by_id=home[PORTFOLIO].user)
    rejected = proposal.decide(proposal=made.pk, approve=False, note="样本太小", by=home.second[PORTFOLIO], at=AT)
    assert rejected.status == "rejected"


def test_a_decision_needs_a_reason_a_role_and_the_house(home: House) -> None:
    made = propose(home)
    with pytest.raises(proposal.ReasonNeeded):
        proposal.decide(proposal=made.pk, approve=True, note="  ", by=home[PORTFOLIO], at=AT)
    for role in (UNDERWRITER, CLAIMS, ADMIN, SUPERVISOR, BROKER, INSURED):
        with pytest.raises(Forbidden):
            proposal.decide(proposal=made.pk, approve=True, note="x", by=home[role], at=AT)
    for role in (UNDERWRITER, BROKER, INSURED, PROVIDER):
        with pytest.raises(Forbidden):
            propose(home, role)
    plan = RatingPlan.objects.get()
    stranger = house("other")
    with pytest.raises(NotFound):
        proposal.decide(proposal=made.pk, approve=True, note="x", by=stranger[PORTFOLIO], at=AT)
    with pytest.raises(NotFound):
        proposal.propose(plan=plan, evidence={}, proposed={}, by=stranger[PORTFOLIO], at=AT)
    assert not in_force.proposals(stranger[PORTFOLIO]).exists()
    tenancy.enter(home[ADMIN].tenant)
    made.refresh_from_db()
    assert made.status == "proposed"


def test_open_proposals_come_first(home: House) -> None:
    oldest, middle, newest = (propose(home, at=AT + timedelta(days=d)) for d in range(3))
    proposal.decide(proposal=newest.pk, approve=True, note="x", by=home[PORTFOLIO], at=AT)
    assert list(in_force.proposals(home[SUPERVISOR])) == [middle, oldest, newest]
    with pytest.raises(Forbidden):
        in_force.proposals(home[BROKER])


@pytest.mark.django_db(transaction=True)
def test_two_deciders_at_once_make_one_decision() -> None:
    home = house()
    made = propose(home)

    def decide(by: Viewer, approve: bool) -> Any:
        return lambda: proposal.decide(proposal=made.pk, approve=approve, note="x", by=by, at=AT)

    outcomes = at_once(
        home[ADMIN].tenant, decide(home[PORTFOLIO], approve=True), decide(home.second[PORTFOLIO], approve=False)
    )
    assert sum(isinstance(found, RatingProposal) for found in outcomes) == 1
    assert sum(isinstance(found, WrongState) for found in outcomes) == 1
    assert Entry.objects.filter(verb="rating_plan.decide").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_appointments_at_once_make_one_place() -> None:
    home = house()
    outcomes = at_once(home[ADMIN].tenant, *[lambda: appoint(home)] * 3)
    assert sum(isinstance(found, PanelProvider) for found in outcomes) == 1
    assert sum(isinstance(found, panel.AlreadyOnPanel) for found in outcomes) == 2
