"""风险-定价: rate manuals as data, the technical premium beside them, and the appetite that guards the door."""
