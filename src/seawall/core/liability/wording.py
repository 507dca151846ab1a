"""A policy wording as data: clauses with stable ids, and for those that can be tested, the test.

Kinds: `agreement` (what is promised, by cover), `definition`, `exclusion`, `condition`. A tested clause names the gate
it belongs to and the facts it reads; every fact must be declared, so a misspelt fact cannot decide a claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seawall.core.conditions import Condition, facts_named, read_condition
from seawall.core.problems import Collector
from seawall.core.texts import Text, read_text

KINDS = ("agreement", "definition", "exclusion", "condition")
GATES = ("liable", "proven", "scope")
EFFECTS = ("decline", "reduce", "note")
BURDENS = ("insured", "insurer")
FACT_KINDS = ("yes_no", "choice", "moment", "derived")


@dataclass(frozen=True, slots=True)
class Test:
    """`holds` is what the clause asks; an exclusion wants it false, everything else true.

    `effect` of the opposite: decline, reduce (only the part the clause names) or note. `burden` is who must prove what
    is missing; with `silent` a fact that is not known counts as no sign of it (war is not disproved in every claim).
    """

    gate: str
    holds: Condition
    effect: str
    burden: str
    silent: bool
    would_change: Text


@dataclass(frozen=True, slots=True)
class Clause:
    """`covers` None: for every cover. `jurisdiction` None: everywhere. `by_law`: stands whether explained or not."""

    id: str
    kind: str
    title: Text
    text: Text
    covers: frozenset[str] | None
    jurisdiction: str | None
    by_law: bool
    law: Text | None
    test: Test | None


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One fact a claim file may state; `derived` ones are worked out from the policy and other facts."""

    name: str
    kind: str
    title: Text
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """`explained` is the fact that exclusions were explained, `explanation_clause` the clause that asks for it."""

    id: str
    version: str
    clauses: tuple[Clause, ...]
    facts: Mapping[str, FactSpec]
    explanation_clause: str

    def clause(self, id: str) -> Clause:
        """The clause of that id; raises `KeyError`: ids come from the wording itself."""
        return {c.id: c for c in self.clauses}[id]


def load_wording(document: Mapping[str, Any], *, id: str = "", version: str = "") -> Wording:
    """Raises `Invalid` with every fault: an id twice, words missing in one language, a test on an undeclared fact."""
    problems = Collector("wording")
    facts = {str(name): _fact(str(name), body, problems) for name, body in (document.get("facts") or {}).items()}
    clauses: list[Clause] = []
    for i, body in enumerate(document.get("clauses") or ()):
        clause = _clause(body, f"clauses.{i}", problems)
        if not clause.id or clause.id in {c.id for c in clauses}:
            problems.add(f"clauses.{i}.id", "wording.duplicate_clause", clause=clause.id)
        for name in facts_named(clause.test.holds) if clause.test else ():
            if name not in facts:
                problems.add(f"clauses.{i}.test", "wording.unknown_fact", fact=name, clause=clause.id)
        clauses.append(clause)
    explanation = str(document.get("explanation_clause", ""))
    if explanation not in {c.id for c in clauses}:
        problems.add("explanation_clause", "wording.unknown_clause", clause=explanation)
    problems.raise_if_any()
    return Wording(
        str(document.get("id", id)), str(document.get("version", version)), tuple(clauses), facts, explanation
    )


def _choice(value: Any, choices: tuple[str, ...], place: str, problems: Collector) -> str:
    if value not in choices:
        problems.add(place, "wording.choice", value=str(value), choices=", ".join(choices))
    return str(value)


def _fact(name: str, body: Any, problems: Collector) -> FactSpec:
    body = body if isinstance(body, Mapping) else {}
    place = f"facts.{name}"
    return FactSpec(
        name=name,
        kind=_choice(body.get("kind"), FACT_KINDS, f"{place}.kind", problems),
        title=read_text(body.get("title"), f"{place}.title", problems),
        choices=tuple(body.get("choices") or ()),
    )


def _clause(body: Any, place: str, problems: Collector) -> Clause:
    body = body if isinstance(body, Mapping) else {}
    kind = _choice(body.get("kind"), KINDS, f"{place}.kind", problems)
    covers, jurisdiction = body.get("covers"), body.get("jurisdiction")
    return Clause(
        id=str(body.get("id", "")),
        kind=kind,
        title=read_text(body.get("title"), f"{place}.title", problems),
        text=read_text(body.get("text"), f"{place}.text", problems),
        covers=None if covers is None else frozenset(covers),
        jurisdiction=None if jurisdiction is None else str(jurisdiction),
        by_law=body.get("by_law") is True,
        law=None if body.get("law") is None else read_text(body["law"], f"{place}.law", problems),
        test=None if body.get("test") is None else _test(body["test"], kind, f"{place}.test", problems),
    )


def _test(body: Any, kind: str, place: str, problems: Collector) -> Test:
    body = body if isinstance(body, Mapping) else {}
    burden = "insurer" if kind == "exclusion" else "insured"
    return Test(
        gate=_choice(body.get("gate"), GATES, f"{place}.gate", problems),
        holds=read_condition(body.get("holds"), f"{place}.holds", problems),
        effect=_choice(body.get("effect", "decline"), EFFECTS, f"{place}.effect", problems),
        burden=_choice(body.get("burden", burden), BURDENS, f"{place}.burden", problems),
        silent=body.get("silent") is True,
        would_change=read_text(body.get("would_change"), f"{place}.would_change", problems),
    )
