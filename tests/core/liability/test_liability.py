import json
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.core.liability.claim import Claim, Fact, Item, PolicyFacts
from seawall.core.liability.document import read_claim
from seawall.core.liability.gates import determine
from seawall.core.liability.wording import load_wording
from seawall.core.money import Money
from seawall.core.period import Period
from seawall.core.problems import Invalid
from seawall.reference import load

BODY = load("wordings", "seawall-cyber-2026").body
WORDING = load_wording(BODY)
T = {"zh": "甲", "en": "a"}
RANSOMWARE = json.loads(
    (Path(__file__).parents[3] / "validation" / "liability" / "ransomware-in-china" / "input.json").read_text()
)
COVERS = (
    "business_interruption",
    "extortion",
    "data_security_liability",
    "data_breach_liability",
    "data_restoration",
    "public_relations",
    "notification",
    "ddos_defence",
    "defence_costs",
    "regulatory_monitoring",
)


def outcome(item=2, policy=None, **facts):
    document = deepcopy(RANSOMWARE)
    document["items"] = [document["items"][item]]
    document["policy"] |= policy or {}
    for name, value in facts.items():
        where, key = (
            (document["items"][0]["facts"], name[5:]) if name.startswith("item_") else (document["facts"], name)
        )
        where[key] = {"value": value, "evidence": ["x"]}
    return determine(read_claim(document, WORDING), WORDING).items[0]


def deciding(result):
    gate = next(g for g in result.gates if g.outcome == result.outcome)
    return gate.gate, gate.deciding[0].clause


def test_every_cover_has_its_agreement_and_every_cost_kind_is_a_choice():
    agreements = {cover: c.id for c in WORDING.clauses if c.kind == "agreement" for cover in c.covers or ()}
    assert tuple(agreements) == COVERS
    assert list(agreements.values()) == [f"IA-{n:02}" for n in range(1, 11)]
    assert set(WORDING.facts["item.cost_kind"].choices) == set(BODY["cost_kinds"])
    assert {c.kind for c in WORDING.clauses} == {"agreement", "definition", "exclusion", "condition"}


def test_a_good_claim_passes_all_three_gates_with_its_evidence():
    result = outcome()
    assert result.outcome == "passed"
    assert [(g.gate, g.outcome, g.reached) for g in result.gates] == [
        ("liable", "passed", True),
        ("proven", "passed", True),
        ("scope", "passed", True),
    ]
    first = next(r for r in result.gates[0].reasons if r.clause == "CO-01")
    assert first.facts == (("discovered_in_period", "yes"),)
    assert first.evidence == ("soc-ticket-88",)
    assert result.gates[0].deciding == result.gates[0].reasons


@pytest.mark.parametrize(
    ("facts", "clause"),
    [
        ({"known_before_inception": True}, "EX-02"),
        ({"war": True}, "EX-03"),
        ({"state_operation": True, "state_operation_in_war": True}, "EX-03"),
        ({"state_operation": True, "major_detriment_to_state": True, "bystanding_asset": False}, "EX-03"),
        ({"cause": "infrastructure_failure", "infrastructure_under_control": False}, "EX-04"),
        ({"intentional_by_management": True}, "EX-07"),
        ({"unlawful_collection": True}, "EX-11"),
        ({"disclosure_breach": "intentional"}, "CN-01"),
        ({"disclosure_breach": "gross_negligence", "disclosure_material": True}, "CN-01"),
        ({"risk_increase_unnotified": True, "risk_increase_caused": True}, "CN-05"),
        ({"event_invented": True}, "CN-06"),
        ({"occurred_at": "2026-03-03T00:00:00+08:00"}, "CO-03"),
        ({"security_undertaking_kept": False, "undertaking_breach_contributed": True}, "CO-05"),
    ],
)
def test_the_first_gate_fails_with_its_clause(facts, clause):
    result = outcome(**facts)
    assert result.outcome == "failed"
    assert deciding(result) == ("liable", clause)
    assert [g.reached for g in result.gates] == [True, False, False]


@pytest.mark.parametrize(
    "facts",
    [
        {"state_operation": True, "major_detriment_to_state": True, "bystanding_asset": True},
        {"cause": "infrastructure_failure", "infrastructure_under_control": True},
        {"disclosure_breach": "minor"},
        {"risk_increase_unnotified": True, "risk_increase_caused": False},
        {"security_undertaking_kept": False, "undertaking_breach_contributed": False},
        {"notified_at": "2026-03-20T09:00:00+08:00", "insurer_knew": True},
        {"item_consent": False, "item_emergency": True},
    ],
)
def test_carve_backs_let_it_pass(facts):
    assert outcome(**facts).outcome == "passed"


def test_the_other_gates():
    assert deciding(outcome(item_documented=False)) == ("proven", "CO-07")
    assert deciding(outcome(item_caused_by_event=False)) == ("proven", "CO-08")
    assert deciding(outcome(item_cost_kind="improvement")) == ("scope", "IA-05")
    assert deciding(outcome(3, item_cost_kind="maintenance")) == ("scope", "EX-06")
    assert deciding(outcome(1, item_consent=False, item_emergency=False)) == ("scope", "CO-06")
    assert deciding(outcome(1, item_cost_kind="fine")) == ("scope", "CN-04")
    assert deciding(outcome(sanctions=True)) == ("scope", "EX-12")
    assert [r.clause for r in outcome(item_overstated=True).reductions] == ["CN-07"]
    assert [r.clause for r in outcome(item_reasonable=False).reductions] == ["CO-09"]


def test_an_exclusion_nobody_explained_has_no_effect():
    result = outcome(known_before_inception=True, exclusions_explained=False)
    assert result.outcome == "passed"
    reason = next(r for r in result.gates[0].reasons if r.clause == "EX-02")
    assert (reason.outcome, reason.effect) == ("not_effective", "none")
    assert reason.law is not None
    assert reason.law["zh"] == "保险法第十七条"


def test_whether_it_was_explained_is_for_the_insurer_to_show():
    result = outcome(known_before_inception=True, exclusions_explained=None)
    reason = next(r for r in result.gates[0].reasons if r.clause == "EX-02")
    assert (result.outcome, reason.outcome, reason.burden) == ("needs_evidence", "unknown", "insurer")
    assert reason.missing == ("exclusions_explained",)


def test_missing_facts_are_named_by_what_must_be_brought():
    result = outcome(discovered_at=None)
    assert result.outcome == "needs_evidence"
    assert deciding(result) == ("liable", "CO-01")
    assert "discovered_at" in result.missing
    assert "discovered_in_period" not in result.missing


def test_a_retroactive_date_reaches_back():
    early = {"occurred_at": "2025-12-20T10:00:00+08:00"}
    assert deciding(outcome(**early)) == ("liable", "EX-01")
    assert outcome(policy={"retroactive_date": "2025-12-01"}, **early).outcome == "passed"


FACTS = {name: spec for name, spec in WORDING.facts.items() if spec.kind in ("yes_no", "choice")}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_ransom_in_virtual_currency_fails_in_china_whatever_else(data):
    stated, own = {}, {}
    for name, spec in FACTS.items():
        choices = (True, False) if spec.kind == "yes_no" else spec.choices
        value = data.draw(st.sampled_from([None, *choices]), label=name)
        (own if name.startswith("item.") else stated)[name.removeprefix("item.")] = Fact(value)
    policy = PolicyFacts(Period(date(2026, 1, 1), date(2027, 1, 1)), frozenset(COVERS), "CN", UTC)
    item = Item("r", "extortion", Money.of(1, "CNY"), "virtual_currency", own)
    result = determine(Claim(policy, stated, (item,)), WORDING)
    assert result.outcome == "failed"
    reasons = {r.clause: r for r in result.items[0].gates[2].reasons}
    assert reasons["CN-02"].outcome == "breached"


def test_elsewhere_virtual_currency_is_not_barred():
    assert outcome(0, policy={"jurisdiction": "SG"}).outcome == "passed"


def test_items_decide_together():
    document = deepcopy(RANSOMWARE)
    document["items"] = [*document["items"][:1], deepcopy(document["items"][1])]
    document["items"][1]["facts"]["documented"] = {"value": None}
    assert determine(read_claim(document, WORDING), WORDING).outcome == "needs_evidence"


def test_programming_errors():
    policy = PolicyFacts(Period(date(2026, 1, 1), date(2027, 1, 1)), frozenset(), "CN", UTC)
    with pytest.raises(ValueError, match="at least one"):
        determine(Claim(policy, {}, ()), WORDING)
    naive = {"occurred_at": Fact(datetime(2026, 1, 1))}  # noqa: DTZ001
    with pytest.raises(ValueError, match="aware"):
        determine(Claim(policy, naive, (Item("a", "extortion", Money.of(1, "CNY")),)), WORDING)
    with pytest.raises(KeyError):
        WORDING.clause("XX-99")


def test_a_broken_wording_tells_all():
    body = {
        "explanation_clause": "ZZ-01",
        "facts": {"a": {"kind": "colour", "title": T}, "b": 3},
        "clauses": [
            3,
            {"id": "A", "kind": "agreement", "title": T, "text": T, "law": T, "test": 3},
            {
                "id": "A",
                "kind": "exclusion",
                "title": T,
                "text": T,
                "test": {
                    "gate": "liable",
                    "holds": {"fact": "ghost", "is": 1},
                    "would_change": T,
                    "effect": "x",
                    "burden": "y",
                },
            },
        ],
    }
    with pytest.raises(Invalid) as refused:
        load_wording(body)
    found = {(p.field, p.code) for p in refused.value.problems}
    assert {
        ("wording.facts.a.kind", "wording.choice"),
        ("wording.facts.b.title.zh", "text.missing"),
        ("wording.clauses.0.id", "wording.duplicate_clause"),
        ("wording.clauses.1.test.gate", "wording.choice"),
        ("wording.clauses.2.id", "wording.duplicate_clause"),
        ("wording.clauses.2.test", "wording.unknown_fact"),
        ("wording.clauses.2.test.effect", "wording.choice"),
        ("wording.explanation_clause", "wording.unknown_clause"),
    } <= found


def test_a_claim_file_tells_all_its_faults():
    with pytest.raises(Invalid) as refused:
        read_claim(
            {
                "policy": {"start": "soon", "end": "2026-01-01", "utc_offset_hours": 99, "retroactive_date": "x"},
                "facts": {
                    "ghost": True,
                    "discovered_in_period": True,
                    "war": "maybe",
                    "cause": "magic",
                    "occurred_at": "2026-01-01T00:00:00",
                    "discovered_at": "x",
                    "notified_at": None,
                },
                "items": [
                    {"id": "a", "cover": "extortion", "amount": "lots", "paid_in": "gold"},
                    {"id": "a", "cover": "extortion", "amount": 1, "currency": "ZZZ"},
                ],
            },
            WORDING,
        )
    assert [(p.field.removeprefix("claim."), p.code) for p in refused.value.problems] == [
        ("policy.start", "claim.not_a_date"),
        ("policy.utc_offset_hours", "claim.offset"),
        ("policy.retroactive_date", "claim.not_a_date"),
        ("facts.ghost", "wording.unknown_fact"),
        ("facts.discovered_in_period", "wording.unknown_fact"),
        ("facts.war", "claim.yes_no"),
        ("facts.cause", "wording.choice"),
        ("facts.occurred_at", "claim.not_a_moment"),
        ("facts.discovered_at", "claim.not_a_moment"),
        ("items.0.paid_in", "wording.choice"),
        ("items.0.amount", "money.not_an_amount"),
        ("currency", "money.unknown_currency"),
        ("items", "claim.duplicate_item"),
    ]
    with pytest.raises(Invalid) as empty:
        read_claim({"policy": {"start": "2026-01-02", "end": "2026-01-01"}}, WORDING)
    assert [p.code for p in empty.value.problems] == ["claim.period", "claim.no_items"]
