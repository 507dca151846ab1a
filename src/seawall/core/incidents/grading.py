"""How grave an incident is: the grade of GB/T 20986, and the grade that decides on reporting in China.

Both are tables in reference releases. Level 1 is the gravest (特别重大), level 4 the mildest (一般).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seawall.core.conditions import judge, read_condition
from seawall.core.decimals import exact, plain
from seawall.core.incidents.facts import Incident
from seawall.core.problems import Collector, Refused
from seawall.core.texts import Text, read_text

LEVELS = (1, 2, 3, 4)


class UnknownGrade(Refused):
    code = "incident.unknown_grade"
    status = 422


@dataclass(frozen=True, slots=True)
class Grade:
    """`level` 1 to 4. `decided_by` is loss, harm or both; `reasons` say which row of the rule was used."""

    level: int
    name: Text
    decided_by: str
    reasons: tuple[Text, ...]


def grade(document: Mapping[str, Any], *, importance: str, business_loss: str, social_harm: str) -> Grade:
    """Importance of the object × the graver of business loss and social harm, by the `grading` table of the release.

    Codes are those of the release's scales; raises `UnknownGrade` for another.
    """
    rules = document["grading"]
    for key, value in (("importance", importance), ("severity", business_loss), ("severity", social_harm)):
        if value not in rules["scales"][key]:
            raise UnknownGrade(key, scale=key, value=value)
    order = list(rules["scales"]["severity"])
    loss_rank, harm_rank = order.index(business_loss), order.index(social_harm)
    severity = order[min(loss_rank, harm_rank)]
    level = int(rules["table"][importance][severity])
    decided = "both" if loss_rank == harm_rank else ("loss" if loss_rank < harm_rank else "harm")
    row = {"importance": rules["scales"]["importance"][importance], "severity": rules["scales"]["severity"][severity]}
    reasons = (rules["reasons"][decided], *(row[key] for key in ("importance", "severity")))
    return Grade(level, rules["levels"][str(level)], decided, reasons)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the reporting measures: `thresholds` by level (None: the measures set none), `evidence` how sure."""

    id: str
    fact: str
    title: Text
    unit: str
    thresholds: tuple[Decimal | None, Decimal | None, Decimal | None]
    at_least: bool
    applies: Any
    law: Text
    evidence: str


@dataclass(frozen=True, slots=True)
class Met:
    """A criterion against the incident: `level` reached (4: none of the reportable ones), or None when not known."""

    criterion: Criterion
    level: int | None
    value: str | None
    threshold: str | None


@dataclass(frozen=True, slots=True)
class ReportingGrade:
    """`level` is the gravest reached. `reportable` is None while nothing is reached and something is not known."""

    level: int
    name: Text
    reportable: bool | None
    criteria: tuple[Met, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts that could still raise the grade."""
        return tuple(dict.fromkeys(met.criterion.fact for met in self.criteria if met.level is None))

    @property
    def decisive(self) -> tuple[Met, ...]:
        return tuple(met for met in self.criteria if met.level == self.level and self.level < LEVELS[-1])


def load_criteria(document: Mapping[str, Any]) -> tuple[Criterion, ...]:
    """Raises `Invalid`: thresholds that do not fall from level 1 to level 3, missing words."""
    problems = Collector("criteria")
    found = tuple(_criterion(body, f"{i}", problems) for i, body in enumerate(document.get("criteria") or ()))
    if not found:
        problems.add("", "incident.no_rows")
    problems.raise_if_any()
    return found


def _criterion(body: Mapping[str, Any], place: str, problems: Collector) -> Criterion:
    limits = [exact(value) for value in body.get("thresholds") or ()]
    stated = [limit for limit in limits if limit is not None]
    if len(limits) != 3 or not stated or stated != sorted(stated, reverse=True):
        problems.add(f"{place}.thresholds", "incident.thresholds")
        limits = [None, None, None]
    applies = body.get("applies")
    return Criterion(
        id=str(body.get("id", "")),
        fact=str(body.get("fact", "")),
        title=read_text(body.get("title"), f"{place}.title", problems),
        unit=str(body.get("unit", "")),
        thresholds=(limits[0], limits[1], limits[2]),
        at_least=body.get("compare", "at_least") == "at_least",
        applies=None if applies is None else read_condition(applies, f"{place}.applies", problems),
        law=read_text(body.get("law"), f"{place}.law", problems),
        evidence=str(body.get("evidence", "")),
    )


def reporting_grade(document: Mapping[str, Any], incident: Incident) -> ReportingGrade:
    """The grade by the reporting measures: each criterion alone can lift it; 较大 (level 3) and above is reported."""
    facts = incident.facts()
    met = tuple(_met(criterion, facts) for criterion in load_criteria(document))
    level = min((m.level for m in met if m.level is not None), default=LEVELS[-1])
    open_questions = any(m.level is None for m in met)
    reportable = True if level < LEVELS[-1] else (None if open_questions else False)
    return ReportingGrade(level, document["levels"][str(level)], reportable, met)


def _met(criterion: Criterion, facts: Mapping[str, Any]) -> Met:
    if criterion.applies is not None:
        applies = judge(criterion.applies, facts).value
        if applies is not True:
            return Met(criterion, LEVELS[-1] if applies is False else None, None, None)
    value = facts.get(criterion.fact)
    number = exact(value)
    if number is None:
        return Met(criterion, None, None, None)
    for level, threshold in enumerate(criterion.thresholds, start=1):
        reached = threshold is not None and (number >= threshold if criterion.at_least else number > threshold)
        if reached and threshold is not None:
            return Met(criterion, level, plain(number), plain(threshold))
    lowest = next((t for t in reversed(criterion.thresholds) if t is not None), None)
    return Met(criterion, LEVELS[-1], plain(number), None if lowest is None else plain(lowest))
