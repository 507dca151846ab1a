from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.core.money import Money
from seawall.core.pricing.technical import dual_price, load_loading, risk_load, technical_premium
from seawall.core.problems import Invalid

LOADING = {"fixed_expense": 2000, "variable_expense": 0.25, "profit": 0.05, "risk_load_share": 0.06}


def cny(amount):
    return Money.of(amount, "CNY")


def test_the_parts_stand_beside_the_price():
    loading = load_loading(LOADING, "CNY")
    load = risk_load(cny(10000), cny(110000), loading)
    assert load == cny(6000)
    technical = technical_premium(cny(10000), load, loading)
    assert technical.premium == cny("25714.29")  # 18,000 / 0.70
    assert dict(technical.parts) == {
        "pure": cny(10000), "risk_load": cny(6000), "fixed_expense": cny(2000),
        "variable_expense": cny("6428.58"), "profit": cny("1285.71"),
    }  # fmt: skip
    price = dual_price(cny(18000), technical)
    assert price.gap == cny("-7714.29")
    assert price.adequacy == Decimal("0.7000")
    assert price.as_dict()["technical"]["parts"]["pure"] == "10000"


def test_nothing_at_risk_and_no_shares():
    loading = load_loading({"fixed_expense": 0, "variable_expense": 0, "profit": 0, "risk_load_share": 0}, "CNY")
    assert risk_load(cny(5), cny(3), loading) == cny(0)
    nothing = technical_premium(cny(0), cny(0), loading)
    price = dual_price(cny(10), nothing)
    assert price.adequacy is None
    assert price.as_dict()["adequacy"] is None


def test_a_loading_that_cannot_be():
    with pytest.raises(Invalid) as refused:
        load_loading({"fixed_expense": -1, "variable_expense": 0.7, "profit": 0.3, "risk_load_share": 1}, "CNY")
    assert [p.field for p in refused.value.problems] == [
        "loading.fixed_expense", "loading.risk_load_share", "loading.profit",
    ]  # fmt: skip
    with pytest.raises(Invalid):
        load_loading({}, "CNY")


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_parts_add_up(pure, load):
    technical = technical_premium(Money(pure, "CNY"), Money(load, "CNY"), load_loading(LOADING, "CNY"))
    assert sum(part.minor for _, part in technical.parts) == technical.premium.minor
