from copy import deepcopy
from itertools import product as every
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall import reference
from seawall.core.documents import flat
from seawall.core.money import Money
from seawall.core.problems import Invalid
from seawall.core.scoring import gbt20984
from seawall.core.scoring.posture import LOW, Posture, peers, posture, sample, score_of, with_control
from seawall.core.scoring.sampling import certain, sample_states
from seawall.core.submission import Company
from seawall.core.universe.load import load_universe
from seawall.core.universe.risk import company_risk

METHOD = gbt20984.load_method(reference.load("standards", "gbt20984-2022"))
GOLDEN = sorted((Path(__file__).parents[3] / "validation/scoring").glob("gbt20984_*/input.yaml"))
UNIVERSE = load_universe(reference.load("universe"))
COMPANY = Company("甲", "A", "CN", None, "I", Money.of(100_000_000, "CNY"), 100, 50_000)
COMMON = 0.1
RISK = company_risk(COMPANY, UNIVERSE, {c.id: (0.4, 0.3, 0.3) for c in UNIVERSE.controls})


def judged(beliefs: np.ndarray, seed: int = 1) -> Posture:
    return posture(RISK, beliefs, sample(RISK, beliefs, common=COMMON, seed=seed), seed=seed)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda p: p.parent.name)
def test_golden_cases(case):
    given_, expected = (yaml.safe_load((case.parent / f).read_text()) for f in ("input.yaml", "expected.yaml"))
    for grades, (value, level) in zip(given_["cases"], expected, strict=True):
        found = gbt20984.evaluate(METHOD, given_["method"], **grades)
        assert round(found.value, 4) == value
        assert found.level == level


@pytest.mark.parametrize(
    ("value", "level"),
    [(1, 1), (5, 1), (5.0001, 2), (10, 2), (10.0001, 3), (15, 3), (15.0001, 4), (20, 4), (20.0001, 5), (25, 5)],
)
def test_a_level_owns_its_upper_end(value, level):
    assert gbt20984.level_of(value, METHOD.product_cuts) == level


def test_whole_products_of_roots_stay_on_their_cut():
    for a, t, v in every(range(1, 6), repeat=3):
        found = gbt20984.multiplication(METHOD, a, t, v)
        exact = v * v * a * t  # the square of R, a whole number
        assert found.level == 1 + sum(exact > cut * cut for cut in (5, 10, 15, 20))


def test_both_methods_never_fall_with_a_grade():
    for evaluate in (gbt20984.multiplication, gbt20984.matrix):
        for grades in every(range(1, 5), repeat=3):
            here = evaluate(METHOD, *grades).value
            for i in range(3):
                raised = [g + (i == k) for k, g in enumerate(grades)]
                assert evaluate(METHOD, *raised).value >= here


def test_grades_outside_one_to_five_are_a_mistake():
    for bad in (0, 6):
        with pytest.raises(ValueError):
            gbt20984.matrix(METHOD, bad, 1, 1)


def test_roll_up_weighs_by_asset_and_keeps_the_highest():
    risks = [gbt20984.multiplication(METHOD, 5, 5, 5), gbt20984.multiplication(METHOD, 1, 1, 1)]
    found = gbt20984.roll_up(METHOD, risks)
    assert found.value == pytest.approx((5 * 25 + 1) / 6 / 25 * 100)
    assert (found.level, found.highest, found.method) == (5, 5, "multiplication")


def test_broken_tables_are_told():
    document = deepcopy(dict(flat(reference.load("standards", "gbt20984-2022"))))
    document["multiplication"]["cuts"] = [5, 10]
    document["matrix"]["risk"]["rows"] = "none"
    document["matrix"]["loss"]["rows"][4] = [1, 1, 1, 1, 1]
    document["matrix"]["likelihood"]["rows"][0] = [2, 1, 7, 11, 14]
    document["matrix"]["likelihood"]["cuts"] = [5, 11, 4, 21]
    with pytest.raises(Invalid) as caught:
        gbt20984.load_method(document)
    assert {(p.field, p.code) for p in caught.value.problems} == {
        ("multiplication.cuts", "document.not_a_list"),
        ("matrix.risk.rows", "document.not_a_list"),
        ("matrix.loss.rows", "standards.not_rising"),
        ("matrix.likelihood.rows[0]", "standards.not_rising"),
        ("matrix.likelihood.cuts", "standards.not_rising"),
    }


def test_the_ends_of_the_scale():
    assert float(score_of(RISK, RISK.all_in("absent"))) == pytest.approx(0)
    assert float(score_of(RISK, RISK.all_in("present"))) == pytest.approx(100)
    known = judged(RISK.all_in("present"), 1)
    assert known.low == pytest.approx(known.high)
    assert known.peer == pytest.approx(float(score_of(RISK, RISK.prior)))


def test_contributions_add_up_to_the_score():
    beliefs = RISK.prior.copy()
    beliefs[3] = [0.05, 0.15, 0.8]
    found = judged(beliefs, 3)
    assert sum(c.points for c in found.contributions) == pytest.approx(found.score, abs=1e-9)
    assert all(c.points >= 0 and c.open >= -1e-9 for c in found.contributions)
    assert found.low < found.score < found.high


def test_the_seed_alone_decides():
    assert judged(RISK.prior, 5) == judged(RISK.prior, 5)
    assert judged(RISK.prior, 5) != judged(RISK.prior, 6)


@given(st.integers(0, 23), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_the_score_never_falls_with_a_better_control(index, a, b):
    low, high = sorted((a, b))
    worse, better = RISK.prior.copy(), RISK.prior.copy()
    worse[index], better[index] = [1 - low, 0, low], [1 - high, 0, high]
    assert float(score_of(RISK, better)) >= float(score_of(RISK, worse)) - 1e-9


@pytest.mark.parametrize("common", [0, COMMON])
def test_drawn_states_have_the_believed_frequencies(common):
    states = sample_states(RISK.prior, common=common, seed=1, samples=20_000)
    assert certain(states).mean(axis=0) == pytest.approx(RISK.prior, abs=0.015)


def test_controls_drawn_together_spread_the_score_further():
    apart, together = (np.std(sample(RISK, RISK.prior, common=c, seed=1).scores) for c in (0, COMMON))
    assert together > 1.2 * apart


def test_the_fast_way_to_score_certain_states_is_the_slow_one():
    states = sample_states(RISK.prior, common=COMMON, seed=1, samples=50)
    assert RISK.totals(states) == pytest.approx(RISK.total(certain(states)), rel=1e-12)


def test_peers_hold_the_whole_distribution():
    found = peers(RISK, judged(RISK.prior), common=COMMON, seed=1)
    assert sum(found.bars) == pytest.approx(1)
    assert list(found.quantiles) == sorted(found.quantiles)
    assert found.below_low == pytest.approx(LOW, abs=0.01)  # of the unknown company the peers are the interval
    assert found.below_low < found.below < found.below_high


def test_more_evidence_narrows_the_interval_on_average():
    rng = np.random.default_rng(11)
    before = judged(RISK.prior, 2)
    widths = []
    for _ in range(20):
        beliefs = RISK.prior.copy()
        for index in rng.choice(24, 8, replace=False):  # eight controls become known, as likely as believed
            beliefs = with_control(beliefs, int(index), int(rng.choice(3, p=RISK.prior[index])))
        found = judged(beliefs, 2)
        widths.append(found.high - found.low)
    assert np.mean(widths) < (before.high - before.low) * 0.95
