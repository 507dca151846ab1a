"""Playbooks and first look: the documents that ship, and documents with faults."""

from __future__ import annotations

from typing import Any

import pytest

from seawall import reference
from seawall.core.incidents.categories import load_categories
from seawall.core.incidents.playbooks import PHASES, choose, first_look, load_playbook
from seawall.core.problems import Invalid

CATEGORIES = load_categories(reference.load("standards", "gbt20986-2023").body)
SHIPPED = {d.header.id: load_playbook(d.body, CATEGORIES) for d in reference.available("playbooks")}
FIRST = reference.load("triage").body


def a_step(**changes: Any) -> dict[str, Any]:
    words = {"zh": "字", "en": "words"}
    step = {"key": "k", "phase": "contain", "bearer": "insured", "due_minutes": 30, "title": words, "detail": words}
    return {**step, **changes}


def test_every_category_has_one_playbook() -> None:
    named = [code for playbook in SHIPPED.values() for code in playbook.categories]
    assert len(named) == len(set(named))
    assert sum(not playbook.categories for playbook in SHIPPED.values()) == 1
    for code in CATEGORIES:
        assert choose(SHIPPED.values(), code).steps


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("MI-07", "ransomware"),
        ("DSI-03", "data-breach"),
        ("DSI-04", "mail-fraud"),
        ("NAI-08", "outage"),
        ("NAI-09", "web-tampering"),
        ("MI-01", "general"),
        ("FF-02", "outage"),
    ],
)
def test_the_code_goes_before_its_class(code: str, expected: str) -> None:
    assert choose(SHIPPED.values(), code) is SHIPPED[expected]


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_steps_run_forward_and_begin_within_the_hour(name: str) -> None:
    steps = SHIPPED[name].steps
    phases = [PHASES.index(step.phase) for step in steps]
    assert phases == sorted(phases)
    assert steps[0].due_minutes <= 60
    services = {key for p in reference.available("products") for key in _words(p.body)}
    assert {step.service for step in steps if step.service} <= services


def _words(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {str(key) for key in value} | {word for item in value.values() for word in _words(item)}
    if isinstance(value, list):
        return {word for item in value for word in _words(item)}
    return {str(value)}


def test_a_step_waits_until_its_facts_are_known() -> None:
    playbook = SHIPPED["ransomware"]
    held = {step.key for step in playbook.steps_for({"backups_hit": True})}
    assert "rebuild_plan" in held
    for facts in ({}, {"backups_hit": False}):
        assert {step.key for step in playbook.steps_for(facts)} == held - {"rebuild_plan"}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ("ordinary", "minor", "minor", "ABI-03")),
        ({"encrypted": True, "backups_hit": True}, ("ordinary", "especially_serious", "minor", "MI-07")),
        ({"encrypted": True, "mlps_level": 3}, ("important", "serious", "minor", "MI-07")),
        (
            {"ransom_note": True, "operator": "critical_infrastructure"},
            ("especially_important", "larger", "minor", "MI-07"),
        ),
        ({"people_affected": 1_000_000}, ("ordinary", "minor", "serious", "DSI-03")),
        ({"personal_data": True, "people_affected": 20_000}, ("ordinary", "minor", "larger", "DSI-03")),
    ],
)
def test_the_first_look(facts: dict[str, Any], expected: tuple[str, ...]) -> None:
    found = first_look(FIRST, facts)
    assert (found.importance, found.business_loss, found.social_harm, found.category) == expected


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"categories": [], "steps": []}, "incident.no_rows"),
        ({"categories": ["XX"], "steps": [a_step()]}, "incident.unknown_category"),
        ({"steps": [a_step(), a_step()]}, "document.twice"),
        ({"steps": [a_step(phase="later")]}, "document.unknown"),
        ({"steps": [a_step(due_minutes=0)]}, "document.out_of_range"),
        ({"steps": [a_step(when={"fact": "x"})]}, "condition.not_a_condition"),
    ],
)
def test_faults_of_a_playbook_are_told(document: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        load_playbook(document, CATEGORIES)
    assert code in {problem.code for problem in refused.value.problems}


def test_faults_of_the_first_look_are_told() -> None:
    for broken in ({}, {**FIRST, "category": {"rules": [{"is": "MI-07"}], "otherwise": "ABI-03"}}):
        with pytest.raises(Invalid):
            first_look(broken, {})
