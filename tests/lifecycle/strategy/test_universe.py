"""A house's own risk universe: drafted, tried, adopted once; what was assessed before stays what it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from seawall import reference
from seawall.core.problems import Invalid
from seawall.entrypoints.jobs import strategy as jobs
from seawall.lifecycle.identify.actions.assessment import replay
from seawall.lifecycle.identify.queries.risk_universe import struck, trial
from seawall.lifecycle.strategy.actions import effective
from seawall.lifecycle.strategy.actions import universe as actions
from seawall.lifecycle.strategy.models import RiskUniverse, UniverseDraft
from seawall.lifecycle.strategy.queries import drafting, in_force, risks
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.roles import ADMIN, BROKER, CLAIMS, INSURED, PORTFOLIO, PROVIDER, SUPERVISOR, UNDERWRITER
from seawall.records.parties.viewer import Forbidden, NotFound
from seawall.records.releases.models import Release
from seawall.records.releases.queries import document
from tests.factories import AT, House, assessed, house
from tests.races import at_once

TODAY, SOON = AT.date(), AT.date() + timedelta(days=10)
FAMILY = "ransomware_encryption"
RATE = {"frequency.base": 0.0048, "frequency.source": "claims of the house 2023-2026"}


@pytest.fixture
def home(db: None) -> House:
    return house()


def base(home: House) -> Release:
    found = in_force.risk_universe(home[PORTFOLIO], on=TODAY)
    assert found is not None
    return found


def drafted(home: House, **values: Any) -> UniverseDraft:
    """A draft with the ransomware of the house's own experience in it."""
    by = home[UNDERWRITER]
    made = actions.begin(base=base(home), by=by, at=AT)
    return actions.change(risk=FAMILY, values={**RATE, **values}, revision=made.revision, by=by, at=AT)


def adopted(home: House, start: Any = TODAY) -> RiskUniverse:
    return actions.adopt(revision=drafted(home).revision, start=start, by=home[PORTFOLIO], at=AT)


def test_a_new_assessment_draws_on_what_is_adopted_and_the_old_one_replays_equal(home: House) -> None:
    before = assessed(home)
    made = adopted(home)
    after = assessed(home)
    assert (made.release.identifier, made.release.version) == ("house", "1.0")
    assert before.releases["universe/core"]["version"] == base_version(before)
    assert "universe/house" in after.releases
    assert "universe/core" not in after.releases
    rate = {a.pk: next(s["rate"] for s in a.result["scenarios"] if s["scenario"] == FAMILY) for a in (before, after)}
    assert rate[after.pk] > 1.5 * rate[before.pk]
    for one in (before, after):
        assert replay(assessment=one.pk, by=home[UNDERWRITER], at=AT) == (True, [])


def base_version(assessment: Any) -> str:
    return str(Release.objects.get(sha256=assessment.releases["universe/core"]["sha256"]).version)


def test_a_draft_moves_nothing_and_an_adoption_waits_for_its_day(home: House) -> None:
    held = base(home)
    drafted(home)
    assert in_force.universe_ref(home[BROKER], on=TODAY).row == held.pk  # type: ignore[union-attr]
    made = actions.adopt(revision=2, start=SOON, by=home[PORTFOLIO], at=AT)
    eve = SOON - timedelta(days=1)
    assert in_force.risk_universe(home[BROKER], on=eve) == held
    assert in_force.library_on(home[BROKER], on=eve).universe.id == "core"
    assert in_force.risk_universe(home[BROKER], on=SOON) == made.release
    assert in_force.library_on(home[BROKER], on=SOON).universe.id == "house"
    entries = Entry.objects.filter(noun="risk_universe").values_list("verb", "object_id")
    assert list(entries) == [("universe.adopt", str(made.pk))]
    verbs = Entry.objects.filter(noun="universe_draft").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["universe.draft", "universe.change", "universe.draft_adopted"]


def test_the_house_is_the_provider_and_each_version_is_the_next(home: House) -> None:
    first = adopted(home).release
    assert first.header["provider"] == "haian Insurance"
    assert str(base_of(first)) in first.header["source"]
    second = actions.begin(base=first, by=home[PORTFOLIO], at=AT)
    second = actions.switch(risk="web_defacement", on=False, revision=1, by=home[PORTFOLIO], at=AT)
    tomorrow = TODAY + timedelta(days=1)
    made = actions.adopt(revision=second.revision, start=tomorrow, by=home[ADMIN], at=AT)
    assert made.release.version == "1.1"
    assert [row.release.version for row in drafting.adoptions(home[SUPERVISOR])] == ["1.1", "1.0"]
    universe = risks.register(home[PORTFOLIO], on=tomorrow).universe
    assert "web_defacement" not in {f.id for f in universe.families}


def base_of(release: Release) -> Release:
    return UniverseDraft.objects.get(release=release).base


def test_adopting_twice_and_what_somebody_changed_meanwhile(home: House) -> None:
    made = drafted(home)
    with pytest.raises(actions.DraftChanged):
        actions.adopt(revision=made.revision - 1, start=TODAY, by=home[PORTFOLIO], at=AT)
    with pytest.raises(actions.DraftChanged):
        actions.change(risk=FAMILY, values={"interruption": 0.5}, revision=1, by=home[UNDERWRITER], at=AT)
    actions.adopt(revision=made.revision, start=TODAY, by=home[PORTFOLIO], at=AT)
    with pytest.raises(NotFound):
        actions.adopt(revision=made.revision, start=TODAY, by=home[PORTFOLIO], at=AT)
    again = actions.begin(base=base(home), by=home[PORTFOLIO], at=AT)
    with pytest.raises(actions.NothingChanged):
        actions.adopt(revision=again.revision, start=SOON, by=home[PORTFOLIO], at=AT)
    actions.switch(risk="web_defacement", on=False, revision=1, by=home[PORTFOLIO], at=AT)
    for start, refusal in ((TODAY, effective.AlreadyDecided), (TODAY - timedelta(days=1), effective.AlreadyDecided)):
        with pytest.raises(refusal):
            actions.adopt(revision=2, start=start, by=home[PORTFOLIO], at=AT)
    assert Release.objects.filter(identifier="house").count() == 1
    assert UniverseDraft.objects.filter(status="open").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_adopt_once() -> None:
    home = house()
    made = drafted(home)
    one, other = home[PORTFOLIO], home[ADMIN]
    outcomes = at_once(
        one.tenant,
        *(lambda by=by: actions.adopt(revision=made.revision, start=TODAY, by=by, at=AT) for by in (one, other)),
    )
    assert sorted(type(found).__name__ for found in outcomes) == ["NotFound", "RiskUniverse"]
    tenancy.enter(one.tenant)
    assert RiskUniverse.objects.count() == 1
    assert Release.objects.filter(identifier="house").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_open_one_draft() -> None:
    home = house()
    held = base(home)
    outcomes = at_once(
        home[PORTFOLIO].tenant,
        *(lambda by=by: actions.begin(base=held, by=by, at=AT) for by in (home[PORTFOLIO], home[UNDERWRITER])),
    )
    assert sorted(type(found).__name__ for found in outcomes) == ["DraftOpen", "UniverseDraft"]


@pytest.mark.parametrize("role", [CLAIMS, SUPERVISOR, BROKER, INSURED, PROVIDER])
def test_who_may_not_draft(home: House, role: str) -> None:
    held, by = base(home), home[role]
    with pytest.raises(Forbidden):
        actions.begin(base=held, by=by, at=AT)
    with pytest.raises(Forbidden):
        actions.load(document={}, base=held, revision=0, by=by, at=AT)
    drafted(home)
    with pytest.raises(Forbidden):
        actions.change(risk=FAMILY, values={}, revision=2, by=by, at=AT)
    with pytest.raises(Forbidden):
        actions.order_trial(revision=2, by=by, at=AT)
    with pytest.raises(Forbidden):
        actions.drop(revision=2, by=by, at=AT)
    for who in (by, home[UNDERWRITER]):
        with pytest.raises(Forbidden):
            actions.adopt(revision=2, start=TODAY, by=who, at=AT)
        with pytest.raises(Forbidden):
            effective.adopt_universe(release=held, start=TODAY, by=who, at=AT)


def test_another_house_has_neither_the_draft_nor_the_release(home: House) -> None:
    held = base(home)
    stranger = house("other")
    with pytest.raises(NotFound):
        actions.begin(base=held, by=stranger[PORTFOLIO], at=AT)
    with pytest.raises(NotFound):
        effective.adopt_universe(release=held, start=TODAY, by=stranger[PORTFOLIO], at=AT)
    tenancy.enter(home[PORTFOLIO].tenant)
    drafted(home)
    tenancy.enter(stranger[PORTFOLIO].tenant)
    assert drafting.current(stranger[PORTFOLIO]) is None
    with pytest.raises(NotFound):
        actions.adopt(revision=2, start=TODAY, by=stranger[PORTFOLIO], at=AT)


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"frequency.base": 0.01}, {"frequency.source"}),
        ({"frequency.base": "often", "frequency.source": "x"}, {"frequency.base"}),
        ({"frequency.base": None, "frequency.source": "x"}, {"frequency.base"}),
        ({"severity.sigma": 9, "severity.source": "x", "frequency.confidence": "sure"},
         {"severity.sigma", "frequency.confidence"}),
        ({"interruption": 1.5}, {"interruption"}),
        ({"id": "other"}, {"id"}),
        ({"shares.extortion": 0.9, "shares_source.source": "x"}, {"shares"}),
        ({"shares.nothing": 0.1, "shares_source.source": "x"}, {"shares"}),
    ],
)  # fmt: skip
def test_every_problem_stands_at_its_field(home: House, values: dict[str, Any], fields: set[str]) -> None:
    made = actions.begin(base=base(home), by=home[UNDERWRITER], at=AT)
    with pytest.raises(Invalid) as refused:
        actions.change(risk=FAMILY, values=values, revision=1, by=home[UNDERWRITER], at=AT)
    assert fields <= {p.field for p in refused.value.problems}
    made.refresh_from_db()
    assert (made.revision, drafting.differences(made)) == (1, [])


def test_a_scenario_is_changed_by_its_own_figures(home: House) -> None:
    made = actions.begin(base=base(home), by=home[UNDERWRITER], at=AT)
    scenario = next(s for s in made.document["scenarios"] if not s.get("pack"))
    values = {"frequency.rate": 0.001, "frequency.source": "a campaign seen since October"}
    made = actions.change(risk=scenario["id"], values=values, revision=1, by=home[UNDERWRITER], at=AT)
    register = risks.draft_register(made.base, drafting.document_of(made))
    figures = register.risk(scenario["id"]).figures
    assert figures is not None
    assert figures.rate == pytest.approx(0.001)
    assert figures.rate_basis.source == "a campaign seen since October"
    family = register.risk(scenario["family"])
    parts = [r.figures.rate for r in register.parts(family) if not r.pack and r.figures]
    assert family.figures is not None
    assert family.figures.rate == pytest.approx(sum(parts))


def test_a_whole_file_takes_the_place_of_the_draft_or_is_refused_whole(home: House) -> None:
    held, by = base(home), home[UNDERWRITER]
    shipped = document(held)
    header = {key: getattr(shipped.header, key) for key in reference.HEADER_KEYS}
    content = {**header, "name": dict(shipped.header.name), **shipped.body, "id": "market", "version": "2027.1"}
    broken = {**content, "dispersion": {**content["dispersion"], "shape": -1}, "currency": "JPY"}
    with pytest.raises(Invalid) as refused:
        actions.load(document=broken, base=held, revision=0, by=by, at=AT)
    assert {"dispersion.shape", "currency"} <= {p.field for p in refused.value.problems}
    strange = [{**content["families"][0], "techniques": ["T9999"]}, *content["families"][1:]]
    with pytest.raises(Invalid) as refused:
        actions.load(document={**content, "families": strange}, base=held, revision=0, by=by, at=AT)
    assert {p.field for p in refused.value.problems} == {"families[0].techniques"}
    content["dispersion"] = {**content["dispersion"], "shape": 5.0, "source": "the market body"}
    made = actions.load(document=content, base=held, revision=0, by=by, at=AT)
    assert {path for path, *_ in drafting.differences(made)} == {"dispersion.shape", "dispersion.source"}
    with pytest.raises(actions.DraftChanged):
        actions.load(document=content, base=held, revision=0, by=by, at=AT)
    adopted = actions.adopt(revision=1, start=TODAY, by=home[PORTFOLIO], at=AT)
    assert str(adopted.release) == "universe/market@2027.1"
    assert in_force.library_on(home[BROKER], on=TODAY).universe.shape == 5.0


def test_what_does_not_fit_the_plan_is_not_taken(home: House) -> None:
    held = base(home)
    shipped = document(held)
    header = {key: getattr(shipped.header, key) for key in reference.HEADER_KEYS}
    content = {**header, "name": dict(shipped.header.name), **shipped.body, "version": "9.9", "currency": "USD"}
    with pytest.raises(Invalid) as refused:
        actions.load(document=content, base=held, revision=0, by=home[UNDERWRITER], at=AT)
    assert {p.code for p in refused.value.problems} == {"library.currency"}
    assert not UniverseDraft.objects.exists()


def test_the_trial_says_what_the_book_would_be_and_dies_with_the_revision(home: House) -> None:
    before = assessed(home)
    made = drafted(home)
    asked = actions.order_trial(revision=made.revision, by=home[UNDERWRITER], at=AT)
    assert actions.order_trial(revision=made.revision, by=home[UNDERWRITER], at=AT).trial == asked.trial
    jobs.try_universe(home.system, draft=str(made.pk), revision=made.revision)
    made.refresh_from_db()
    assert (made.trial["state"], made.trial["companies"]) == ("done", 1)
    (row,) = made.trial["rows"]
    stored = sum(s["expected"] for s in before.result["scenarios"])
    assert row["loss_before"] == pytest.approx(stored, rel=1e-4)
    assert row["score_before"] == pytest.approx(before.score, abs=0.01)
    assert row["loss_after"] > row["loss_before"]
    # Twice as often, and nothing else: the ransomware's own expected loss is added once more.
    own = next(s["expected"] for s in before.result["scenarios"] if s["scenario"] == FAMILY)
    assert row["loss_after"] - row["loss_before"] == pytest.approx(own, rel=1e-3)
    actions.switch(risk="web_defacement", on=False, revision=made.revision, by=home[UNDERWRITER], at=AT)
    made.refresh_from_db()
    assert made.trial == {}
    assert not actions.report_trial(draft=made.pk, revision=2, result={}, by=home.system, at=AT)
    library = in_force.library_on(home[BROKER], on=TODAY)
    with pytest.raises(Forbidden):
        trial(home[BROKER], library, library, at=AT)


def test_whom_a_risk_strikes_is_told_without_losses_outside_the_office(home: House) -> None:
    made = assessed(home)
    (seen,) = struck(home[UNDERWRITER], FAMILY, at=AT)
    stored = next(s for s in made.result["scenarios"] if s["scenario"] == FAMILY)
    assert (seen.assessment, seen.expected) == (made.pk, stored["expected"])
    for role in (BROKER, INSURED):
        (found,) = struck(home[role], FAMILY, at=AT)
        assert (found.expected, found.share) == (None, None)
        assert found.level == stored["gbt20984"]["record"]["level"]
    assert struck(home[UNDERWRITER], "nothing", at=AT) == []


def test_an_open_draft_can_be_dropped_and_a_dropped_one_is_gone(home: House) -> None:
    made = drafted(home)
    with pytest.raises(actions.DraftOpen), transaction.atomic():
        actions.begin(base=base(home), by=home[PORTFOLIO], at=AT)
    actions.drop(revision=made.revision, by=home[UNDERWRITER], at=AT)
    assert drafting.current(home[PORTFOLIO]) is None
    with pytest.raises(NotFound):
        actions.drop(revision=made.revision, by=home[UNDERWRITER], at=AT)
    assert actions.begin(base=base(home), by=home[PORTFOLIO], at=AT).revision == 1
