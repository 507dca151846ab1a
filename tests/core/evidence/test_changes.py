"""What changed between two looks, and what a rule table makes of it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from seawall.core.evidence.alerts import judge, load_rules
from seawall.core.evidence.changes import Change, compare, fingerprint, known, not_repeated
from seawall.core.evidence.items import FINDING_STATES, NOT_APPLICABLE, SEVERITIES, Finding, finding_id
from seawall.core.problems import Invalid

AT = datetime(2026, 3, 1, tzinfo=UTC)


def finding(state: str, severity: str = "high", check: str = "SW-EXP-01", asset: str = "a.example") -> Finding:
    reason = "timeout" if state == "could_not_check" else ""
    return Finding(check, asset, state, severity, AT, {"port": 3389}, reason)  # type: ignore[arg-type]


NOT_ANY_MORE = Finding("SW-EXP-01", "a.example", "could_not_check", "info", AT, {}, NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (None, "found", "appeared"),
        (None, "not_found", None),
        (None, "could_not_check", None),
        ("found", "found", None),
        ("found", "not_found", "resolved"),
        ("found", "could_not_check", None),
        ("found", None, None),
        ("found", "not_applicable", None),
        ("not_found", "found", "appeared"),
        ("not_found", "not_found", None),
        ("not_found", "could_not_check", None),
        ("not_found", None, None),
        ("not_found", "not_applicable", None),
    ],
)
def test_every_pair_of_states(before: str | None, after: str | None, kind: str | None) -> None:
    was = known([[finding(before)] if before else []])
    now = [NOT_ANY_MORE if after == "not_applicable" else finding(after)] if after else []
    assert [change.kind for change in compare(was, now)] == ([kind] if kind else [])
    unseen = before is not None and after in ("could_not_check", None)
    assert [change.kind for change in not_repeated(was, now)] == (["could_not"] if unseen else [])


def test_the_policy_of_a_vanished_record_is_no_change_and_no_failure() -> None:
    was = known([[finding("found", check="SW-MAIL-04"), finding("not_found", check="SW-MAIL-03")]])
    gone = Finding("SW-MAIL-04", "a.example", "could_not_check", "info", AT, {}, NOT_APPLICABLE)
    now = [finding("found", check="SW-MAIL-03"), gone]
    assert [(c.check, c.kind) for c in compare(was, now)] == [("SW-MAIL-03", "appeared")]
    assert not_repeated(was, now) == ()
    # Published again and strict: only now is the old fault seen to be gone.
    later = known([[finding("found", check="SW-MAIL-04")], now])
    back = [finding("not_found", check="SW-MAIL-04")]
    assert [(c.check, c.kind) for c in compare(later, back)] == [("SW-MAIL-04", "resolved")]


def test_a_finding_keeps_its_id_whatever_it_says() -> None:
    first = finding("found", "low")
    later = Finding("SW-EXP-01", "A.example.", "not_found", "info", datetime(2027, 1, 1, tzinfo=UTC), {"x": 1})
    assert first.id == later.id
    assert len({first.id, finding("found", asset="b.example").id, finding("found", check="SW-EXP-02").id}) == 3
    assert finding_id("c", "a", "1") != finding_id("c", "a", "2")


@pytest.mark.parametrize(("before", "after"), list(product(SEVERITIES, SEVERITIES)))
def test_a_fault_is_worse_when_it_is_graver(before: str, after: str) -> None:
    changes = compare(known([[finding("found", before)]]), [finding("found", after)])
    worse = SEVERITIES.index(after) > SEVERITIES.index(before)  # type: ignore[arg-type]
    assert [change.kind for change in changes] == (["worsened"] if worse else [])


def test_what_could_not_be_checked_is_neither_gone_nor_new() -> None:
    looks = [[finding("found")], [finding("could_not_check")], []]
    assert compare(known(looks), [finding("found")]) == ()
    (change,) = compare(known(looks), [finding("not_found")])
    assert change.kind == "resolved"
    assert change.before == finding("found")


def test_changes_come_in_one_order_and_per_asset() -> None:
    after = [finding("found", asset=asset, check=check) for check in ("SW-WEB-01", "SW-EXP-01") for asset in ("b", "a")]
    changes = compare({}, after)
    assert [(c.check, c.asset) for c in changes] == sorted((f.check, f.asset) for f in after)


def test_the_fingerprint_depends_on_content_and_not_on_order() -> None:
    looks = [finding(state, asset=state) for state in FINDING_STATES]
    assert fingerprint(looks) == fingerprint(reversed(looks))
    assert len({fingerprint(looks[:n]) for n in range(4)}) == 4
    assert fingerprint([finding("found", "low")]) != fingerprint([finding("found", "high")])


def a_rule(**changes: Any) -> dict[str, Any]:
    return {"id": "r", "effect": "never", "reason": {"zh": "因", "en": "why"}, **changes}


def a_change(kind: str, severity: str = "high", check: str = "SW-EXP-01") -> Change:
    found = finding("found", severity, check)
    return Change(check, "a", kind, found, None if kind == "could_not" else found)  # type: ignore[arg-type]


def test_the_first_rule_that_fits_decides() -> None:
    rules = load_rules(
        {
            "rules": [
                a_rule(id="gone", changes=["resolved"]),
                a_rule(id="desk", checks=["SW-EXP-01"], effect="now", grace_days=3, clause="CO-05"),
                a_rule(id="grave", severities=["critical", "high"], effect="renewal"),
                a_rule(id="rest"),
            ]
        },
        ["SW-EXP-01", "SW-DNS-01"],
    )
    for change, expected in (
        (a_change("resolved"), "gone"),
        (a_change("appeared"), "desk"),
        (a_change("could_not"), "desk"),
        (a_change("appeared", check="SW-DNS-01"), "grave"),
        (a_change("appeared", "low", "SW-DNS-01"), "rest"),
    ):
        verdict = judge(change, rules)
        assert verdict.rule.id == expected
        assert verdict.severity == (change.before or finding("found")).severity
    assert judge(Change("c", "a", "could_not", None, None), rules).severity == "info"
    assert (rules[1].grace_days, rules[2].grace_days) == (3, 0)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"rules": []}, "alerts.no_last_rule"),
        ({"rules": [a_rule(changes=["resolved"])]}, "alerts.no_last_rule"),
        ({"rules": [a_rule(id="x", checks=["SW-NO-1"]), a_rule()]}, "document.unknown"),
        ({"rules": [a_rule(id="x", changes=["vanished"]), a_rule()]}, "document.unknown"),
        ({"rules": [a_rule(id="x", severities=["dire"]), a_rule()]}, "document.unknown"),
        ({"rules": [a_rule(), a_rule()]}, "document.twice"),
        ({"rules": [a_rule(effect="soon")]}, "document.unknown"),
        ({"rules": [a_rule(effect="now")]}, "document.not_a_number"),
        ({"rules": [a_rule(colour="red")]}, "document.unknown_key"),
        ({"rules": [a_rule(reason={"zh": "因"})]}, "document.missing_language"),
    ],
)
def test_faults_of_a_rule_table_are_told(document: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        load_rules(document, ["SW-EXP-01"])
    assert code in {problem.code for problem in refused.value.problems}


def test_the_table_that_ships_answers_every_change_of_every_check() -> None:
    from seawall import reference
    from seawall.core.evidence.changes import KINDS
    from seawall.core.evidence.observations import Checks

    checks = Checks.load(reference.load("checks").body).checks
    rules = load_rules(reference.load("alerts").body, checks)
    clauses = {clause["id"] for clause in _clauses(reference.load("wordings").body)}
    effects = {}
    for check, kind in product(checks.values(), KINDS):
        found = finding("found", check.severity, check.id)
        effects[check.id, kind] = judge(Change(check.id, "a", kind, found, found), rules).rule
    assert {rule.clause for rule in rules if rule.effect == "now"} <= clauses
    assert effects["SW-EXP-01", "appeared"].effect == "now"
    assert effects["SW-HTTP-03", "appeared"].effect == "renewal"
    assert effects["SW-HTTP-07", "appeared"].effect == "never"
    assert {rule.effect for (_, kind), rule in effects.items() if kind in ("resolved", "could_not")} == {"never"}


def _clauses(body: Any) -> list[Any]:
    if isinstance(body, dict):
        own = [body] if isinstance(body.get("id"), str) and "text" in body else []
        return own + [found for value in body.values() for found in _clauses(value)]
    return [found for value in body for found in _clauses(value)] if isinstance(body, list) else []
