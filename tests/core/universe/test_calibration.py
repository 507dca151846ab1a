"""The calibration: fits against theory and against other code, the hold-out, and what a mean is worth."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import genpareto

from seawall import reference
from seawall.core.problems import Invalid
from seawall.core.universe.calibration import HELD_OUT, calibrate, read_losses
from seawall.core.universe.fits import elasticity, hill, lognormal, mean_doubt, pareto_tail
from seawall.core.universe.load import load_universe
from seawall.entrypoints.universe_losses import calibration, losses

EXPECTED = yaml.safe_load((Path(__file__).parents[3] / "validation/universe/calibration/expected.yaml").read_text())
DRAW = np.random.default_rng(20261124)


def test_fits_find_what_a_sample_was_drawn_from():
    body = lognormal(np.exp(DRAW.normal(12, 2, 20_000)))
    assert (body.mu, body.sigma) == pytest.approx((12, 2), rel=0.01)
    assert body.ks < 0.01
    assert body.below(np.array([body.quantile(0.9)])) == pytest.approx([0.9])
    for xi in (0.4, 1.3):
        tail = pareto_tail(genpareto.rvs(xi, scale=1e6, size=20_000, random_state=7), 0.5e6)
        assert tail.xi == pytest.approx(xi, abs=3 * tail.xi_error)
        assert tail.has_mean == (xi < 1)
        assert tail.survives(0.5e6) == pytest.approx(tail.exceeds)
    pareto = DRAW.pareto(1.5, 50_000) + 1
    assert hill(pareto, 2000) == pytest.approx(1.5, rel=0.08)
    x = np.exp(DRAW.normal(8, 2, 5000))
    slope, error, fit = elasticity(x, x**0.3 * np.exp(DRAW.normal(0, 1, 5000)))
    assert slope == pytest.approx(0.3, abs=4 * error)
    assert 0 < fit < 1


def test_all_losses_give_what_other_code_gave():
    found, expected = losses(None), EXPECTED["whole"]
    amounts = np.array([x.loss for x in found])
    assert len(amounts) == expected["n"]
    assert amounts.mean() == pytest.approx(expected["mean"])
    body = lognormal(amounts)
    assert body.mu == pytest.approx(expected["mu"])
    assert body.sigma * np.sqrt(body.n / (body.n - 1)) == pytest.approx(expected["sigma_unbiased"])
    for tail in expected["tails"]:
        mine = pareto_tail(amounts, tail["threshold"])
        assert mine.n == tail["n"]
        assert (mine.xi, mine.beta) == pytest.approx((tail["xi"], tail["beta"]), rel=1e-5)
    for k, alpha in expected["hill"].items():
        assert hill(amounts, k) == pytest.approx(alpha)
    known = [(x.records, x.loss) for x in found if x.records]
    slope, _, fit = elasticity(*(np.array(side) for side in zip(*known, strict=True)))
    assert len(known) == expected["records"]["n"]
    assert (slope, fit) == pytest.approx((expected["records"]["slope"], expected["records"]["r2"]))


def test_the_run_is_the_pinned_one_every_time():
    found, pinned = calibration(), EXPECTED["run"]
    assert found == calibration()
    assert (found.used, found.held_out.n) == (pinned["used"], pinned["held_out"])
    said = [found.body.median, found.body.sigma, found.body.ks, found.held_out.ks]
    assert said == pytest.approx([pinned[key] for key in ("median", "sigma", "ks", "held_out_ks")], rel=1e-5)
    assert found.held_out.p_value == pytest.approx(pinned["held_out_p"], rel=1e-3)
    assert [t.xi for t in found.tails] == pytest.approx(pinned["xi"], rel=1e-3)
    assert dict(found.hills) == pytest.approx(pinned["hill"], rel=1e-5)
    assert [c.above for c in found.held_out.coverage] == pinned["above"]
    assert [found.doubts[0].low, found.doubts[0].high] == pytest.approx(pinned["mean_range"]["uncut"], rel=1e-5)
    assert [found.doubts[2].low, found.doubts[2].high] == pytest.approx(pinned["mean_range"]["cut_at_1m"], rel=1e-5)
    assert list(found.records[:3]) == pytest.approx(pinned["records"], rel=1e-3)
    assert [b.ratio for b in found.market] == pytest.approx(pinned["market_ratio"], rel=1e-3)


def test_what_was_held_out_never_enters_the_fit_and_does_not_refuse_it():
    rows = losses(None)
    assert sum(x.held_out for x in rows) == calibration().held_out.n
    changed = [x for x in rows if not x.held_out]
    assert lognormal(np.array([x.loss for x in changed])) == calibration().body
    assert calibration().held_out.p_value > 0.05
    assert HELD_OUT == 4


def test_the_shipped_level_is_the_published_one():
    ratios = {b.figure: b.ratio for b in calibration().market if not b.figure.startswith("iris")}
    assert len(ratios) == 6
    assert all(0.95 < ratio < 1.05 for ratio in ratios.values()), ratios


def test_a_mean_before_limits_is_meaningless_and_one_after_limits_is_not():
    found = calibration()
    uncut, _, cut = found.doubts
    assert uncut.spread > 2.5
    assert cut.spread < 1.3
    assert uncut.largest_share > 0.2
    assert not any(t.has_mean for t in found.tails)


@given(st.integers(0, 2**31))
@settings(max_examples=5, deadline=None)
def test_a_bootstrap_is_its_seed(seed):
    sample = np.exp(np.linspace(5, 15, 50))
    assert mean_doubt(sample, 1e6, seed=seed) == mean_doubt(sample, 1e6, seed=seed)


def test_rows_that_are_no_losses_are_told():
    rows = [dict(r) for r in reference.load("losses", "vcdb").body["incidents"]]
    rows[4]["loss"] = "a lot"
    del rows[6]["quality"]
    with pytest.raises(Invalid) as caught:
        read_losses(rows, ("ok",))
    assert [p.field for p in caught.value.problems] == ["incidents[5]", "incidents[7]"]
    with pytest.raises(Invalid) as caught:
        read_losses(rows[7:30], ("ok",))
    assert [p.code for p in caught.value.problems] == ["universe.few_losses"]


def test_order_does_not_count():
    rows = losses(None)
    universe = load_universe(reference.load("universe"))
    needed = "claim-frequency claim-mean ransomware-frequency ransomware-mean bec-frequency bec-mean"
    needed += " transfer-fraud-frequency transfer-fraud-mean iris-median iris-p90"
    published = dict.fromkeys(needed.split(), 1.0)
    one, two = (calibrate(order, universe, published, seed=1) for order in (rows, rows[::-1]))
    assert one.body.mu == pytest.approx(two.body.mu)
    assert one.held_out.coverage == two.held_out.coverage
