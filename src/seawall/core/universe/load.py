"""Reading a risk universe, with every problem told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from seawall.core.coverage.products import COVERS
from seawall.core.documents import HEADER_KEYS, Node, Released, flat
from seawall.core.money import Money
from seawall.core.submission.codes import DIVISIONS, VENDOR_CATEGORIES
from seawall.core.universe.model import (
    CONFIDENCE,
    UNINSURED,
    Basis,
    Control,
    Effect,
    Industry,
    Power,
    Reference,
    Scenario,
    Universe,
)  # fmt: skip

ACTORS = ("external", "internal", "partner")


def load_universe(document: Mapping[str, Any] | Released) -> Universe:
    """From a release of kind `universe`; raises `Invalid` with every problem found in it."""
    node = Node(flat(document))
    node.only(
        *HEADER_KEYS, "currency", "exchange", "reference_company", "range", "control_effect", "dispersion",
        "industries", "industry_source", "scenarios", "controls",
    )  # fmt: skip
    currency = node.one_of("currency", ("CNY", "USD", "EUR", "GBP", "HKD"))
    exchange, bounds, effect = node.child("exchange"), node.child("range"), node.child("control_effect")
    dispersion = node.child("dispersion")
    for part in (exchange, bounds, effect, dispersion, node.child("industry_source")):
        _basis(part)
    scenarios = tuple(_scenario(item) for item in node.children("scenarios"))
    known = {s.id for s in scenarios}
    node.unique("scenarios", [s.id for s in scenarios])
    universe = Universe(
        id=node.string("id"),
        version=node.string("version"),
        name=node.text("name"),
        currency=currency,
        rates={c: exchange.child("rates").decimal(c, "0.000001", "1000000") for c in exchange.child("rates").value},
        rates_as_of=exchange.date("as_of").isoformat(),
        reference=_reference(node.child("reference_company")),
        revenue_range=_range(bounds, "revenue"),
        records_range=_range(bounds, "records"),
        shrinkage=effect.number("shrinkage", 0.01, 1),
        low=effect.number("low", 0.01, 0.99),
        high=effect.number("high", 1.01, 100),
        shape=dispersion.number("shape", 0.01, 1e6),
        industries={code: _industry(code, item) for code, item in node.entries("industries")},
        scenarios=scenarios,
        controls=tuple(_control(code, item, known, currency or "CNY") for code, item in node.entries("controls")),
    )
    for section in sorted(set(DIVISIONS) ^ set(universe.industries)):
        missing = section in DIVISIONS
        node.problems.add("industries", "document.missing" if missing else "document.unknown", value=section)
    node.problems.raise_if_any()
    return universe


def _basis(node: Node) -> Basis:
    return Basis(node.string("source"), node.one_of("confidence", CONFIDENCE))


def _range(node: Node, key: str) -> tuple[float, float]:
    found = node.value.get(key)
    if isinstance(found, list | tuple) and len(found) == 2:
        ends = Node({"low": found[0], "high": found[1]}, node.at(key), node.problems)
        return ends.number("low", 1), ends.number("high", 1)
    node.problems.add(node.at(key), "document.not_a_list")
    return 1.0, 1.0


def _reference(node: Node) -> Reference:
    node.only("revenue", "records", "vendors", "gross_margin", "source", "confidence")
    return Reference(
        revenue=node.number("revenue", 1),
        records=node.number("records", 1),
        vendors=node.number("vendors", 1),
        gross_margin=node.number("gross_margin", 0.01, 1),
        basis=_basis(node),
    )


def _industry(code: str, node: Node) -> Industry:
    node.only("name", "frequency", "severity")
    return Industry(code, node.text("name"), node.number("frequency", 0.1, 10), node.number("severity", 0.1, 10))


def _power(node: Node, level: str, low: float, high: float) -> Power:
    return Power(
        level=node.number(level, low, high),
        revenue=node.number("revenue", -1, 1),
        records=node.number("records", -1, 1),
        basis=_basis(node),
    )


def _scenario(node: Node) -> Scenario:
    node.only(
        "id", "name", "description", "threat", "techniques", "asset", "consequence", "veris", "incident_category",
        "frequency", "severity", "interruption", "vendors", "shares", "shares_source",
    )  # fmt: skip
    threat, severity = node.child("threat"), node.child("severity")
    vendors = node.child("vendors") if "vendors" in node else Node({}, node.at("vendors"), node.problems)
    shares = node.numbers("shares", 0, 1)
    for cover in shares:
        if cover not in (*COVERS, UNINSURED):
            node.problems.add(node.at("shares"), "document.unknown", value=cover)
    if abs(sum(shares.values()) - 1) > 1e-9:
        node.problems.add(node.at("shares"), "universe.shares", total=round(sum(shares.values()), 6))
    categories = vendors.strings("categories", default="vendors" not in node)
    for category in categories:
        if category not in VENDOR_CATEGORIES:
            node.problems.add(vendors.at("categories"), "document.unknown", value=category)
    return Scenario(
        id=node.string("id"),
        name=node.text("name"),
        description=node.text("description"),
        actor=threat.one_of("actor", ACTORS),
        threat=threat.text("name"),
        techniques=node.strings("techniques"),
        asset=node.text("asset"),
        consequence=node.text("consequence"),
        veris=node.string("veris"),
        incident_category=node.string("incident_category"),
        frequency=_power(node.child("frequency"), "base", 1e-9, 100),
        severity=_power(severity, "median", 1, 1e15),
        sigma=severity.number("sigma", 0.05, 4),
        interruption=node.number("interruption", 0, 1),
        vendor_categories=categories,
        vendor_power=vendors.number("power", 0, 2, default=0),
        shares=shares,
        shares_basis=_basis(node.child("shares_source")),
    )


def _control(code: str, node: Node, scenarios: Collection[str], currency: str) -> Control:
    node.only("fix", "cost", "effects")
    cost = node.child("cost")
    return Control(
        id=code,
        fix=node.text("fix"),
        cost_base=Money.of(cost.decimal("base", "0", "1e12"), currency),
        cost_per_employee=Money.of(cost.decimal("per_employee", "0", "1e9"), currency),
        cost_basis=_basis(cost),
        effects=tuple(_effect(item, scenarios) for item in node.children("effects")),
    )


def _effect(node: Node, scenarios: Collection[str]) -> Effect:
    node.only("scenarios", "on", "absent", "partial", "present", "source", "confidence")
    effect = Effect(
        scenarios=node.strings("scenarios"),
        on=node.one_of("on", ("frequency", "severity")),
        absent=node.number("absent", 0.1, 100),
        partial=node.number("partial", 0.1, 100),
        present=node.number("present", 0.1, 100),
        basis=_basis(node),
    )
    for scenario in effect.scenarios:
        if scenario not in scenarios:
            node.problems.add(node.at("scenarios"), "document.unknown", value=scenario)
    if not effect.absent >= effect.partial >= effect.present:
        node.problems.add(node.path, "universe.effect_order")
    return effect
