"""Hand-worked cases: folders under validation/incidents."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from seawall.core.incidents.clocks import duties, load_clocks
from seawall.core.incidents.facts import Incident
from seawall.core.incidents.grading import reporting_grade
from seawall.core.money import Money
from seawall.reference import load

ROOT = Path(__file__).parents[3] / "validation" / "incidents"
REPORTING = load("standards", "cn-incident-reporting").body
CLOCKS = load_clocks(load("standards", "notification").body)


def read(document):
    facts = dict(document)
    facts["discovered_at"] = datetime.fromisoformat(facts["discovered_at"])
    facts["anchors"] = {k: datetime.fromisoformat(v) for k, v in facts.get("anchors", {}).items()}
    facts["jurisdictions"] = frozenset(facts["jurisdictions"])
    facts["sectors"] = frozenset(facts.get("sectors", ()))
    facts["categories"] = tuple(facts.get("categories", ()))
    if "direct_loss" in facts:
        facts["direct_loss"] = Money.of(*facts["direct_loss"])
    return Incident(**facts)


@pytest.mark.parametrize("name", sorted(p.name for p in ROOT.iterdir()))
def test_golden(name):
    incident = read(json.loads((ROOT / name / "input.json").read_text()))
    expected = json.loads((ROOT / name / "expected.json").read_text())
    assert (ROOT / name / "SOURCE.md").read_text().strip()
    grade = reporting_grade(REPORTING, incident)
    assert (grade.level, grade.reportable) == (expected["grade"], expected["reportable"])
    assert [met.criterion.id for met in grade.decisive] == expected["decisive"]
    told = duties(CLOCKS, incident, {"cn_grade": grade.level})
    assert [[d.id, d.status, d.deadline and d.deadline.isoformat()] for d in told] == expected["duties"]
    for duty in told:
        assert duty.rule.law["zh"]
        assert duty.rule.to["en"]
