"""The conclusions of an MLPS assessment report (等级测评报告), by the template of 2021 and by that of 2025.

2021, points off for defects, over n applicable items with S = 100 / n:

    M = Vt + Vm
    Vt = max(0, 100·y − Σ over technical items f(ω)(1 − x)·S)
    Vm = max(0, 100·(1 − y) − Σ over management items f(ω)(1 − x)·S)

x is 1, 1/2 or 0 for an item that conforms, conforms in part or does not; f(ω) weighs its importance. 2025 drops the
score for three words. Weights, cuts and rates come from the library, since they are known to us from the trade and not
from the template itself. Arithmetic is exact, so that 90 is 90.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, cast

from seawall.core.conformity.judge import Conformity, Judged
from seawall.core.documents import Node
from seawall.core.problems import Collector

Part = Literal["technical", "management"]
Grade = Literal["excellent", "good", "medium", "poor"]
Word = Literal["conforms", "basically_conforms", "does_not_conform"]
RISKS = ("none", "low", "medium", "high")
STATES = {"conforms": Fraction(1), "partly": Fraction(1, 2), "fails": Fraction(0)}
PARTS = ("technical", "management")


@dataclass(frozen=True, slots=True)
class Rules:
    """`weights` by importance; `cuts` the least scores of excellent, good and medium; `y` the share of technique;
    `rate` the least share of conforming items for 基本符合, in which an item met in part counts `partly`."""

    weights: Mapping[str, Fraction]
    cuts: tuple[Fraction, Fraction, Fraction]
    y: Fraction
    rate: Fraction
    partly: Fraction


@dataclass(frozen=True, slots=True)
class Item:
    """One applicable item of a report; `importance` names a weight of the rules."""

    part: Part
    state: Literal["conforms", "partly", "fails"]
    importance: str


@dataclass(frozen=True, slots=True)
class Report2021:
    score: Fraction
    technical: Fraction
    management: Fraction
    conclusion: Grade


@dataclass(frozen=True, slots=True)
class Report2025:
    rate: Fraction
    conclusion: Word


def load_rules(scoring: Mapping[str, Any]) -> Rules:
    """From the `scoring` of a library; raises `Invalid`."""
    problems = Collector()
    node = Node(scoring, "scoring", problems)
    node.only("weights", "cuts", "y", "rate", "partly", "technical", "confidence")
    weights = node.child("weights")
    cuts = node.child("cuts")
    rules = Rules(
        weights={name: Fraction(weights.decimal(name, "0", "100")) for name in weights.value},
        cuts=(
            Fraction(cuts.decimal("excellent", "0", "100")),
            Fraction(cuts.decimal("good", "0", "100")),
            Fraction(cuts.decimal("medium", "0", "100")),
        ),
        y=Fraction(node.decimal("y", "0", "1")),
        rate=Fraction(node.decimal("rate", "0", "1")),
        partly=Fraction(node.decimal("partly", "0", "1")),
    )
    problems.raise_if_any()
    return rules


def report_2021(items: Sequence[Item], rules: Rules, *, risk: str) -> Report2021:
    """Score and grade of the template of 2021. `risk`: the gravest risk that the defects bring, one of `RISKS`.

    Raises `ValueError` without items or for an unknown risk.
    """
    if not items or risk not in RISKS:
        raise ValueError("a report needs items and a known risk")
    each = Fraction(100, len(items))
    lost = {
        part: sum(
            (rules.weights[i.importance] * (1 - STATES[i.state]) * each for i in items if i.part == part), Fraction(0)
        )
        for part in PARTS
    }
    technical = max(Fraction(0), 100 * rules.y - lost["technical"])
    management = max(Fraction(0), 100 * (1 - rules.y) - lost["management"])
    score = technical + management
    return Report2021(score, technical, management, grade(score, risk, rules))


def grade(score: Fraction, risk: str, rules: Rules) -> Grade:
    """优, 良, 中, 差: each cut belongs to the better grade, and the gravest risk caps the grade."""
    excellent, good, medium = rules.cuts
    if risk == "high" or score < medium:
        return "poor"
    if risk != "medium" and score >= excellent:
        return "excellent"
    return "good" if score >= good else "medium"


def report_2025(items: Sequence[Item], rules: Rules, *, hazards: int) -> Report2025:
    """The word of the template of 2025; `hazards`: 重大风险隐患 found. Raises `ValueError` without items."""
    if not items:
        raise ValueError("a report needs items")
    worth = {"conforms": Fraction(1), "partly": rules.partly, "fails": Fraction(0)}
    rate = sum((worth[i.state] for i in items), Fraction(0)) / len(items)
    if hazards == 0 and all(i.state == "conforms" for i in items):
        return Report2025(rate, "conforms")
    return Report2025(rate, "basically_conforms" if hazards == 0 and rate >= rules.rate else "does_not_conform")


def read_items(document: Mapping[str, Any], rules: Rules) -> tuple[tuple[Item, ...], str, int]:
    """The items of a real report with its gravest risk and its hazards; raises `Invalid` with every problem.

    `{items: [{part, state, importance, count}], risk: low, hazards: 0}`; importance is "important" and count 1 where
    they are left out.
    """
    problems = Collector()
    node = Node(document, problems=problems)
    node.only("items", "risk", "hazards")
    items: list[Item] = []
    for entry in node.children("items"):
        entry.only("part", "state", "importance", "count")
        part, state = entry.one_of("part", PARTS), entry.one_of("state", STATES)
        importance = entry.one_of("importance", rules.weights, "important")
        items += [Item(cast(Part, part), cast(Any, state), importance)] * entry.integer("count", 1, 9999, 1)
    risk, hazards = node.one_of("risk", RISKS, "none"), node.integer("hazards", 0, 999, 0)
    if not items:
        problems.add("items", "document.missing")
    problems.raise_if_any()
    return tuple(items), risk, hazards


@dataclass(frozen=True, slots=True)
class Indication:
    """What our beliefs alone would let an assessor find, between the best and the worst for what stays open.

    `items` checked at the level, `open_items` of them without a control that speaks of them (expected). Scores are of
    the template of 2021, rates of that of 2025. There is no grade: it hangs on risks that an assessor finds on site.
    """

    items: int
    open_items: float
    score: tuple[float, float]
    rate: tuple[float, float]


def indication(found: Conformity) -> Indication:
    """From a conformity at a level. Raises `ValueError` when it has no level or the library no scoring.

    At best what is open conforms and every defect is of the least importance; at worst it fails and is of the greatest.
    """
    rules = load_rules(found.framework.scoring)
    technical = set(found.framework.scoring["technical"])
    if found.level is None:
        raise ValueError("an indication needs a level")
    counts = [(j, j.requirement.items[found.level]) for j in found.judged]
    n = sum(count for _, count in counts)
    weights = sorted(float(w) for w in rules.weights.values())

    def score(weight: float, open_fails: bool) -> float:
        lost = {True: 0.0, False: 0.0}
        for judged, count in counts:
            defect = judged.not_met + judged.partly / 2 + (judged.open if open_fails else 0.0)
            lost[judged.requirement.chapter in technical] += weight * defect * count * 100 / n
        return max(0.0, 100 * float(rules.y) - lost[True]) + max(0.0, 100 * (1 - float(rules.y)) - lost[False])

    def rate(judged: Judged, open_conforms: bool) -> float:
        return judged.met + float(rules.partly) * judged.partly + (judged.open if open_conforms else 0.0)

    low, high = (sum(rate(j, best) * count for j, count in counts) / n for best in (False, True))
    return Indication(
        items=n,
        open_items=sum(j.open * count for j, count in counts),
        score=(score(weights[-1], True), score(weights[0], False)),
        rate=(low, high),
    )
