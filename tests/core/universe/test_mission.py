"""The mission's risks against the library: each row names what carries it."""

import re
from pathlib import Path

from seawall import reference
from seawall.core.universe.load import load_universe

PAGE = (Path(__file__).parents[3] / "docs/mission.md").read_text(encoding="utf-8")
ROWS = dict(
    re.findall(r"^\| (S\d+) \| scenarios ([a-z0-9_, ]+): `src/seawall/reference/universe/core.yaml`", PAGE, re.M)
)
UNIVERSE = load_universe(reference.load("universe"))
RISKS = (
    "S046 S047 S106 S113 S114 S115 S116 S117 S118 S119 S120 S121 S122 S123 S124 S125 S126 S127 S128 S129 S131 S133 S134"
    " S135 S136 S139 S140 S142 S143 S144 S150 S151 S273"
)


def test_every_risk_of_the_mission_stands_in_the_library() -> None:
    assert set(RISKS.split()) == set(ROWS)
    scenarios = {s.id for s in UNIVERSE.scenarios}
    named = {
        "S046": {o.id for o in UNIVERSE.other_risks if o.side == "internal"},
        "S047": {o.id for o in UNIVERSE.other_risks if o.side == "external"},
        "S106": set(UNIVERSE.loss_classes),
        "S114": scenarios | set(UNIVERSE.packs) | {f.id for f in UNIVERSE.families},
    }
    for row, ids in ROWS.items():
        unknown = set(ids.split(", ")) - named.get(row, scenarios)
        assert not unknown, (row, unknown)


def test_chains_of_secondary_risk_lead_from_access_and_leak_to_interruption_and_cost() -> None:
    """From a stolen password or a phished mailbox one comes, step by step, to systems that stand still."""
    leads = {s.id: set(s.leads_to) for s in UNIVERSE.scenarios}
    losses = {s.id: set(s.losses) for s in UNIVERSE.scenarios}
    for start in ("admin_brute_force", "spear_phishing_credentials", "hospital_weak_password", "sme_malware"):
        reached, front = set(), {start}
        while front:
            reached |= front
            front = {step for code in front for step in leads[code]} - reached
        assert "interruption" in {loss for code in reached for loss in losses[code]}, start
        assert len(reached) > 1, start
