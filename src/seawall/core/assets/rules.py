"""The reference document on assets: signs of ownership, terms of disputes, and what imported files say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from seawall.core.assets.attribution import Sign, read_signs
from seawall.core.assets.disputes import Terms, read_terms
from seawall.core.documents import Node
from seawall.core.evidence.controls import ControlPrior
from seawall.core.evidence.observations import read_check
from seawall.core.imports.rules import ImportRules, read_rules
from seawall.core.problems import Collector


@dataclass(frozen=True, slots=True)
class AssetRules:
    """Read once and used by attribution, disputes and imports."""

    signs: Mapping[str, Sign]
    disputes: Terms
    imports: ImportRules

    @classmethod
    def load(cls, document: Mapping[str, Any], controls: Mapping[str, ControlPrior] | None = None) -> AssetRules:
        """From the body of an `assets` document; raises `Invalid` with everything wrong in it."""
        problems = Collector()
        node = Node(document, problems=problems)
        node.only("attribution", "disputes", "shelf_life_days", "checks", "rules", "shown_by")
        shelf_life = timedelta(days=node.integer("shelf_life_days", 1, 3660))
        checks = {
            name: replace(read_check(name, entry, controls), source="import", shelf_life=shelf_life)
            for name, entry in node.entries("checks")
        }
        found = cls(read_signs(node), read_terms(node), read_rules(node, checks, shelf_life))
        problems.raise_if_any()
        return found
