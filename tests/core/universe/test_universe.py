from copy import deepcopy
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
from seawall.core.submission import Company, Vendor
from seawall.core.universe.load import load_universe
from seawall.core.universe.model import NoRate
from seawall.core.universe.risk import company_risk

CASE = Path(__file__).parents[3] / "validation/losses/small_company_pure_premium"
UNIVERSE = load_universe(reference.load("universe"))
PRIORS = {c.id: (0.4, 0.3, 0.3) for c in UNIVERSE.controls}

FAMILIES = (
    "ransomware_encryption ransomware_backup_loss data_theft_exploit data_exposure_misconfiguration"
    " credential_stuffing insider_misuse business_email_compromise ddos_outage supplier_outage supplier_breach"
    " web_defacement system_failure"
)


def company(industry="F", revenue=142_000_000, records=20_000, employees=100, currency="CNY", vendors=()) -> Company:
    return Company(
        "甲", "A", "CN", None, industry, Money.of(revenue, currency), employees, records, vendors=tuple(vendors)
    )


def risk(**facts):
    return company_risk(company(**facts), UNIVERSE, PRIORS)


def test_the_universe_is_the_agreed_one():
    assert " ".join(f.id for f in UNIVERSE.families) == FAMILIES
    assert len(UNIVERSE.controls) == 24
    assert UNIVERSE.family("ddos_outage").incident_category == "NAI-08"
    for control in UNIVERSE.controls:
        assert control.effects
        assert control.cost(10) == control.cost_base + control.cost_per_employee.times(10)


def test_an_average_small_company_costs_what_the_market_says():
    facts, expected = (yaml.safe_load((CASE / f).read_text()) for f in ("input.yaml", "expected.yaml"))
    found = risk(**facts)
    usd = float(UNIVERSE.rates["USD"])
    ransom = slice(0, 2)
    measured = {
        "frequency": float(found.rates.sum()),
        "expected_loss_usd": float(found.total(found.prior)) / usd,
        "ransomware_mean_usd": float((found.rates * found.means)[ransom].sum() / found.rates[ransom].sum()) / usd,
    }
    for name, value in measured.items():
        assert value == pytest.approx(expected[name]["target"], rel=expected[name]["tolerance"]), name


def test_an_average_company_has_the_level_of_its_class():
    found = risk()
    often, badly = found.multipliers(found.prior)
    assert often == pytest.approx(np.ones(12))
    assert badly == pytest.approx(np.ones(12))


def test_sectors_and_sizes_are_in_a_sensible_order():
    loss = {code: float(found.total(found.prior)) for code in "AFJQ" for found in [risk(industry=code)]}
    assert loss["A"] < loss["F"] < loss["J"] < loss["Q"]
    sizes = [float(found.total(found.prior)) for r in (10**6, 10**8, 10**10) for found in [risk(revenue=r)]]
    assert sizes == sorted(sizes)
    assert sizes[2] / sizes[0] < 10**4  # far from proportional
    assert risk(revenue=1).rates == pytest.approx(risk(revenue=500_000).rates)


def test_controls_move_the_loss_within_the_caps():
    found = risk()
    for state, bound in (("absent", 3.0), ("present", 0.5)):
        often, badly = found.multipliers(found.all_in(state))
        for multiplier in (*often, *badly):
            assert min(1.0, bound) - 1e-12 <= multiplier <= max(1.0, bound) + 1e-12


@given(st.integers(0, 23), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_the_loss_never_rises_with_a_better_control(index, a, b):
    found = risk()
    worse, better = found.prior.copy(), found.prior.copy()
    worse[index] = [1 - min(a, b), 0, min(a, b)]
    better[index] = [1 - max(a, b), 0, max(a, b)]
    assert float(found.total(better)) <= float(found.total(worse)) * (1 + 1e-12)


def test_suppliers_raise_supplier_scenarios_only():
    few = risk(vendors=[Vendor("x", "cloud")])
    many = risk(vendors=[Vendor(str(i), "cloud") for i in range(16)])
    ratio = many.rates / few.rates
    names = [f.id for f in UNIVERSE.families]
    assert ratio[names.index("supplier_outage")] == pytest.approx(4.0)
    assert ratio[names.index("ddos_outage")] == 1.0
    assert risk(vendors=[Vendor("x", "other")]).rates == pytest.approx(risk().rates)


def test_events_and_covered_shares():
    found = risk()
    events = found.events(found.prior)
    assert sum(rate * severity.mean for rate, severity in events) == pytest.approx(float(found.total(found.prior)))
    assert found.covered(["business_interruption"])[0] == pytest.approx(0.42)
    assert found.covered([]).sum() == 0


def test_other_currencies_are_converted_at_the_planning_rate():
    assert UNIVERSE.convert(Money.of(1, "CNY")) == Money.of(1, "CNY")
    assert risk(revenue=20_000_000, currency="USD").rates == pytest.approx(risk(revenue=142_000_000).rates)
    with pytest.raises(NoRate):
        risk(currency="BRL")


def broken() -> dict:
    return deepcopy(dict(flat(reference.load("universe"))))


def problems(document) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        load_universe(document)
    return {(p.field, p.code) for p in caught.value.problems}


def test_every_problem_is_told_precisely():
    document = broken()
    first = document["families"][0]
    del first["name"]["zh"]
    first["shares"] = {"business_interruption": 0.5, "fire": 0.4}
    document["families"][8]["vendors"]["categories"] = ["moon"]
    document["controls"]["edr"]["effects"][0]["scenarios"] = ["flood"]
    document["controls"]["edr"]["effects"][1]["partial"] = 9
    document["range"]["revenue"] = 3
    document["industries"]["Z"] = document["industries"].pop("A")
    document["frequencies"] = {}
    assert problems(document) == {
        ("families[0].name.zh", "document.missing_language"),
        ("families[0].shares", "document.unknown"),
        ("families[0].shares", "universe.shares"),
        ("families[8].vendors.categories", "document.unknown"),
        ("controls.edr.effects[0].scenarios", "document.unknown"),
        ("controls.edr.effects[1]", "universe.effect_order"),
        ("range.revenue", "document.not_a_list"),
        ("industries", "document.missing"),
        ("industries", "document.unknown"),
        ("frequencies", "document.unknown_key"),
        ("scenarios", "universe.split_shares"),
    }


OLD = Path(__file__).parents[3] / "validation/universe/format-1/core-1.0.0.yaml"


def test_a_release_of_format_1_still_reads_and_calculates_as_before():
    """Assessments name the release they used; replaying one must not depend on how releases look today."""
    old = load_universe(reference.read_document("universe", reference.parse(OLD.read_text())))
    assert [f.id for f in old.families] == FAMILIES.split()
    assert old.scenarios == ()
    found = company_risk(company(), old, PRIORS)
    assert found.families == old.families
    expected = yaml.safe_load((OLD.parent / "expected.yaml").read_text())
    for state, loss in expected.items():
        assert float(found.total(found.all_in(state))) == pytest.approx(loss, rel=1e-12)
