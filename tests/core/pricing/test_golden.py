"""Hand-worked cases: folders under validation/pricing."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from seawall.core.pricing.manual import load_manual
from seawall.core.pricing.rate import rate, retrace
from seawall.core.problems import Invalid
from seawall.reference import load

ROOT = Path(__file__).parents[3] / "validation" / "pricing"
DOCUMENT = load("rating", "cn-cyber-2026", "1.0")
MANUAL = load_manual(DOCUMENT.body, id=DOCUMENT.header.id, version=DOCUMENT.header.version)


@pytest.mark.parametrize("name", sorted(p.name for p in ROOT.iterdir()))
def test_golden(name: str):
    risk = json.loads((ROOT / name / "input.json").read_text())
    expected = json.loads((ROOT / name / "expected.json").read_text())
    assert (ROOT / name / "SOURCE.md").read_text().strip()
    if "refused" in expected:
        with pytest.raises(Invalid) as refused:
            rate(MANUAL, risk)
        assert [p.code for p in refused.value.problems] == [expected["refused"]]
        return
    rating = rate(MANUAL, risk)
    told = rating.as_dict()
    assert told["premium"] == expected["premium"]
    assert expected.get("covers", told["covers"]) == told["covers"]
    assert sum(Decimal(part) for part in told["covers"].values()) == Decimal(expected["premium"])
    amounts = {step["id"]: step["amount"] for step in told["steps"]}
    for step, amount in expected.get("amounts", {}).items():
        assert Decimal(amounts[step]) == Decimal(amount)
    assert retrace(rating) == rating.premium.amount


def test_the_shipped_plan_meets_the_market():
    """The mean risk of the first MIIT pilot: limit 7.7 m, rate on line 1.30 % (standards.md A3)."""
    assert MANUAL.currency == "CNY"
    risk = json.loads((ROOT / "manufacturer-all-covers" / "input.json").read_text())
    rate_on_line = rate(MANUAL, risk).premium.amount / Decimal(risk["limit"])
    assert Decimal("0.010") < rate_on_line < Decimal("0.016")
