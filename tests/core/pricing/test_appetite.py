from decimal import Decimal

import pytest

from seawall.core.pricing.appetite import decide, load_appetite
from seawall.core.problems import Invalid
from seawall.reference import load

APPETITE = load_appetite(load("appetite", "cn-2026").body)
GOOD = {"absent": 0.05, "partial": 0.15, "present": 0.8}
CONTROLS = (
    "mfa_remote",
    "mfa_mail",
    "mfa_admin",
    "edr",
    "backup_offline",
    "backup_tested",
    "exposed_services",
    "patching",
    "payment_verification",
)


def facts(**changes):
    base = {
        "section": "C",
        "industry": "C27",
        "revenue": Decimal(300_000_000),
        "limit": Decimal(7_700_000),
        "records": 20000,
        "score": 72,
        "mlps_level": 2,
        "critical_infrastructure": False,
        "controls": dict.fromkeys(CONTROLS, GOOD),
    }
    return {**base, **changes}


def controls(**states):
    bad = {"absent": 0.9, "partial": 0.05, "present": 0.05}
    return {**dict.fromkeys(CONTROLS, GOOD), **dict.fromkeys(states, bad)}


def test_a_good_risk_is_accepted_by_an_underwriter():
    decision = decide(APPETITE, facts())
    assert (decision.outcome, decision.rule_ids) == ("accept", ())
    assert decision.authority is not None
    assert decision.authority.role == "underwriter"


@pytest.mark.parametrize(
    ("changes", "outcome", "rules"),
    [
        ({"section": "T"}, "decline", ("AP-01",)),
        ({"limit": Decimal(100_000_001)}, "decline", ("AP-02", "AP-18")),
        ({"controls": controls(mfa_remote=1)}, "refer", ("AP-04",)),
        ({"controls": controls(mfa_remote=1, exposed_services=1)}, "decline", ("AP-03", "AP-04", "AP-10")),
        ({"controls": controls(backup_offline=1, backup_tested=1)}, "decline", ("AP-08", "AP-09")),
        ({"controls": controls(payment_verification=1)}, "refer", ("AP-12",)),
        ({"score": 39}, "refer", ("AP-13",)),
        ({"score": 19}, "decline", ("AP-13", "AP-14")),
        ({"critical_infrastructure": True}, "refer", ("AP-15",)),
        ({"section": "J", "mlps_level": 0}, "refer", ("AP-16",)),
        ({"records": 10_000_001}, "refer", ("AP-17",)),
        ({"limit": Decimal(30_000_001)}, "refer", ("AP-18",)),
    ],
)
def test_gates(changes, outcome, rules):
    decision = decide(APPETITE, facts(**changes))
    assert (decision.outcome, decision.rule_ids) == (outcome, rules)
    assert all(fired.reason["zh"] and fired.remedy["en"] for fired in decision.fired)


def test_what_is_not_known_is_referred_never_waved_through():
    decision = decide(APPETITE, facts(score=None))
    assert decision.outcome == "refer"
    assert [(f.rule, f.missing) for f in decision.fired] == [("AP-13", ("score",))]
    unknown = decide(APPETITE, {})
    assert unknown.outcome == "refer"
    assert unknown.authority is None


def test_authority_rises_with_limit_and_ends_somewhere():
    roles = {
        limit: decide(APPETITE, facts(limit=Decimal(limit))).authority for limit in (10**7, 10**7 + 1, 3 * 10**7 + 1)
    }
    assert [a.role for a in roles.values() if a] == ["underwriter", "senior_underwriter", "head_of_underwriting"]
    giant = decide(APPETITE, facts(revenue=Decimal(60_000_000_000)))
    assert (giant.outcome, giant.authority) == ("refer", None)


def test_a_broken_appetite_tells_all():
    with pytest.raises(Invalid) as refused:
        load_appetite(
            {
                "rules": [
                    {"id": "a", "outcome": "maybe", "when": 3},
                    {
                        "id": "a",
                        "outcome": "refer",
                        "when": {"all": []},
                        "reason": {"zh": "甲", "en": "a"},
                        "remedy": {"zh": "甲", "en": "a"},
                    },
                ],
                "authorities": [{"limit": "x"}],
            }
        )
    fields = [p.field for p in refused.value.problems]
    assert "appetite.rules.0.outcome" in fields
    assert "appetite.rules.1.id" in fields
    assert "appetite.authorities.0.revenue" in fields
    with pytest.raises(Invalid):
        load_appetite({})
