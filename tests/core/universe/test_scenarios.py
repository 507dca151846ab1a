"""The grains of the shipped universe fit together, and a split changes neither frequency nor loss."""

from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall import reference
from seawall.core.coverage.products import COVERS
from seawall.core.documents import flat
from seawall.core.money import Money
from seawall.core.problems import Invalid
from seawall.core.submission import Company, Vendor
from seawall.core.universe.load import load_universe
from seawall.core.universe.mix import applicable, mix
from seawall.core.universe.model import UNINSURED
from seawall.core.universe.risk import company_risk
from seawall.core.universe.threats import load_threats, unknown

UNIVERSE = load_universe(reference.load("universe"))
THREATS = load_threats(reference.load("threats", "actors"), reference.load("threats", "attack"))
PRIORS = {c.id: (0.4, 0.3, 0.3) for c in UNIVERSE.controls}
INDUSTRIES = ("A", "B06", "C36", "C3610", "C", "D44", "F", "G54", "I64", "J66", "Q84", "Q85", "S")


def company(industry="F", employees=100, critical=False, revenue=142_000_000, records=20_000, vendors=()) -> Company:
    return Company(
        "甲", "A", "CN", None, industry, Money.of(revenue, "CNY"), employees, records,
        vendors=tuple(vendors), critical_infrastructure=critical,
    )  # fmt: skip


companies = st.builds(
    company,
    industry=st.sampled_from(INDUSTRIES),
    employees=st.sampled_from([1, 300, 301, 50_000]),
    critical=st.booleans(),
    revenue=st.sampled_from([10**6, 10**8, 10**11]),
)


def test_the_library_is_large_and_every_scenario_is_whole():
    assert len(UNIVERSE.scenarios) >= 60
    assert len({s.id for s in UNIVERSE.scenarios} | {f.id for f in UNIVERSE.families}) == len(UNIVERSE.scenarios) + 12
    assert {s.pack for s in UNIVERSE.scenarios if s.pack} == set(UNIVERSE.packs)
    for scenario in UNIVERSE.scenarios:
        assert all((scenario.actors, scenario.techniques, scenario.losses)), scenario.id
        assert UNIVERSE.controls_of(scenario.id), scenario.id
        assert sum(scenario.shares.values()) == pytest.approx(1, abs=1e-9)
        assert set(scenario.shares) <= {*COVERS, UNINSURED}
        assert all((scenario.share_basis.source, scenario.ratio_basis.source)), scenario.id
    for family in UNIVERSE.families:
        assert len([s for s in UNIVERSE.of_family(family.id) if s.pack is None]) >= 3, family.id
    assert {loss for s in UNIVERSE.scenarios for loss in s.losses} == set(UNIVERSE.loss_classes)


def test_every_technique_and_actor_exists_and_each_actor_does_something():
    assert list(unknown(UNIVERSE, THREATS)) == []
    assert THREATS.version == "18.1.0"
    assert len(THREATS.techniques) == 691 + 83 + 124
    assert {THREATS.techniques[t].matrix for s in UNIVERSE.scenarios for t in s.techniques} == {
        "enterprise", "ics", "mobile",
    }  # fmt: skip
    assert {a for s in UNIVERSE.scenarios for a in s.actors} == set(THREATS.actors)
    assert "permission of The MITRE Corporation" in THREATS.notice


def test_unknown_techniques_and_actors_are_told_with_their_place():
    document = deepcopy(dict(flat(reference.load("universe"))))
    document["scenarios"][3]["techniques"].append("T9999")
    document["scenarios"][4]["actors"] = ["martians"]
    document["families"][0]["techniques"] = ["T0000"]
    found = [(p.field, p.code) for p in unknown(load_universe(document), THREATS)]
    assert found == [
        ("families[0].techniques", "universe.technique"),
        ("scenarios[3].techniques", "universe.technique"),
        ("scenarios[4].actors", "universe.actor"),
    ]


@given(companies)
@settings(max_examples=40, deadline=None)
def test_a_split_conserves_frequency_and_expected_loss_of_an_average_company(who):
    found = company_risk(who, UNIVERSE, PRIORS)
    split = found.scenarios(found.prior)
    for index, family in enumerate(found.families):
        mine = [s for s in split if s.scenario.family == family.id]
        assert sum(s.rate for s in mine) == pytest.approx(found.rates[index], rel=1e-12)
        assert sum(s.expected for s in mine) == pytest.approx(found.rates[index] * found.means[index], rel=1e-12)
        assert sum(family.shares.values()) == pytest.approx(1, abs=1e-9)
    assert found.total(found.prior) == pytest.approx(found.rates @ found.means)


@given(companies, st.integers(0, 2**31))
@settings(max_examples=20, deadline=None)
def test_scenarios_add_up_to_their_families_under_any_belief(who, seed):
    found = company_risk(who, UNIVERSE, PRIORS)
    beliefs = np.random.default_rng(seed).dirichlet([1, 1, 1], size=len(found.controls))
    by_family = dict.fromkeys([f.id for f in found.families], 0.0)
    for struck in found.scenarios(beliefs):
        by_family[struck.scenario.family] += struck.expected
    assert list(by_family.values()) == pytest.approx(found.expected(beliefs).tolist(), rel=1e-12)


def test_certainties_take_a_short_cut_to_the_same_numbers():
    found = company_risk(company("C36"), UNIVERSE, PRIORS)
    sure = found.all_in("absent")
    sure[3:9] = np.eye(3)[2]
    nearly = sure * (1 - 1e-13) + 1e-13 / 3
    assert found.expected(nearly) == pytest.approx(found.expected(sure), rel=1e-9)


@pytest.mark.parametrize(
    ("who", "packs"),
    [
        (company("F", employees=1000), set()),
        (company("F", employees=300), {"small_business"}),
        (company("C", employees=1000), {"industrial_control"}),
        (company("C3610", employees=1000), {"industrial_control", "connected_vehicles"}),
        (company("Q84", employees=1000), {"healthcare"}),
        (company("Q85", employees=1000), set()),
        (company("I64", employees=1000, critical=True), {"telecom_internet", "critical_operators"}),
    ],
)
def test_packs_apply_to_their_industries_and_to_declared_attributes_only(who, packs):
    assert {s.pack for s in applicable(UNIVERSE, who) if s.pack} == packs


def test_where_a_pack_applies_general_scenarios_keep_the_rest():
    parts = {p.scenario.id: p.weight for p in mix(UNIVERSE, company("Q84", employees=1000)) if p.scenario}
    assert parts["ransomware_hospital"] == pytest.approx(0.5)
    assert parts["ransomware_exploit"] == pytest.approx(0.29 * 0.5)
    crowded = mix(UNIVERSE, company("C36", employees=10, critical=True))
    special = sum(p.weight for p in crowded if p.scenario and p.scenario.pack and p.scenario.family == "system_failure")
    assert special == pytest.approx(0.9)


def test_a_control_acts_on_the_part_it_concerns():
    found = company_risk(company("F", employees=1000), UNIVERSE, PRIORS)
    fixed = found.prior.copy()
    fixed[found.controls.index("payment_verification")] = [0, 0, 1]
    before = {s.scenario.id: s.expected for s in found.scenarios(found.prior)}
    after = {s.scenario.id: s.expected for s in found.scenarios(fixed)}
    assert after["payment_diversion"] < 0.8 * before["payment_diversion"]
    assert after["mailbox_takeover"] == pytest.approx(before["mailbox_takeover"])


def test_supply_scenarios_of_vendors_follow_declared_suppliers():
    rates = []
    for count in (1, 9):
        found = company_risk(company(vendors=[Vendor("a", "cloud")] * count), UNIVERSE, PRIORS)
        rates.append({s.scenario.id: s.rate for s in found.scenarios(found.prior)})
    assert rates[1]["cloud_region_outage"] == pytest.approx(3 * rates[0]["cloud_region_outage"])
    assert rates[1]["bad_change"] == rates[0]["bad_change"]


def test_risks_beside_cyber_are_named_and_carry_no_cover():
    assert {o.id for o in UNIVERSE.other_risks if o.side == "internal"} == {
        "strategic_risk", "financial_risk", "operational_risk", "process_risk",
    }  # fmt: skip
    assert {o.id for o in UNIVERSE.other_risks if o.side == "external"} == {
        "legal_risk", "technology_risk", "market_risk", "industry_risk",
    }  # fmt: skip
    assert not {o.id for o in UNIVERSE.other_risks} & {f.id for f in UNIVERSE.families}
    classes = UNIVERSE.loss_classes
    assert not any(classes[code].covers for code in ("property", "commercial_value", "safety", "funds"))
    assert classes["reputation"].covers == ("public_relations",)


def broken(change) -> set[tuple[str, str]]:
    document = deepcopy(dict(flat(reference.load("universe"))))
    change(document)
    with pytest.raises(Invalid) as caught:
        load_universe(document)
    return {(p.field, p.code) for p in caught.value.problems}


def test_every_problem_of_a_scenario_is_told():
    def change(document):
        first, second = document["scenarios"][:2]
        del first["name"]["zh"]
        first["frequency"]["share"] = 0.28
        first["losses"] = ["luck"]
        first["leads_to"] = ["nowhere"]
        second["id"] = "ransomware_encryption"
        second["pack"] = "agriculture"
        document["packs"]["healthcare"]["industries"] = ["Q99"]
        document["packs"]["critical_operators"]["attributes"] = ["wealth"]
        document["loss_classes"]["safety"]["covers"] = ["life"]
        document["other_risks"][0]["families"] = ["flood"]

    assert broken(change) == {
        ("scenarios[0].name.zh", "document.missing_language"),
        ("scenarios[0].losses", "document.unknown"),
        ("scenarios[0].leads_to", "document.unknown"),
        ("scenarios[1].pack", "document.unknown"),
        ("scenarios", "document.twice"),
        ("scenarios", "universe.split"),
        ("scenarios", "universe.split_mean"),
        ("scenarios", "universe.split_shares"),
        ("packs.healthcare.industries", "document.unknown"),
        ("packs.critical_operators.attributes", "document.unknown"),
        ("loss_classes.safety.covers", "document.unknown"),
        ("other_risks[0].families", "document.unknown"),
        ("controls.mfa_remote.effects[3].scenarios", "document.unknown"),
    }


def test_a_pack_may_not_take_all_of_a_family():
    def change(document):
        for scenario in document["scenarios"]:
            if scenario["id"] == "ransomware_hospital":
                scenario["frequency"]["share"] = 0.95

    assert broken(change) == {("scenarios", "universe.pack_share")}
