"""Reading the scenarios of a risk universe, its industry packs, and the risks and loss classes it only names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from seawall.core.coverage.products import COVERS
from seawall.core.documents import Node
from seawall.core.submission.codes import VENDOR_CATEGORIES, industry_exists
from seawall.core.universe.model import CONFIDENCE, UNINSURED, Family
from seawall.core.universe.scenarios import MOST_OF_A_FAMILY, Basis, LossClass, OtherRisk, Pack, Scenario

ATTRIBUTES = ("critical_infrastructure", *(f"vendor:{category}" for category in VENDOR_CATEGORIES))
MEAN_WITHIN = 0.02  # ratios are scaled to a mean of 1; further off they would not say what they are taken to say
SHARES_WITHIN = 0.01  # how far the loss-weighted shares of a family's scenarios may lie from the family's, per cover


@dataclass(frozen=True, slots=True)
class Known:
    """What a document of format 2 adds to its families."""

    scenarios: tuple[Scenario, ...] = ()
    packs: Mapping[str, Pack] = field(default_factory=dict)
    other_risks: tuple[OtherRisk, ...] = ()
    loss_classes: Mapping[str, LossClass] = field(default_factory=dict)


def read_basis(node: Node) -> Basis:
    return Basis(node.string("source"), node.one_of("confidence", CONFIDENCE))


def read_shares(node: Node) -> dict[str, float]:
    """A split of a loss over covers and `uninsured` that adds up to 1."""
    shares = node.numbers("shares", 0, 1)
    for cover in shares:
        if cover not in (*COVERS, UNINSURED):
            node.problems.add(node.at("shares"), "document.unknown", value=cover)
    if abs(sum(shares.values()) - 1) > 1e-9:
        node.problems.add(node.at("shares"), "universe.shares", total=round(sum(shares.values()), 6))
    return shares


def load_scenarios(node: Node, families: Mapping[str, Family]) -> Known:
    """From the document's root; every problem is noted there."""
    packs = {code: _pack(code, item) for code, item in node.entries("packs", default=True)}
    classes = {code: _loss_class(code, item) for code, item in node.entries("loss_classes", default=True)}
    items = list(node.children("scenarios"))
    scenarios = tuple(_scenario(item, families, packs, classes) for item in items)
    node.unique("scenarios", [*families, *(s.id for s in scenarios)])
    known = {s.id for s in scenarios}
    for item, scenario in zip(items, scenarios, strict=True):
        _among(item, "leads_to", scenario.leads_to, known)
    for code, family in families.items():
        _whole(node, family, [s for s in scenarios if s.family == code])
    others = tuple(_other(item, families) for item in node.children("other_risks", default=True))
    node.unique("other_risks", [*families, *(o.id for o in others)])
    return Known(scenarios, packs, others, classes)


def _among(node: Node, key: str, values: Iterable[str], known: Collection[str]) -> None:
    for value in values:
        if value not in known:
            node.problems.add(node.at(key), "document.unknown", value=value)


def _pack(code: str, node: Node) -> Pack:
    node.only("name", "description", "industries", "attributes", "most_employees", "source", "confidence")
    industries, attributes = node.strings("industries", default=True), node.strings("attributes", default=True)
    for industry in industries:
        if not industry_exists(industry):
            node.problems.add(node.at("industries"), "document.unknown", value=industry)
    _among(node, "attributes", attributes, ATTRIBUTES)
    return Pack(
        id=code,
        name=node.text("name"),
        description=node.text("description"),
        industries=industries,
        attributes=attributes,
        most_employees=node.integer("most_employees", 1) if "most_employees" in node else None,
        basis=read_basis(node),
    )


def _loss_class(code: str, node: Node) -> LossClass:
    node.only("name", "description", "covers")
    covers = node.strings("covers", default=True)
    _among(node, "covers", covers, COVERS)
    return LossClass(code, node.text("name"), node.text("description"), covers)


def _other(node: Node, families: Collection[str]) -> OtherRisk:
    node.only("id", "side", "name", "description", "families", "source", "confidence")
    touched = node.strings("families", default=True)
    _among(node, "families", touched, families)
    return OtherRisk(
        id=node.string("id"),
        side=node.one_of("side", ("internal", "external")),
        name=node.text("name"),
        description=node.text("description"),
        families=touched,
        basis=read_basis(node),
    )


def _scenario(node: Node, families: Mapping[str, Family], packs: Collection[str], classes: Collection[str]) -> Scenario:
    node.only(
        "id", "family", "pack", "name", "description", "actors", "techniques", "asset", "consequence", "veris",
        "incident_category", "frequency", "severity", "shares", "shares_source", "losses", "leads_to", "accumulates",
    )  # fmt: skip
    code = node.one_of("family", families)
    family = families.get(code)
    frequency = node.child("frequency")
    frequency.only("share", "source", "confidence")
    ratio, ratio_basis = 1.0, Basis("the family's", "derived")
    if "severity" in node:
        severity = node.child("severity")
        severity.only("ratio", "source", "confidence")
        ratio, ratio_basis = severity.number("ratio", 0.01, 100), read_basis(severity)
    own = "shares" in node
    losses = node.strings("losses")
    _among(node, "losses", losses, classes)
    return Scenario(
        id=node.string("id"),
        family=code,
        pack=node.one_of("pack", packs) if "pack" in node else None,
        name=node.text("name"),
        description=node.text("description"),
        actors=node.strings("actors"),
        techniques=node.strings("techniques"),
        asset=node.text("asset") if "asset" in node or family is None else family.asset,
        consequence=node.text("consequence") if "consequence" in node or family is None else family.consequence,
        veris=node.string("veris", family.veris if family else None),
        incident_category=node.string("incident_category", family.incident_category if family else None),
        share=frequency.number("share", 1e-6, 1),
        share_basis=read_basis(frequency),
        ratio=ratio,
        ratio_basis=ratio_basis,
        shares=read_shares(node) if own or family is None else family.shares,
        own_shares=own,
        shares_basis=read_basis(node.child("shares_source")) if own or family is None else family.shares_basis,
        losses=losses,
        leads_to=node.strings("leads_to", default=True),
        accumulates=node.boolean("accumulates", False),
    )


def _whole(node: Node, family: Family, scenarios: list[Scenario]) -> None:
    """A family that is split is split wholly: frequency, mean loss and cover shares are those of its general part."""
    general = [s for s in scenarios if s.pack is None]
    for pack in sorted({s.pack for s in scenarios if s.pack}):
        taken = sum(s.share for s in scenarios if s.pack == pack)
        if taken > MOST_OF_A_FAMILY + 1e-9:
            names = {"family": family.id, "pack": pack, "total": round(taken, 6), "most": MOST_OF_A_FAMILY}
            node.problems.add("scenarios", "universe.pack_share", **names)
    if not general:
        return
    total = sum(s.share for s in general)
    if abs(total - 1) > 1e-9:
        node.problems.add("scenarios", "universe.split", family=family.id, total=round(total, 6))
    mean = sum(s.share * s.ratio for s in general)
    if abs(mean - 1) > MEAN_WITHIN:
        node.problems.add("scenarios", "universe.split_mean", family=family.id, total=round(mean, 6))
    for cover in (*COVERS, UNINSURED):
        mixed = sum(s.share * s.ratio * s.shares.get(cover, 0.0) for s in general) / (mean or 1)
        if abs(mixed - family.shares.get(cover, 0.0)) > SHARES_WITHIN:
            names = {"family": family.id, "cover": cover, "mixed": round(mixed, 4)}
            node.problems.add("scenarios", "universe.split_shares", **names, whole=family.shares.get(cover, 0.0))
