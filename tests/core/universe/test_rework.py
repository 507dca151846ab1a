"""A universe reworked: what is changed changes, what is not keeps how often it comes and what it costs."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall import reference
from seawall.core.problems import Invalid
from seawall.core.universe import rework
from seawall.core.universe.load import load_universe
from seawall.core.universe.scenarios import MOST_OF_A_FAMILY

SHIPPED = reference.load("universe")
BODY: dict[str, Any] = {**{k: getattr(SHIPPED.header, k) for k in reference.HEADER_KEYS}, **SHIPPED.body}
GENERAL = [s["id"] for s in BODY["scenarios"] if not s.get("pack")]
FAMILIES = [f["id"] for f in BODY["families"]]


def expected(document: Any, code: str) -> float:
    """Frequency × median, which is the expected loss up to the family's constant spread."""
    rate, median = rework.figures(document, code)
    return rate * median


def by_cover(document: Any, family: str) -> dict[str, float]:
    """Loss a year by cover, added up over the general scenarios from their own figures."""
    found: dict[str, float] = {}
    for s in document["scenarios"]:
        if s["family"] == family and not s.get("pack"):
            for cover, share in rework.covers_of(document, s).items():
                found[cover] = found.get(cover, 0.0) + share * expected(document, s["id"])
    return found


def full_packs(document: Any) -> set[tuple[str, str]]:
    """(family, pack) where the pack fills the family as far as it may."""
    filled: dict[tuple[str, str], float] = {}
    for s in document["scenarios"]:
        if s.get("pack"):
            key = s["family"], s["pack"]
            filled[key] = filled.get(key, 0.0) + s["frequency"]["share"]
    return {key for key, share in filled.items() if share > MOST_OF_A_FAMILY - 1e-9}


def same(found: float, wanted: float) -> bool:
    return found == pytest.approx(wanted, rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(GENERAL), st.floats(0.1, 10), st.floats(0.1, 10))
def test_a_scenario_told_anew_moves_its_family_and_no_other_scenario(code: str, often: float, badly: float) -> None:
    rate, median = rework.figures(BODY, code)
    made = rework.changed_scenario(
        BODY, code, {"frequency.rate": rate * often, "severity.median": median * badly, "severity.source": "a test"}
    )
    load_universe(made)
    family = rework.family_of(BODY, code)
    assert all(same(a, b) for a, b in zip(rework.figures(made, code), (rate * often, median * badly), strict=True))
    full = full_packs(made)
    for other in (s["id"] for s in BODY["scenarios"] if (s["family"], s.get("pack")) not in full):
        if other != code:
            for found, was in zip(rework.figures(made, other), rework.figures(BODY, other), strict=True):
                assert same(found, was), other
    # The family is what its general scenarios are together.
    parts = [s for s in GENERAL if rework.family_of(BODY, s) == family]
    assert same(rework.figures(made, family)[0], sum(rework.figures(made, s)[0] for s in parts))
    assert same(expected(made, family), sum(expected(made, s) for s in parts))
    whole = rework.entry_of(made, family)
    assert whole
    mixed = by_cover(made, family)
    for cover, share in whole[1]["shares"].items():
        assert share * expected(made, family) == pytest.approx(mixed[cover], rel=0.02)
    assert made["controls"] == BODY["controls"]


@pytest.mark.parametrize("code", GENERAL[:12])
def test_a_scenario_taken_out_takes_its_own_loss_and_nothing_else(code: str) -> None:
    made = rework.without(BODY, code)
    assert made is not None
    load_universe(made)
    family = rework.family_of(BODY, code)
    before = sum(expected(BODY, f) for f in FAMILIES)
    after = sum(expected(made, f) for f in FAMILIES if rework.entry_of(made, f))
    assert same(before - after, expected(BODY, code))
    assert rework.entry_of(made, code) is None
    assert code not in str(made["controls"])
    assert all(code not in s.get("leads_to", ()) for s in made["scenarios"])
    back = rework.restored(made, BODY, code)
    assert back is not None
    load_universe(back)
    assert back["families"] == BODY["families"]
    assert back["scenarios"] == BODY["scenarios"]
    assert effects(back) == effects(BODY)
    assert family in FAMILIES


def effects(document: Any) -> set[Any]:
    return {
        (control, name, e["on"], e["absent"], e["partial"], e["present"])
        for control, described in document["controls"].items()
        for e in described["effects"]
        for name in e["scenarios"]
    }


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_goes_with_its_scenarios_and_comes_back_whole(family: str) -> None:
    made = rework.without(BODY, family)
    assert made is not None
    assert family not in {f["id"] for f in made["families"]} | {s["family"] for s in made["scenarios"]}
    load_universe(made)
    back = rework.restored(made, BODY, family)
    assert back is not None
    assert back["families"] == BODY["families"]
    assert back["scenarios"] == BODY["scenarios"]
    assert effects(back) == effects(BODY)
    load_universe(back)


def test_the_last_general_scenario_takes_its_family_along() -> None:
    document: Any = copy.deepcopy(BODY)
    family = FAMILIES[0]
    for code in [s for s in GENERAL if rework.family_of(BODY, s) == family]:
        document = rework.without(document, code)
        assert document is not None
        load_universe(document)
    assert rework.entry_of(document, family) is None
    assert not [s for s in document["scenarios"] if s["family"] == family]


def test_a_split_over_covers_is_the_scenarios_own() -> None:
    code = GENERAL[0]
    family = rework.family_of(BODY, code)
    held = rework.covers_of(BODY, dict(rework.entry_of(BODY, code)[1]))  # type: ignore[index]
    values = {f"shares.{cover}": None for cover in held} | {"shares.extortion": 0.6, "shares.uninsured": 0.4}
    made = rework.changed_scenario(BODY, code, {**values, "shares_source.source": "claims of the house"})
    load_universe(made)
    found = rework.entry_of(made, code)
    assert found
    assert found[1]["shares"] == {"extortion": 0.6, "uninsured": 0.4}
    assert found[1]["shares_source"]["source"] == "claims of the house"
    for other in [s for s in BODY["scenarios"] if s["family"] == family and s["id"] != code]:
        now = rework.entry_of(made, other["id"])
        assert now
        assert rework.covers_of(made, now[1]) == pytest.approx(rework.covers_of(BODY, other))


@pytest.mark.parametrize("value", ["often", None, 0, -1, 1e6, True])
def test_what_is_no_figure_is_told_at_its_field(value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        rework.changed_scenario(BODY, GENERAL[0], {"frequency.rate": value})
    assert [p.field for p in refused.value.problems] == ["frequency.rate"]


def test_what_is_not_there_cannot_go_or_come() -> None:
    assert rework.without(BODY, "nothing") is None
    assert rework.restored(BODY, BODY, "nothing") is None
    assert rework.family_of(BODY, "nothing") == ""
