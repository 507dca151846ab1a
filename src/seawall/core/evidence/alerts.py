"""What a change seen from outside means for a policy that runs: a table of rules, the first that fits decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from seawall.core.documents import Node
from seawall.core.evidence.changes import KINDS, Change
from seawall.core.evidence.items import SEVERITIES, Severity
from seawall.core.problems import Collector
from seawall.core.texts import Text

EFFECTS = ("now", "renewal", "never")


@dataclass(frozen=True, slots=True)
class Rule:
    """Fits a change whose kind, check and severity are listed; an empty tuple fits all.

    `grace_days` is the time to mend it when the effect is now; `clause` names the wording's clause, or is empty.
    """

    id: str
    changes: tuple[str, ...]
    checks: tuple[str, ...]
    severities: tuple[str, ...]
    effect: str
    grace_days: int
    clause: str
    reason: Text

    def fits(self, kind: str, check: str, severity: str) -> bool:
        return all(
            not wanted or value in wanted
            for wanted, value in ((self.changes, kind), (self.checks, check), (self.severities, severity))
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rule that decided on a change."""

    change: Change
    severity: Severity
    rule: Rule


def load_rules(document: Mapping[str, Any], checks: Iterable[str] = ()) -> tuple[Rule, ...]:
    """From the body of an `alerts` document; raises `Invalid` with everything wrong in it.

    The last rule must fit everything, so that no change is without an answer. When `checks` are given, every check
    that a rule names must be one of them.
    """
    problems = Collector()
    node = Node(document, problems=problems)
    node.only("rules")
    published = tuple(checks)
    rules = tuple(_rule(entry, published) for entry in node.children("rules"))
    node.unique("rules", [rule.id for rule in rules])
    if not rules or rules[-1].changes or rules[-1].checks or rules[-1].severities:
        problems.add("rules", "alerts.no_last_rule")
    problems.raise_if_any()
    return rules


def _rule(node: Node, published: tuple[str, ...]) -> Rule:
    node.only("id", "changes", "checks", "severities", "effect", "grace_days", "clause", "reason")
    effect = node.one_of("effect", EFFECTS)
    lists = {name: node.strings(name, default=True) for name in ("changes", "checks", "severities")}
    for name, words in (("changes", KINDS), ("checks", published), ("severities", SEVERITIES)):
        for value in lists[name] if words else ():
            if value not in words:
                node.problems.add(node.at(name), "document.unknown", value=value)
    return Rule(
        id=node.string("id"),
        effect=effect,
        grace_days=node.integer("grace_days", 1, 92) if effect == "now" else 0,
        clause=node.string("clause", ""),
        reason=node.text("reason"),
        **lists,
    )


def judge(change: Change, rules: tuple[Rule, ...]) -> Verdict:
    """The first rule that fits; the severity is that of the newest finding."""
    finding = change.after or change.before
    severity: Severity = finding.severity if finding is not None else "info"
    return Verdict(change, severity, next(rule for rule in rules if rule.fits(change.kind, change.check, severity)))
