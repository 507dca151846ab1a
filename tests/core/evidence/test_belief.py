from __future__ import annotations

import dataclasses
import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from seawall.core.evidence.belief import UnknownControl, aged, believe
from seawall.core.evidence.controls import Controls
from seawall.core.evidence.items import SOURCES, STATES, Evidence, Finding, Source, State
from seawall.core.problems import Invalid

AS_OF = date(2026, 11, 24)
NAME = {"zh": "甲", "en": "A"}


def rules(**changes: Any) -> dict[str, Any]:
    """A controls document with one control."""
    return {
        "controls": {"edr": {"name": NAME, "prior": {"absent": 0.5, "partial": 0.3, "present": 0.2}, "source": "J"}},
        "half_life_days": {"answer": 365, "certificate": 1095, "observation": 90, "log": 60},
        "temper": 0.5,
        "contradiction_from": 0.5,
        "certificates": {},
    } | changes


CONTROLS = Controls.load(rules())


def piece(says: State = "present", **changes: Any) -> Evidence:
    values: dict[str, Any] = {
        "control": "edr",
        "source": "answer",
        "says": says,
        "reliability": 0.6,
        "observed_on": AS_OF,
        "expires_on": None,
        "ref": "answer:Q016",
    }
    return Evidence(**values | changes)


def belief_of(*evidence: Evidence, as_of: date = AS_OF) -> Any:
    return believe(CONTROLS, evidence, as_of=as_of)["edr"]


@st.composite
def pieces(draw: st.DrawFn) -> Evidence:
    observed = AS_OF - timedelta(days=draw(st.integers(-30, 2000)))
    return piece(
        draw(st.sampled_from(STATES)),
        source=draw(st.sampled_from(SOURCES)),
        reliability=draw(st.floats(0.35, 1.0)),
        observed_on=observed,
        expires_on=draw(st.none() | st.integers(1, 3000).map(lambda days: observed + timedelta(days=days))),
        ref=draw(st.sampled_from(["a", "b", "c", "d", "e"])),
    )


def test_without_evidence_the_prior_is_shown_as_not_seen() -> None:
    belief = belief_of()
    assert [belief.of(state) for state in STATES] == pytest.approx([0.5, 0.3, 0.2])
    assert not belief.seen
    assert belief.prior.of("absent") == 0.5


def test_one_piece_is_bayes_rule_by_hand() -> None:
    # 0.2 × 0.6 against 0.5 × 0.2 and 0.3 × 0.2.
    belief = belief_of(piece())
    assert belief.present == pytest.approx(0.12 / 0.28)
    assert belief.absent == pytest.approx(0.10 / 0.28)
    assert belief.seen
    assert belief.weights == pytest.approx((math.log(3),))


def test_reliability_halves_towards_chance_with_each_half_life() -> None:
    old = piece(observed_on=AS_OF - timedelta(days=365))
    assert aged(old, CONTROLS, AS_OF) == pytest.approx(1 / 3 + (0.6 - 1 / 3) / 2)


def test_the_second_piece_of_a_source_counts_half() -> None:
    belief = belief_of(piece(ref="a"), piece(ref="b"))
    assert belief.weights == pytest.approx((math.log(3), math.log(3) / 2))
    assert belief_of(piece(ref="a"), piece(ref="b", source="log")).weights == pytest.approx((math.log(3),) * 2)


def test_even_certain_evidence_can_be_outweighed() -> None:
    certain = piece(reliability=1.0)
    against = [piece("absent", source=source, reliability=1.0, ref="x") for source in ("observation", "log")]
    belief = belief_of(certain, *against)
    assert 0 < belief.present < belief.absent < 1


def test_the_latest_piece_of_a_source_and_ref_counts() -> None:
    earlier = piece("absent", observed_on=AS_OF - timedelta(days=9))
    assert belief_of(earlier, piece()) == belief_of(piece())
    assert belief_of(piece(), piece()) == belief_of(piece())
    assert belief_of(piece(), piece("partial")).evidence[0].says == "partial"


def test_evidence_about_an_unknown_control_is_refused() -> None:
    with pytest.raises(UnknownControl):
        belief_of(piece(control="moat"))


@given(st.lists(pieces(), max_size=6))
def test_probabilities_sum_to_one(evidence: list[Evidence]) -> None:
    belief = belief_of(*evidence)
    assert math.fsum(belief.of(state) for state in STATES) == pytest.approx(1, abs=1e-12)
    assert all(0 < belief.of(state) < 1 for state in STATES)


@given(st.lists(pieces(), max_size=6).flatmap(lambda items: st.tuples(st.just(items), st.permutations(items))))
def test_the_order_of_evidence_does_not_matter(pair: tuple[list[Evidence], list[Evidence]]) -> None:
    assert belief_of(*pair[0]) == belief_of(*pair[1])


@given(st.lists(pieces(), max_size=5), pieces())
def test_more_evidence_for_a_state_never_lowers_it_nor_raises_another_against_it(
    evidence: list[Evidence], more: Evidence
) -> None:
    more = dataclasses.replace(more, ref="new")
    before, after = belief_of(*evidence), belief_of(*evidence, more)
    assert after.of(more.says) >= before.of(more.says) - 1e-12
    for other in STATES:
        ratio_before = before.of(more.says) / before.of(other)
        assert after.of(more.says) / after.of(other) >= ratio_before * (1 - 1e-9)


@given(pieces(), st.integers(0, 1000), st.integers(1, 1000))
def test_ageing_moves_belief_towards_the_prior(evidence: Evidence, days: int, more: int) -> None:
    evidence = dataclasses.replace(evidence, expires_on=None)
    assume(evidence.observed_on <= AS_OF)
    sooner = belief_of(evidence, as_of=AS_OF + timedelta(days=days))
    later = belief_of(evidence, as_of=AS_OF + timedelta(days=days + more))
    prior = belief_of()
    for state in STATES:
        assert abs(later.of(state) - prior.of(state)) <= abs(sooner.of(state) - prior.of(state)) + 1e-12


@given(st.lists(pieces(), max_size=4), pieces(), st.integers(0, 50))
def test_expired_evidence_and_evidence_still_to_come_are_as_if_absent(
    evidence: list[Evidence], extra: Evidence, days: int
) -> None:
    expired = dataclasses.replace(
        extra, observed_on=AS_OF - timedelta(days=100), expires_on=AS_OF - timedelta(days=days)
    )
    to_come = dataclasses.replace(extra, observed_on=AS_OF + timedelta(days=days + 1), expires_on=None)
    assert belief_of(*evidence, expired, to_come) == belief_of(*evidence)


def test_a_rosy_answer_against_a_sighting_is_an_overstated_contradiction() -> None:
    seen = piece("absent", source="observation", reliability=0.9, ref="SW-EXP-01@a.example")
    (contradiction,) = belief_of(piece(), seen).contradictions
    assert contradiction.claim.ref == "answer:Q016"
    assert contradiction.sighting.ref == "SW-EXP-01@a.example"
    assert contradiction.overstated


@pytest.mark.parametrize(
    ("claim", "seen", "count", "overstated"),
    [
        (piece("absent"), piece(source="log", reliability=0.8), 1, [False]),
        (piece(), piece(source="log", reliability=0.8), 0, []),
        (piece(), piece("absent", source="observation", reliability=0.45), 0, []),
        (piece(source="certificate"), piece("partial", source="observation", reliability=0.8), 1, [True]),
        (piece(), piece("absent", source="certificate"), 0, []),
        (piece(), piece("absent", source="observation", reliability=0.9, observed_on=AS_OF - timedelta(900)), 0, []),
    ],
)
def test_contradictions_need_a_claim_a_sighting_and_enough_weight(
    claim: Evidence, seen: Evidence, count: int, overstated: list[bool]
) -> None:
    found = belief_of(claim, seen).contradictions
    assert len(found) == count
    assert [contradiction.overstated for contradiction in found] == overstated


@pytest.mark.parametrize(
    "changes", [{"reliability": 1 / 3}, {"reliability": 1.01}, {"says": "maybe"}, {"source": "rumour"}]
)
def test_evidence_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        piece(**changes)


@pytest.mark.parametrize(
    "changes",
    [{"observed_at": datetime(2026, 1, 1)}, {"state": "maybe"}, {"severity": "awful"}],  # noqa: DTZ001
)
def test_a_finding_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    values: dict[str, Any] = {
        "check": "SW-TLS-01",
        "asset": "a.example",
        "state": "found",
        "severity": "low",
        "observed_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    Finding(**values)
    with pytest.raises(ValueError):
        Finding(**values | changes)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"half_life_days": {"answer": 1, "certificate": 1, "observation": 1}}, "half_life_days", "document.missing"),
        ({"half_life_days": {"answer": 1, "certificate": 1, "observation": 1, "log": 1, "rumour": 1}},
         "half_life_days", "document.unknown"),
        ({"temper": 0}, "temper", "document.out_of_range"),
        ({"certificates": {"iso9001": {"name": NAME, "cycle_days": 1, "source": "J", "readings": []}}},
         "certificates", "document.unknown"),
        ({"certificates": {"soc2": {"name": NAME, "cycle_days": 1, "source": "J",
                                    "readings": [{"control": "moat", "says": "present", "reliability": 0.6}]}}},
         "certificates.soc2.readings[0].control", "document.unknown"),
        ({"controls": {"edr": {"name": NAME, "prior": {"absent": 0.5, "partial": 0.3, "present": 0.3},
                               "source": "J"}}}, "controls.edr.prior", "controls.prior_sum"),
    ],
)  # fmt: skip
def test_a_wrong_controls_document_is_told(changes: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        Controls.load(rules(**changes))
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [(field, code)]


def test_sources_are_those_of_the_rules() -> None:
    source: Source
    for source in SOURCES:
        assert CONTROLS.half_life[source] > 0
