"""三道门: 确定责任, 明确损失, 确认相应损失属于承保范围 — for each item claimed, clause by clause.

A gate fails when a clause declines, needs evidence when a clause cannot be judged, and passes otherwise. Every clause
is judged even after a gate has failed, so that nobody repairs the first obstacle only to meet the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seawall.core.conditions import judge
from seawall.core.decimals import plain
from seawall.core.liability.claim import Claim, Item, Known, known_facts
from seawall.core.liability.wording import GATES, Clause, Wording
from seawall.core.texts import Text

EXPLAINED = "exclusions_explained"

PASSED, FAILED, NEEDS_EVIDENCE, PARTLY = "passed", "failed", "needs_evidence", "partly"


@dataclass(frozen=True, slots=True)
class Reason:
    """What one clause says. `outcome`: met, breached, unknown, or not_effective (an exclusion nobody explained).

    `effect` is that of a breach (none when met); `missing` are facts to bring, by whom says `burden`.
    """

    clause: str
    kind: str
    title: Text
    outcome: str
    effect: str
    facts: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]
    missing: tuple[str, ...]
    burden: str
    would_change: Text
    law: Text | None

    def as_dict(self) -> dict[str, Any]:
        return {
            "clause": self.clause,
            "kind": self.kind,
            "title": dict(self.title),
            "outcome": self.outcome,
            "effect": self.effect,
            "facts": dict(self.facts),
            "evidence": list(self.evidence),
            "missing": list(self.missing),
            "burden": self.burden,
            "would_change": dict(self.would_change),
            "law": None if self.law is None else dict(self.law),
        }


@dataclass(frozen=True, slots=True)
class Gate:
    """`reached` is False when an earlier gate has failed already."""

    gate: str
    outcome: str
    reached: bool
    reasons: tuple[Reason, ...]

    @property
    def deciding(self) -> tuple[Reason, ...]:
        """The reasons for the outcome: what failed it, else what is missing, else everything that is met."""
        declined = tuple(r for r in self.reasons if r.outcome == "breached" and r.effect == "decline")
        unknown = tuple(r for r in self.reasons if r.outcome == "unknown")
        return declined or unknown or self.reasons


@dataclass(frozen=True, slots=True)
class ItemDetermination:
    """One item through the three gates; it fails when any gate does."""

    item: str
    cover: str
    outcome: str
    gates: tuple[Gate, ...]

    @property
    def reductions(self) -> tuple[Reason, ...]:
        """Clauses that take away a part: the worksheet disallows it line by line."""
        return tuple(r for g in self.gates for r in g.reasons if r.outcome == "breached" and r.effect == "reduce")

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for g in self.gates for r in g.reasons for name in r.missing))


@dataclass(frozen=True, slots=True)
class Determination:
    """The claim as a whole: passed, failed, needs_evidence, or partly (items differ and at least one passed)."""

    wording: tuple[str, str]
    outcome: str
    gates: tuple[tuple[str, str], ...]
    items: tuple[ItemDetermination, ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able, with every reason."""
        return {
            "wording": {"id": self.wording[0], "version": self.wording[1]},
            "outcome": self.outcome,
            "gates": dict(self.gates),
            "items": [
                {
                    "item": item.item,
                    "cover": item.cover,
                    "outcome": item.outcome,
                    "gates": [
                        {
                            "gate": gate.gate,
                            "outcome": gate.outcome,
                            "reached": gate.reached,
                            "reasons": [reason.as_dict() for reason in gate.reasons],
                        }
                        for gate in item.gates
                    ],
                }
                for item in self.items
            ],
        }


def determine(claim: Claim, wording: Wording) -> Determination:
    """Judge every item of the claim by the wording; raises `ValueError` for a claim without items or a naive time."""
    if not claim.items:
        raise ValueError("a claim has at least one item")
    items = tuple(_item(claim, wording, item) for item in claim.items)
    gates = tuple((gate, _together([i.gates[n].outcome for i in items])) for n, gate in enumerate(GATES))
    outcome = _together([i.outcome for i in items])
    return Determination((wording.id, wording.version), outcome, gates, items)


def _together(outcomes: list[str]) -> str:
    if len(set(outcomes)) == 1:
        return outcomes[0]
    return PARTLY if PASSED in outcomes else NEEDS_EVIDENCE


def _item(claim: Claim, wording: Wording, item: Item) -> ItemDetermination:
    known = known_facts(claim, item)
    clauses = [c for c in wording.clauses if c.test is not None and _applies(c, claim, item)]
    gates: list[Gate] = []
    reached = True
    for gate in GATES:
        reasons = tuple(_reason(c, known, wording) for c in clauses if c.test is not None and c.test.gate == gate)
        gates.append(Gate(gate, _outcome(reasons), reached, reasons))
        reached = reached and gates[-1].outcome != FAILED
    outcomes = [gate.outcome for gate in gates]
    outcome = next((o for o in (FAILED, NEEDS_EVIDENCE) if o in outcomes), PASSED)
    return ItemDetermination(item.id, item.cover, outcome, tuple(gates))


def _applies(clause: Clause, claim: Claim, item: Item) -> bool:
    here = clause.jurisdiction is None or clause.jurisdiction == claim.policy.jurisdiction
    return here and (clause.covers is None or item.cover in clause.covers)


def _outcome(reasons: tuple[Reason, ...]) -> str:
    if any(r.outcome == "breached" and r.effect == "decline" for r in reasons):
        return FAILED
    return NEEDS_EVIDENCE if any(r.outcome == "unknown" for r in reasons) else PASSED


def _reason(clause: Clause, known: Known, wording: Wording) -> Reason:
    test = clause.test
    assert test is not None  # noqa: S101  (only tested clauses come here)
    verdict = judge(test.holds, known.values)
    wanted = clause.kind != "exclusion"
    used, missing, law = verdict.used, verdict.missing, clause.law
    if verdict.value is None and test.silent:
        outcome, missing = "met", ()
    elif verdict.value is None:
        outcome = "unknown"
    elif verdict.value is wanted:
        outcome = "met"
    elif clause.kind == "exclusion" and not clause.by_law:
        outcome, used, missing, law = _explained(clause, known, wording, used)
    else:
        outcome = "breached"
    return Reason(
        clause=clause.id,
        kind=clause.kind,
        title=clause.title,
        outcome=outcome,
        effect=test.effect if outcome in ("breached", "unknown") else "none",
        facts=tuple((name, _shown(known.values[name])) for name in used),
        evidence=known.evidence_of(used),
        missing=known.underlying(missing),
        burden=test.burden,
        would_change=test.would_change,
        law=law,
    )


def _explained(
    clause: Clause, known: Known, wording: Wording, used: tuple[str, ...]
) -> tuple[str, tuple[str, ...], tuple[str, ...], Text | None]:
    """An exclusion binds only if it was pointed out and explained, which the insurer must prove."""
    explained = known.values.get(EXPLAINED)
    if explained is None:
        return "unknown", used, (EXPLAINED,), clause.law
    if explained:
        return "breached", (*used, EXPLAINED), (), clause.law
    return "not_effective", (*used, EXPLAINED), (), wording.clause(wording.explanation_clause).law


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return plain(value)
    return ", ".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)
