"""Notification clocks: from the facts of an incident to duties with their deadlines.

A duty starts at an anchor (discovery, classification, payment of a ransom, an earlier duty) and runs for hours, days,
working days or months. Rules are data; a rule whose condition is not known yields a duty that says what is missing.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from seawall.core.conditions import Condition, judge, read_condition
from seawall.core.incidents.facts import Incident
from seawall.core.problems import Collector
from seawall.core.texts import Text, read_text

UNITS = ("at_once", "hours", "days", "working_days", "months")
BEARERS = ("insured", "insurer")
EVIDENCE = ("verified", "partly_verified", "general_knowledge")
DISCOVERED = "discovered_at"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """`starts` is an anchor or the id of an earlier rule (its deadline, unless the anchor `<id>_done_at` is known)."""

    id: str
    regime: Text
    jurisdiction: str
    bearer: str
    to: Text
    what: Text
    when: Condition
    starts: str
    unit: str
    amount: int | float
    not_after: tuple[str, float] | None
    law: Text
    evidence: str


@dataclass(frozen=True, slots=True)
class Duty:
    """`status`: due, needs_facts (see `missing`) or not_started (the anchor has not happened: see `starts`).

    `deadline` is in the time zone of its anchor; at once means the anchor itself. None while it cannot be known.
    """

    rule: ClockRule
    status: str
    deadline: datetime | None
    facts: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def starts(self) -> str:
        return self.rule.starts


def load_clocks(document: Mapping[str, Any]) -> tuple[ClockRule, ...]:
    """Raises `Invalid` for unknown units, an id that stands twice, a start that is only defined later."""
    problems = Collector("clocks")
    anchors = {DISCOVERED, *(document.get("anchors") or {})}
    rules: list[ClockRule] = []
    for i, body in enumerate(document.get("rules") or ()):
        rule = _rule(body, f"rules.{i}", problems)
        known = {r.id for r in rules}
        if not rule.id or rule.id in known:
            problems.add(f"rules.{i}.id", "incident.duplicate_category", category=rule.id)
        for start in (rule.starts, rule.not_after[0] if rule.not_after else DISCOVERED):
            if start not in anchors | known:
                problems.add(f"rules.{i}.starts", "incident.unknown_anchor", anchor=start)
        rules.append(rule)
    if not rules:
        problems.add("rules", "incident.no_rows")
    problems.raise_if_any()
    return tuple(rules)


def _rule(body: Mapping[str, Any], place: str, problems: Collector) -> ClockRule:
    texts = {key: read_text(body.get(key), f"{place}.{key}", problems) for key in ("regime", "to", "what", "law")}
    words = {"unit": UNITS, "bearer": BEARERS, "evidence": EVIDENCE}
    read: dict[str, str] = {}
    for key, choices in words.items():
        read[key] = str(body.get(key, "insured" if key == "bearer" else ""))
        if read[key] not in choices:
            problems.add(f"{place}.{key}", "incident.choice", value=read[key], choices=", ".join(choices))
    amount = body.get("amount", 0)
    if isinstance(amount, bool) or not isinstance(amount, int | float) or amount < 0:
        problems.add(f"{place}.amount", "incident.choice", value=str(amount), choices="≥ 0")
        amount = 0
    not_after = body.get("not_after")
    return ClockRule(
        id=str(body.get("id", "")),
        jurisdiction=str(body.get("jurisdiction", "")),
        when=read_condition(body.get("when"), f"{place}.when", problems),
        starts=str(body.get("starts", DISCOVERED)),
        amount=amount,
        not_after=None if not_after is None else (str(not_after["starts"]), float(not_after["hours"])),
        regime=texts["regime"],
        to=texts["to"],
        what=texts["what"],
        law=texts["law"],
        unit=read["unit"],
        bearer=read["bearer"],
        evidence=read["evidence"],
    )


def duties(
    rules: tuple[ClockRule, ...], incident: Incident, extra: Mapping[str, Any] | None = None
) -> tuple[Duty, ...]:
    """Every duty that applies or may apply, the earliest deadline first, those without one last.

    `extra` facts join those of the incident (for example `cn_grade`, the level of `reporting_grade`).
    """
    facts = {**incident.facts(), **(extra or {})}
    moments: dict[str, datetime] = {DISCOVERED: incident.discovered_at, **incident.anchors}
    found: list[Duty] = []
    for rule in rules:
        if rule.jurisdiction not in incident.jurisdictions:
            continue
        verdict = judge(rule.when, facts)
        if verdict.value is False:
            continue
        deadline = _deadline(rule, moments)
        if verdict.value is None:
            found.append(Duty(rule, "needs_facts", deadline, verdict.used, verdict.missing))
            continue
        if deadline is not None:
            # A later duty counts from when this one was done, and until then from its deadline.
            moments[rule.id] = moments.get(f"{rule.id}_done_at", deadline)
        found.append(Duty(rule, "not_started" if deadline is None else "due", deadline, verdict.used, ()))
    # A stable sort keeps the order of the release among equals.
    return tuple(sorted(found, key=lambda duty: (duty.deadline is None, duty.deadline or incident.discovered_at)))


def _deadline(rule: ClockRule, moments: Mapping[str, datetime]) -> datetime | None:
    start = moments.get(rule.starts)
    deadline = None if start is None else after(start, rule.amount, rule.unit)
    if rule.not_after is not None:
        cap_start = moments.get(rule.not_after[0])
        cap = None if cap_start is None else after(cap_start, rule.not_after[1], "hours")
        deadline = min((moment for moment in (deadline, cap) if moment is not None), default=None)
    return deadline


def after(start: datetime, amount: int | float, unit: str) -> datetime:
    """`start` plus an amount of time; a month keeps the day of the month, or its last day when there is none.

    Working days are Monday to Friday: public holidays are not known here, so the deadline is never too late.
    """
    if unit == "hours":
        return start + timedelta(hours=amount)
    if unit == "days":
        return start + timedelta(days=amount)
    if unit == "months":
        month = start.month - 1 + int(amount)
        year, month = start.year + month // 12, month % 12 + 1
        return start.replace(year=year, month=month, day=min(start.day, calendar.monthrange(year, month)[1]))
    if unit == "working_days":
        left = int(amount)
        while left:
            start += timedelta(days=1)
            left -= start.weekday() < calendar.SATURDAY
        return start
    return start
