"""Hand-adjusted claims: folders under validation/adjusting."""

import json
from pathlib import Path

import pytest

from seawall.core.adjusting.document import replay
from seawall.core.adjusting.worksheet import load_costs
from seawall.core.decimals import plain
from seawall.reference import load

ROOT = Path(__file__).parents[3] / "validation" / "adjusting"
COSTS = load_costs(load("wordings", "seawall-cyber-2026").body)


@pytest.mark.parametrize("name", sorted(p.name for p in ROOT.iterdir()))
def test_golden(name):
    document = json.loads((ROOT / name / "input.json").read_text())
    expected = json.loads((ROOT / name / "expected.json").read_text())
    assert (ROOT / name / "SOURCE.md").read_text().strip()
    settlement = replay(document, COSTS)
    told = settlement.as_dict()
    for sheet in settlement.worksheets:
        sums = {"claimed": plain(sheet.claimed.amount), "covered": plain(sheet.covered.amount)}
        assert sums == expected["worksheets"][sheet.cover]
    found = [
        [sheet["cover"], line["id"], d["reason"], d["clause"], d["amount"]]
        for sheet in told["worksheets"]
        for line in sheet["lines"]
        for d in line["deductions"]
    ]
    if "deductions" in expected:
        assert sorted(found) == sorted(expected["deductions"])
    assert told["bridge"]["spans"] == expected["spans"]
    assert told["bridge"]["total"] == expected["total"]
    assert replay(json.loads(json.dumps(document)), COSTS).as_dict() == told
