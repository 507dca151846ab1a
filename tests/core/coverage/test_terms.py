from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.core.coverage import terms
from seawall.core.coverage.terms import CoverTerms, PolicyTerms, Waiting
from seawall.core.money import Money, total


def cny(amount: int | str) -> Money:
    return Money.of(amount, "CNY")


def cover(code: str = "extortion", limit: int = 1_000_000, retention: int = 50_000, share: str = "0") -> CoverTerms:
    return CoverTerms(code, cny(limit), cny(retention), Decimal(share))


def test_waiting_period_as_retention_and_as_qualifying_period():
    assert terms.counted_hours(Decimal(12), 12) == 0
    assert terms.counted_hours(Decimal(30), 12) == 18
    assert terms.counted_hours(Decimal(30), 12, waiting=Waiting.QUALIFYING) == 30
    assert terms.counted_hours(Decimal(12), 12, waiting=Waiting.QUALIFYING) == 0


def test_indemnity_period_ends_the_count():
    assert terms.counted_hours(Decimal(3000), 12, 90) == 90 * 24 - 12
    assert terms.counted_hours(Decimal(3000), 12, 90, Waiting.QUALIFYING) == 2160
    assert terms.counted_hours(Decimal(3000), 200, 1) == 0


def test_settle_follows_the_order_of_the_clauses():
    paid = terms.settle(cny(850_000), cover(share="0.2"), sub_limit_left=cny(1_000_000), aggregate_left=cny(600_000))
    assert paid.retained == cny(50_000)
    assert paid.coinsured == cny(160_000)
    assert paid.above_sub_limit == cny(0)
    assert paid.above_aggregate == cny(40_000)
    assert paid.payable == cny(600_000)
    assert paid.aggregate_left == cny(0)


def test_a_used_up_limit_pays_nothing():
    paid = terms.settle(cny(850_000), cover(), sub_limit_left=cny(-5), aggregate_left=cny(9))
    assert paid.payable == cny(0)
    assert paid.above_sub_limit == cny(800_000)


amounts = st.integers(0, 10**13).map(lambda minor: Money(minor, "CNY"))


@given(amounts, amounts, amounts, amounts, amounts, st.decimals(0, "0.99", places=2))
def test_every_fen_of_a_loss_is_accounted_for(loss, limit, retention, sub_left, agg_left, share):
    t = CoverTerms("extortion", limit, retention, share)
    p = terms.settle(loss, t, sub_limit_left=sub_left, aggregate_left=agg_left)
    parts = [p.retained, p.coinsured, p.above_sub_limit, p.above_aggregate, p.payable]
    assert total(parts, "CNY") == loss
    assert all(part.minor >= 0 for part in parts)
    assert p.payable <= min(limit, sub_left, agg_left)
    assert p.aggregate_left == agg_left - p.payable


def policy() -> PolicyTerms:
    return PolicyTerms(
        "system", "CNY", cny(5_000_000),
        (cover("extortion", retention=50_000), cover("data_restoration", retention=20_000)),
    )  # fmt: skip


def test_one_event_bears_one_retention_the_highest():
    losses = {"extortion": cny(300_000), "data_restoration": cny(100_000), "notification": cny(1), "x": cny(0)}
    assert terms.shared_retention(losses, policy()) == {"extortion": cny(37_500), "data_restoration": cny(12_500)}
    assert terms.shared_retention({"data_restoration": cny(5)}, policy()) == {"data_restoration": cny(20_000)}
    assert terms.shared_retention({"notification": cny(5)}, policy()) == {}


def test_policy_finds_its_covers():
    assert policy().cover("extortion") == cover("extortion")
    assert policy().cover("notification") is None


@pytest.mark.parametrize(
    "change",
    [
        {"retention": Money(1, "USD")}, {"limit": cny(-1)}, {"retention": cny(-1)}, {"waiting_hours": -1},
        {"coinsurance": Decimal(1)}, {"coinsurance": Decimal("-0.1")}, {"indemnity_days": 0},
    ],
)  # fmt: skip
def test_impossible_terms_cannot_be_made(change):
    with pytest.raises(ValueError):
        CoverTerms(**{"cover": "x", "limit": cny(1), "retention": cny(1)} | change)


def test_impossible_policies_cannot_be_made():
    with pytest.raises(ValueError):
        PolicyTerms("sme", "CNY", cny(1), (cover(), cover()))
    with pytest.raises(ValueError):
        PolicyTerms("sme", "USD", cny(1), (cover(),))
