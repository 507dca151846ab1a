"""Reading a risk universe, with every problem told.

Format 1 has a list `scenarios` of what are now the families; format 2 has `families` and splits them into `scenarios`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seawall.core.documents import HEADER_KEYS, Node, Released, flat
from seawall.core.money import Money
from seawall.core.submission.codes import DIVISIONS, VENDOR_CATEGORIES
from seawall.core.universe.load_scenarios import Known, load_scenarios, read_basis, read_shares
from seawall.core.universe.model import (
    ACTORS,
    Control,
    Effect,
    Family,
    Industry,
    Power,
    Reference,
    Universe,
)  # fmt: skip

KEYS = (
    *HEADER_KEYS, "currency", "exchange", "reference_company", "range", "control_effect", "dispersion",
    "industries", "industry_source", "families", "scenarios", "packs", "other_risks", "loss_classes", "controls",
)  # fmt: skip


def load_universe(document: Mapping[str, Any] | Released) -> Universe:
    """From a release of kind `universe`; raises `Invalid` with every problem found in it."""
    node = Node(flat(document))
    node.only(*KEYS)
    currency = node.one_of("currency", ("CNY", "USD", "EUR", "GBP", "HKD"))
    exchange, bounds, effect = node.child("exchange"), node.child("range"), node.child("control_effect")
    dispersion = node.child("dispersion")
    for part in (exchange, bounds, effect, dispersion, node.child("industry_source")):
        read_basis(part)
    listed = "families" if "families" in node else "scenarios"
    families = tuple(_family(item) for item in node.children(listed))
    node.unique(listed, [f.id for f in families])
    parts = load_scenarios(node, {f.id: f for f in families}) if listed == "families" else Known()
    parents = {f.id: f.id for f in families} | {s.id: s.family for s in parts.scenarios}
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
        families=families,
        controls=tuple(_control(code, item, parents, currency or "CNY") for code, item in node.entries("controls")),
        scenarios=parts.scenarios,
        packs=parts.packs,
        other_risks=parts.other_risks,
        loss_classes=parts.loss_classes,
    )
    for section in sorted(set(DIVISIONS) ^ set(universe.industries)):
        missing = section in DIVISIONS
        node.problems.add("industries", "document.missing" if missing else "document.unknown", value=section)
    node.problems.raise_if_any()
    return universe


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
        basis=read_basis(node),
    )


def _industry(code: str, node: Node) -> Industry:
    node.only("name", "frequency", "severity")
    return Industry(code, node.text("name"), node.number("frequency", 0.1, 10), node.number("severity", 0.1, 10))


def _power(node: Node, level: str, low: float, high: float) -> Power:
    return Power(
        level=node.number(level, low, high),
        revenue=node.number("revenue", -1, 1),
        records=node.number("records", -1, 1),
        basis=read_basis(node),
    )


def _family(node: Node) -> Family:
    node.only(
        "id", "name", "description", "threat", "techniques", "asset", "consequence", "veris", "incident_category",
        "frequency", "severity", "interruption", "vendors", "shares", "shares_source",
    )  # fmt: skip
    threat, severity = node.child("threat"), node.child("severity")
    vendors = node.child("vendors") if "vendors" in node else Node({}, node.at("vendors"), node.problems)
    shares = read_shares(node)
    categories = vendors.strings("categories", default="vendors" not in node)
    for category in categories:
        if category not in VENDOR_CATEGORIES:
            node.problems.add(vendors.at("categories"), "document.unknown", value=category)
    return Family(
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
        shares_basis=read_basis(node.child("shares_source")),
    )


def _control(code: str, node: Node, parents: Mapping[str, str], currency: str) -> Control:
    node.only("fix", "cost", "effects")
    cost = node.child("cost")
    return Control(
        id=code,
        fix=node.text("fix"),
        cost_base=Money.of(cost.decimal("base", "0", "1e12"), currency),
        cost_per_employee=Money.of(cost.decimal("per_employee", "0", "1e9"), currency),
        cost_basis=read_basis(cost),
        effects=tuple(_effect(item, parents) for item in node.children("effects")),
    )


def _effect(node: Node, parents: Mapping[str, str]) -> Effect:
    node.only("scenarios", "on", "absent", "partial", "present", "source", "confidence")
    named = node.strings("scenarios")
    effect = Effect(
        scenarios=named,
        families=tuple(dict.fromkeys(parents[s] for s in named if s in parents)),
        on=node.one_of("on", ("frequency", "severity")),
        absent=node.number("absent", 0.1, 100),
        partial=node.number("partial", 0.1, 100),
        present=node.number("present", 0.1, 100),
        basis=read_basis(node),
    )
    for scenario in effect.scenarios:
        if scenario not in parents:
            node.problems.add(node.at("scenarios"), "document.unknown", value=scenario)
    if not effect.absent >= effect.partial >= effect.present:
        node.problems.add(node.path, "universe.effect_order")
    return effect
