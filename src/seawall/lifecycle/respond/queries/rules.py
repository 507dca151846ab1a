"""What the rules say of an incident: category, grade, duties, steps. Pure computation over the reference releases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any

from seawall import reference
from seawall.core.decimals import exact, plain
from seawall.core.incidents import facts as core
from seawall.core.incidents.categories import Category, category, load_categories
from seawall.core.incidents.clocks import ClockRule, Duty, duties, load_clocks
from seawall.core.incidents.grading import ReportingGrade, grade, reporting_grade
from seawall.core.incidents.playbooks import FirstLook, Playbook, choose, first_look, load_playbook
from seawall.core.money import Money, parse_amount
from seawall.core.problems import Collector, Refused
from seawall.core.texts import Text

CHINA = 8  # hours east of UTC, where no policy says otherwise

# What may be known of an incident: name → kind. The names are those of `core.incidents.facts`, and our own questions.
FACTS: Mapping[str, type | tuple[str, ...]] = {
    "encrypted": bool,
    "backups_hit": bool,
    "ransom_note": bool,
    "personal_data": bool,
    "people_affected": int,
    "sensitive_people_affected": int,
    "high_risk_to_people": bool,
    "whole_outage_minutes": int,
    "main_function_outage_minutes": int,
    "public_site_outage_minutes": int,
    "daily_life_people": int,
    "population_share": Decimal,
    "population_span": ("none", "prefecture", "province"),
    "significant": bool,
    "major_ict": bool,
    "material": bool,
    "public_interest_at_risk": bool,
    "extortion_paid": bool,
    "mlps_level": int,
    "operator": core.OPERATORS,
    "direct_loss": str,
    "currency": str,
    "jurisdictions": list,
    "sectors": list,
    "extortion_paid_at": datetime,
    "determined_at": datetime,
    "material_at": datetime,
}
ANCHORS = ("extortion_paid_at", "determined_at", "material_at")
JURISDICTIONS = ("CN", "EU", "US", "US-NY")
_OURS = ("encrypted", "backups_hit", "ransom_note", "mlps_level", "direct_loss", "currency", "jurisdictions", "sectors")


def read_facts(given: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as they are stored; None means not known and is left out. Raises `Invalid` with everything wrong."""
    problems = Collector("facts")
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name not in FACTS:
            problems.add(name, "document.unknown_key", key=name)
        elif value is not None:
            found[name] = _read_fact(name, value, problems)
    if "direct_loss" in found:
        try:
            parse_amount(found["direct_loss"], found.setdefault("currency", "CNY"))
        except Refused as refused:
            problems.add("direct_loss", refused.problems[0].code, **refused.problems[0].params)
    for code in found.get("jurisdictions", ()):
        if code not in JURISDICTIONS:
            problems.add("jurisdictions", "document.unknown", value=str(code))
    problems.raise_if_any()
    return found


def _read_fact(name: str, value: Any, problems: Collector) -> Any:
    kind = FACTS[name]
    if isinstance(kind, tuple):
        if value not in kind:
            problems.add(name, "document.unknown", value=str(value))
    elif kind is datetime:
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            moment = None
        if moment is None or moment.utcoffset() is None:
            problems.add(name, "incident.not_a_time")
        else:
            return moment.isoformat()
    elif kind is Decimal:
        share = exact(value)
        if share is None or not 0 <= share <= 1:
            problems.add(name, "document.out_of_range", low=0, high=1)
        else:
            return plain(share)
    elif kind is list:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            problems.add(name, "document.not_a_list")
            return []
        return sorted(set(value))
    elif type(value) is not kind:
        problems.add(
            name, {bool: "document.not_yes_or_no", int: "document.not_whole_number"}.get(kind, "document.not_text")
        )
    elif isinstance(value, int) and not 0 <= value <= 10**10:
        problems.add(name, "document.out_of_range", low=0, high=10**10)
    return value


def facts_for_core(
    facts: Mapping[str, Any], *, discovered_at: datetime, category: str, anchors: Mapping[str, datetime], hours: int
) -> core.Incident:
    """The incident as the core sees it, timed in the zone `hours` east of UTC, where working days and months count."""
    zone = timezone(timedelta(hours=hours))
    own = {name: value for name, value in facts.items() if name not in (*_OURS, *ANCHORS)}
    moments = {name: datetime.fromisoformat(facts[name]) for name in ANCHORS if name in facts}
    return core.Incident(
        discovered_at=discovered_at.astimezone(zone),
        jurisdictions=frozenset(facts.get("jurisdictions") or ["CN"]),
        categories=(category,),
        sectors=frozenset(facts.get("sectors") or ()),
        direct_loss=_loss(facts),
        ransomware=_ransomware(facts, category),
        anchors={name: moment.astimezone(zone) for name, moment in {**moments, **anchors}.items()},
        **own,
    )


def _loss(facts: Mapping[str, Any]) -> Money | None:
    return parse_amount(facts["direct_loss"], facts["currency"]) if "direct_loss" in facts else None


def _ransomware(facts: Mapping[str, Any], category: str) -> bool | None:
    """Yes when anything says so; no only when both questions are answered no."""
    signs = [facts.get("ransom_note"), facts.get("encrypted")]
    if category == "MI-07" or True in signs:
        return True
    return None if None in signs else False


@dataclass(frozen=True, slots=True)
class Judgement:
    """`reportable` is None while facts that could make it so are missing (`missing`)."""

    grade: int
    reasons: tuple[Text, ...]
    report: ReportingGrade
    duties: tuple[Duty, ...]
    missing: tuple[str, ...]


def judged(incident: core.Incident, *, importance: str, business_loss: str, social_harm: str) -> Judgement:
    """Grade and duties. Raises `grading.UnknownGrade` for a code that is not in the release."""
    found = grade(
        _document("standards", "gbt20986-2023").body,
        importance=importance,
        business_loss=business_loss,
        social_harm=social_harm,
    )
    report = reporting_grade(_document("standards", "cn-incident-reporting").body, incident)
    # While it is open whether the incident must be reported, no grade is taken for granted.
    level = None if report.reportable is None else report.level
    owed = duties(clocks(), incident, {"cn_grade": level})
    return Judgement(found.level, (found.name, *found.reasons), report, owed, report.missing if level is None else ())


def look(facts: Mapping[str, Any]) -> FirstLook:
    """Category and grade codes assumed from the notice."""
    loss = _loss(facts)
    named = {**facts, "direct_loss_cny": loss.amount if loss is not None and loss.currency == "CNY" else None}
    return first_look(_document("triage", "first-grade").body, named)


def known_category(code: str) -> Category:
    """Raises `categories.UnknownCategory`."""
    return category(categories(), code)


@cache
def categories() -> Mapping[str, Category]:
    return load_categories(_document("standards", "gbt20986-2023").body)


@cache
def clocks() -> tuple[ClockRule, ...]:
    return load_clocks(_document("standards", "notification").body)


@cache
def playbooks() -> tuple[Playbook, ...]:
    return tuple(load_playbook(document.body, categories()) for document in reference.available("playbooks"))


def playbook_for(code: str) -> Playbook:
    return choose(playbooks(), code)


def releases() -> dict[str, Any]:
    """Which releases a judgement of today rests on."""
    used = [_document("standards", name) for name in ("gbt20986-2023", "cn-incident-reporting", "notification")]
    return _named([*used, _document("triage", "first-grade"), *reference.available("playbooks")])


def _named(documents: Iterable[reference.Document]) -> dict[str, Any]:
    return {f"{d.header.kind}/{d.header.id}": {"version": d.header.version, "sha256": d.sha256} for d in documents}


def _document(kind: str, name: str) -> reference.Document:
    return reference.load(kind, name)
