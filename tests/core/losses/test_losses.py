import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from seawall.core.coverage.terms import CoverTerms, PolicyTerms, Waiting, counted_hours, settle
from seawall.core.losses.aggregate import Event, GridTooShort, aggregate
from seawall.core.losses.exceedance import Point, curve, largest_exceeds
from seawall.core.losses.frequency import Frequency
from seawall.core.losses.net import cover_payout, event_payouts
from seawall.core.losses.payout import Payout
from seawall.core.losses.severity import Lognormal
from seawall.core.money import Money

GOLDEN = sorted((Path(__file__).parents[3] / "validation/losses").glob("compound_*/input.yaml"))


def cny(amount) -> Money:
    return Money.of(str(amount), "CNY")


def one(rate=0.5, mu=10.0, sigma=1.5, payout=None) -> Event:
    return Event(rate, Lognormal(mu, sigma), payout or Payout.ground_up())


@pytest.mark.parametrize("case", GOLDEN, ids=lambda p: p.parent.name)
def test_golden_cases(case):
    given_, expected = (yaml.safe_load((case.parent / f).read_text()) for f in ("input.yaml", "expected.yaml"))
    event = one(given_["rate"], given_["mu"], given_["sigma"])
    reach = given_["step"] * given_["size"] if given_["step"] else None
    found = aggregate([event], size=given_["size"], reach=reach)
    assert found.quantile(0.995) == pytest.approx(expected["var_995"], rel=expected["tolerance"])
    assert found.tail_mean(0.995) == pytest.approx(expected["tvar_995"], rel=expected["tolerance"])
    assert found.flags(0.995) == ()


def test_lognormal_expectations_agree_with_integration():
    x = Lognormal(2.0, 0.8)
    limited, _ = integrate.quad(lambda t: float(x.survival(t)), 0, 12.0)
    assert float(x.limited_mean(12.0)) == pytest.approx(limited, rel=1e-9)
    assert float(x.partial_mean(np.inf)) == pytest.approx(x.mean)
    assert x.quantile(0.5) == pytest.approx(x.median) == pytest.approx(math.exp(2.0))
    assert float(x.cdf(x.quantile(0.9))) == pytest.approx(0.9)
    assert x.times(3.0).mean == pytest.approx(3 * x.mean)
    assert Lognormal.from_median(100.0, 1.0).mu == pytest.approx(math.log(100))
    for mu, sigma in [(0.0, 0.0), (0.0, -1.0), (math.nan, 1.0), (0.0, math.inf)]:
        with pytest.raises(ValueError):
            Lognormal(mu, sigma)


def test_frequencies():
    poisson, mixed = Frequency(2.0), Frequency(2.0, 4.0)
    assert (poisson.variance, mixed.variance) == (2.0, 3.0)
    z = np.array([0.3 + 0.2j])
    assert poisson.pgf(z)[0] == pytest.approx(np.exp(2 * (z[0] - 1)))
    k = np.arange(200)
    assert mixed.pgf(z)[0] == pytest.approx((stats.nbinom.pmf(k, 4, 4 / 6) * z[0] ** k).sum())
    assert poisson.some(0.5) == pytest.approx(1 - math.exp(-0.5))
    assert mixed.some(0.5) == pytest.approx(1 - (1 + 0.5 / 4) ** -4)
    for rate, shape in [(-1.0, None), (math.inf, None), (1.0, 0.0)]:
        with pytest.raises(ValueError):
            Frequency(rate, shape)


def test_payout_of_a_layer_is_the_difference_of_limited_means():
    x = Lognormal(10.0, 2.0)
    layer = Payout.through([(0, 0), (1e4, 0), (6e4, 5e4)], 0.0)
    assert layer.mean(x) == pytest.approx(float(x.limited_mean(6e4) - x.limited_mean(1e4)))
    assert [layer(v) for v in (0, 1e4, 3e4, 9e4)] == pytest.approx([0, 0, 2e4, 5e4])
    assert layer.maximum == 5e4
    assert Payout.ground_up().maximum == math.inf
    y = np.array([0.0, 2e4, 5e4, 1e6])
    assert layer.limited_mean(x, y)[1] == pytest.approx(float(x.limited_mean(3e4) - x.limited_mean(1e4)))
    assert layer.limited_mean(x, y)[[0, 2, 3]] == pytest.approx([0, layer.mean(x), layer.mean(x)])
    assert layer.survival(x, y) == pytest.approx([float(x.survival(1e4)), float(x.survival(3e4)), 0, 0])
    both = layer + Payout.ground_up(0.5)
    assert both.mean(x) == pytest.approx(layer.mean(x) + x.mean / 2)


@pytest.mark.parametrize(
    "parts",
    [((1.0,), (0.0,), (1.0,)), ((0.0,), (0.0,), (-1.0,)), ((0.0, 1.0), (5.0, 0.0), (1.0, 1.0))],
)
def test_a_payout_never_falls(parts):
    with pytest.raises(ValueError):
        Payout(*parts)


money = st.integers(0, 10**9)


@settings(max_examples=200)
@given(
    loss=st.integers(0, 10**9), limit=money, retention=money, share=st.decimals("0", "0.9", places=1),
    hours=st.integers(0, 72), days=st.none() | st.integers(1, 30), waiting=st.sampled_from(list(Waiting)),
    part=st.floats(0.05, 1),
)  # fmt: skip
def test_the_curve_pays_what_a_claim_would_be_paid(loss, limit, retention, share, hours, days, waiting, part):
    hourly = 5000
    terms = CoverTerms("business_interruption", cny(limit), cny(retention), share, hours, days, waiting)
    pays = cover_payout(terms, share=part, retention=float(retention), hourly=float(hourly))
    counted = counted_hours(Decimal(loss) / hourly, hours, days, waiting) * hourly
    paid = settle(cny(counted.quantize(Decimal("0.01"))), terms, sub_limit_left=cny(limit), aggregate_left=cny(10**12))
    if abs(loss - hours * hourly) > 1:  # at the very hour the market itself quarrels
        assert pays(loss / part) == pytest.approx(float(paid.payable.amount), abs=0.011 + 1e-9 * loss)


def test_a_qualifying_period_makes_a_jump():
    terms = CoverTerms("business_interruption", cny(10**6), cny(0), Decimal(0), 12, 90, Waiting.QUALIFYING)
    pays = cover_payout(terms, share=1.0, retention=0.0, hourly=1000.0)
    assert pays(11_999) == 0
    assert pays(12_001) == pytest.approx(12_001)
    x = Lognormal(9.0, 1.0)
    expected, _ = integrate.quad(lambda t: float(pays.survival(x, t)[0]), 0, 10**6, limit=500, points=[12_000])
    assert pays.mean(x) == pytest.approx(expected, rel=1e-6)
    assert pays.limited_mean(x, np.array([5000.0]))[0] == pytest.approx(5000 * float(x.survival(12_000)))


def test_event_bears_one_retention():
    policy = PolicyTerms(
        "x", "CNY", cny(10**6),
        (CoverTerms("a", cny(10**6), cny(100)), CoverTerms("b", cny(10**6), cny(40)),
         CoverTerms("c", cny(1), cny(999))),
    )  # fmt: skip
    found = event_payouts(policy, {"a": 0.25, "b": 0.5, "uninsured": 0.25, "c": 0.0}, hourly=1.0)
    assert set(found) == {"a", "b"}
    assert sum(p(1000.0) for p in found.values()) == pytest.approx(750 - 100)
    assert event_payouts(policy, {"uninsured": 1.0}, hourly=1.0) == {}


@given(rate=st.floats(0.01, 5), mu=st.floats(5, 12), sigma=st.floats(0.5, 2.2), shape=st.none() | st.floats(0.5, 9))
@settings(max_examples=25, deadline=None)
def test_grid_mean_is_the_analytic_mean_when_the_loss_is_limited(rate, mu, sigma, shape):
    pays = Payout.through([(0, 0), (math.exp(mu), 0), (5 * math.exp(mu), 4 * math.exp(mu))], 0.0)
    found = aggregate([one(rate, mu, sigma, pays)], shape=shape, reach=400 * math.exp(mu), size=2**12)
    grid_mean = float(np.arange(len(found.mass)) @ found.mass) * found.step
    assert grid_mean == pytest.approx(found.mean, rel=1e-6, abs=1e-8 * 400 * math.exp(mu))
    assert float(found.mass.sum()) == pytest.approx(1.0, abs=1e-8)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=2, unique=True))
@settings(max_examples=25, deadline=None)
def test_a_higher_aggregate_limit_never_pays_less(limits):
    low, high = sorted(limits)
    found = [aggregate([one()], cap=float(x)) for x in (low, high)]
    assert found[0].mean <= found[1].mean * (1 + 1e-6)
    assert found[0].quantile(0.99) <= found[1].quantile(0.99) * (1 + 1e-4)


def test_against_simulation_with_terms_and_negative_binomial():
    rng = np.random.default_rng(7)
    pays = Payout.through([(0, 0), (1e4, 0), (6e4, 5e4)], 0.0)
    found = aggregate([one(1.5, 10, 1.5, pays), one(0.5, 9, 1.0)], shape=2.0, cap=1.2e5)
    gamma = rng.gamma(2.0, 0.5, 200_000)
    total = np.zeros(200_000)
    for rate, mu, sigma, net in [(1.5, 10, 1.5, True), (0.5, 9, 1.0, False)]:
        counts = rng.poisson(rate * gamma)
        x = rng.lognormal(mu, sigma, counts.sum())
        np.add.at(total, np.repeat(np.arange(200_000), counts), np.clip(x - 1e4, 0, 5e4) if net else x)
    total = np.minimum(total, 1.2e5)
    assert found.mean == pytest.approx(total.mean(), rel=0.01)
    assert found.quantile(0.95) == pytest.approx(np.quantile(total, 0.95), rel=0.02)
    assert found.tail_mean(0.9) == pytest.approx(np.sort(total)[-20_000:].mean(), rel=0.01)
    assert found.nothing == pytest.approx((total == 0).mean(), abs=0.005)


def test_rare_events_cost_nothing_up_to_a_point():
    found = aggregate([one(0.01)])
    assert found.quantile(0.98) == 0.0
    assert found.tail_mean(0.98) == pytest.approx(found.mean / 0.02)
    assert found.error(0.98) == 0.0
    assert aggregate([one(0.0)]).mean == 0.0
    assert aggregate([]).quantile(0.5) == 0.0


def test_doubt_is_told_and_invention_refused():
    short = aggregate([one(2.0, 10, 2.0)], reach=2e6, size=2**10)
    assert short.flags(0.995) == ("mass_beyond_grid",)
    with pytest.raises(GridTooShort):
        short.quantile(0.9999)
    rough = aggregate([one(2.0, 10, 2.0)], reach=4e7, size=2**4)
    assert "not_converged" in rough.flags(0.9)
    capped = aggregate([one(2.0, 10, 2.0)], cap=1e5)
    assert capped.flags(0.995) == ("capped",)
    assert capped.tail_mean(0.995) == capped.quantile(0.999999999) == 1e5
    assert short.coarse.error(0.5) == 0.0


def test_a_cap_that_cannot_be_reached_changes_nothing():
    pays = Payout.through([(0, 0), (1e4, 1e4)], 0.0)
    free, capped = (aggregate([one(0.1, payout=pays)], reach=1e6, cap=cap) for cap in (None, math.inf))
    assert capped.mean == free.mean
    assert capped.quantile(0.99) == free.quantile(0.99)


def test_exceedance_curve():
    events = [one(0.5, 10, 1.5), one(0.2, 11, 1.0)]
    annual = aggregate(events, cap=3e5)
    points = curve(events, annual, [1e4, 1e5, 3e5])
    assert largest_exceeds(events, 1e4) == pytest.approx(
        1 - math.exp(-0.5 * float(Lognormal(10, 1.5).survival(1e4)) - 0.2 * float(Lognormal(11, 1.0).survival(1e4)))
    )
    assert points[0].total > points[0].largest > points[1].total > points[1].largest > 0
    assert points[2] == Point(3e5, 0.0, 0.0)
    assert points[2].return_period == math.inf
    assert points[0].return_period == pytest.approx(1 / points[0].total)
    assert annual.exceeds(0.0) == pytest.approx(1 - annual.nothing)
