"""Hand-judged claims: folders under validation/liability."""

import json
from pathlib import Path

import pytest

from seawall.core.liability.document import read_claim
from seawall.core.liability.gates import determine
from seawall.core.liability.wording import load_wording
from seawall.reference import load

ROOT = Path(__file__).parents[3] / "validation" / "liability"
WORDING = load_wording(load("wordings", "seawall-cyber-2026").body, id="seawall-cyber-2026", version="1.0")


@pytest.mark.parametrize("name", sorted(p.name for p in ROOT.iterdir()))
def test_golden(name):
    claim = read_claim(json.loads((ROOT / name / "input.json").read_text()), WORDING)
    expected = json.loads((ROOT / name / "expected.json").read_text())
    assert (ROOT / name / "SOURCE.md").read_text().strip()
    determination = determine(claim, WORDING)
    assert determination.outcome == expected["outcome"]
    for item in determination.items:
        outcome, clause = expected["items"][item.item]
        assert item.outcome == outcome
        if clause is not None:
            gate = next(g for g in item.gates if g.outcome == outcome)
            assert gate.deciding[0].clause == clause
            assert gate.deciding[0].would_change["zh"]
    if "reductions" in expected:
        assert [r.clause for r in determination.items[0].reductions] == expected["reductions"]
    if "missing" in expected:
        assert list(determination.items[0].missing) == expected["missing"]
    json.dumps(determination.as_dict(), ensure_ascii=False)
