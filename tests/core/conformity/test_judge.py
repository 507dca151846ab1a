"""How beliefs become verdicts: the sums, the extremes, what stays open, and nothing unseen that counts as met."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from seawall import reference
from seawall.core.assessment.assess import beliefs_of
from seawall.core.conformity import mlps
from seawall.core.conformity.frameworks import load_framework
from seawall.core.conformity.judge import DECISIVE, Cited, Held, conformity, held, held_in
from seawall.core.conformity.render import report
from seawall.core.evidence.controls import Controls
from seawall.core.problems import Invalid
from seawall.core.submission import read
from seawall.entrypoints.shipped import library

CONTROLS = Controls.load(reference.load("controls").body).priors
MLPS = load_framework(reference.load("frameworks", "mlps-2-0"), CONTROLS)
CPG = load_framework(reference.load("frameworks", "cisa-cpg-2-0"), CONTROLS)
RULES = mlps.load_rules(MLPS.scoring)
CASES = yaml.safe_load(
    (Path(__file__).parents[3] / "validation/conformity/mlps_report_boundaries/cases.yaml").read_text(encoding="utf-8")
)
SAID = (Cited("answer", "present", "2026-11-20", "answer:Q011"),)


def everywhere(absent: float, partial: float, present: float, evidence: tuple[Cited, ...] = SAID) -> dict[str, Held]:
    return {c: Held(c, absent, partial, present, evidence) for c in CONTROLS}


def states() -> st.SearchStrategy[tuple[float, float, float]]:
    weight = st.floats(0.001, 1)
    return st.tuples(weight, weight, weight).map(lambda t: tuple(x / math.fsum(t) for x in t))


@given(st.fixed_dictionaries({c: states() for c in ("edr", "patching", "vulnerability_management", "mfa_mail")}))
def test_probabilities_add_up_and_what_is_open_is_never_met(drawn):
    found = conformity(CPG, {c: Held(c, *p, SAID) for c, p in drawn.items()})
    for j in found.judged:
        assert math.isclose(j.met + j.partly + j.not_met + j.open, 1, abs_tol=1e-12)
        assert min(j.met, j.partly, j.not_met, j.open) >= 0
        assert j.met <= 1 - j.open
        if j.requirement.links and set(j.requirement.controls).isdisjoint(drawn):
            assert (j.verdict, j.open) == ("not_assessed", 1)
    assert math.isclose(
        found.whole.met + found.whole.partly + found.whole.not_met + found.whole.open, len(found.judged)
    )
    assert sum(found.whole.verdicts.values()) == len(found.judged)
    assert 0 <= found.whole.low <= found.whole.high <= 1


@given(states(), st.floats(0, 1))
def test_more_of_a_control_never_makes_a_requirement_less_met(state, share):
    absent, partial, present = state
    better = (absent * (1 - share), partial, present + absent * share)
    before, after = (conformity(CPG, everywhere(*p)) for p in (state, better))
    for left, right in zip(before.judged, after.judged, strict=True):
        assert right.met >= left.met - 1e-12
        assert right.not_met <= left.not_met + 1e-12
        assert right.degree >= left.degree - 1e-12
    assert after.whole.low >= before.whole.low - 1e-12


def test_the_extremes_give_the_verdicts_that_coverage_allows():
    best, worst = conformity(MLPS, everywhere(0, 0, 1), level=3), conformity(MLPS, everywhere(1, 0, 0), level=3)
    for j in best.judged:
        r = j.requirement
        wanted = "not_assessed" if not r.links else "met" if r.coverage >= DECISIVE else "supported"
        assert j.verdict == wanted
        assert j.met == r.coverage
    for j in worst.judged:
        r = j.requirement
        wanted = "not_assessed" if not r.links else "not_met" if r.coverage >= DECISIVE else "partly"
        assert j.verdict == wanted
        assert j.met == 0
    assert best.whole.high == 1
    assert worst.whole.low == 0


def test_without_evidence_there_is_no_verdict_however_rosy_the_prior():
    found = conformity(CPG, everywhere(0, 0, 1, ()))
    assert {j.verdict for j in found.judged} == {"not_seen", "not_assessed"}
    assert all(set(j.unseen) == set(j.requirement.controls) for j in found.judged)


def test_the_worked_example_of_the_method_page():
    beliefs = {
        "backup_offline": Held("backup_offline", 0.1865, 0.7099, 0.1036, SAID),
        "backup_tested": Held("backup_tested", 0.2304, 0.6774, 0.0922, SAID),
    }
    found = next(j for j in conformity(CPG, beliefs).judged if j.requirement.code == "3.O")
    assert [round(x, 4) for x in (found.met, found.not_met, found.partly, found.open)] == [0.0091, 0.0408, 0.9001, 0.05]
    assert found.verdict == "partly"


def test_a_tie_goes_to_the_less_favourable():
    beliefs = {"edr": Held("edr", 0.5, 0.0, 0.5, SAID)}
    assert next(j for j in conformity(CPG, beliefs).judged if j.requirement.code == "4.A").verdict == "not_met"
    beliefs = {"edr": Held("edr", 0.0, 0.5, 0.5, SAID)}
    assert next(j for j in conformity(CPG, beliefs).judged if j.requirement.code == "4.A").verdict == "partly"


def test_a_level_asks_for_its_own_points_only():
    low, high = (conformity(MLPS, everywhere(0, 0, 1), level=level) for level in (1, 4))
    assert len(low.judged) < len(high.judged) == len(MLPS.requirements)
    assert "CMP-08" not in {j.requirement.code for j in low.judged}


def test_both_roads_from_evidence_to_a_report_meet():
    day = date(2026, 11, 24)
    submission = read(reference.example("saas-invoice"), as_of=day)
    believed = beliefs_of(submission, (), library(), as_of=day)
    from seawall.core.assessment import assess

    stored = assess(submission, (), library(), as_of=day, seed=1).as_dict()
    one, other = (report(conformity(MLPS, b, level=3)) for b in (held(believed.values()), held_in(stored["beliefs"])))
    assert one == other
    assert one["framework"]["sha256"] == MLPS.sha256
    assert 0 <= one["mlps"]["score_2021"][0] < one["mlps"]["score_2021"][1] < 100
    assert one["mlps"]["items"] == 211


def items(groups: list[list]) -> list[mlps.Item]:
    return [mlps.Item(part, state, importance) for part, state, importance, count in groups for _ in range(count)]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_worked_reports_at_their_boundaries(case):
    old = mlps.report_2021(items(case["items"]), RULES, risk=case["risk"])
    assert (old.score, old.conclusion) == (Fraction(case["score"]), case["grade"])
    new = mlps.report_2025(items(case["items"]), RULES, hazards=case["hazards"])
    assert (new.rate, new.conclusion) == (Fraction(case["rate"]), case["word"])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(mlps.PARTS), st.sampled_from(list(mlps.STATES)), st.sampled_from(list(RULES.weights))
        ),
        min_size=1,
        max_size=40,
    )
)
def test_mending_an_item_never_costs_points(drawn):
    before = [mlps.Item(*parts) for parts in drawn]
    mended = [mlps.Item(before[0].part, "conforms", before[0].importance), *before[1:]]
    assert mlps.report_2021(mended, RULES, risk="low").score >= mlps.report_2021(before, RULES, risk="low").score
    assert mlps.report_2025(mended, RULES, hazards=0).rate >= mlps.report_2025(before, RULES, hazards=0).rate


def test_an_indication_brackets_what_the_rules_give_for_the_same_belief():
    certain = mlps.indication(conformity(MLPS, everywhere(0, 0, 1), level=3))
    whole = load_framework(reference.load("frameworks", "mlps-2-0"))
    open_share = sum((1 - r.coverage) * r.items[3] for r in whole.at(3))
    assert certain.score[1] == 100
    assert math.isclose(certain.open_items, open_share)
    assert math.isclose(certain.rate[0], 1 - open_share / 211)
    with pytest.raises(ValueError, match="level"):
        mlps.indication(conformity(MLPS, everywhere(0, 0, 1)))


def test_a_report_to_be_concluded_is_read_with_everything_wrong_told():
    read_items = mlps.read_items({"items": [{"part": "technical", "state": "fails", "count": 2}], "risk": "low"}, RULES)
    assert read_items == ((mlps.Item("technical", "fails", "important"),) * 2, "low", 0)
    with pytest.raises(Invalid) as refused:
        mlps.read_items({"items": [{"part": "roof", "state": "fails"}], "risk": "some", "x": 1}, RULES)
    assert {p.field for p in refused.value.problems} == {"items[0].part", "risk", "x"}
    with pytest.raises(Invalid):
        mlps.read_items({"items": []}, RULES)
    with pytest.raises(ValueError, match="items"):
        mlps.report_2021([], RULES, risk="low")
    with pytest.raises(ValueError, match="items"):
        mlps.report_2025([], RULES, hazards=0)
