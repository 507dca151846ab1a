"""The risk universe to be read: one list of risks over its grains, searched, filtered, and told to whom it may be told.

Names, descriptions, controls and covers are everybody's; how often and how badly is the insurer's own affair.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from math import exp
from uuid import UUID

from seawall import reference
from seawall.core.coverage.products import COVERS
from seawall.core.liability.wording import Clause, load_wording
from seawall.core.library import CATEGORIES
from seawall.core.texts import Text
from seawall.core.universe.load import load_universe
from seawall.core.universe.model import Family, Universe
from seawall.core.universe.scenarios import ENTERPRISE, INDUSTRY, SCENARIO, Basis, OtherRisk, Scenario
from seawall.core.universe.threats import Threats, load_threats
from seawall.lifecycle.strategy.queries.in_force import library_on, risk_universe
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.releases.models import Release
from seawall.records.releases.queries import document, newest, releases

OTHER = "other"  # a risk of the business that no model here quantifies
GRAINS = (INDUSTRY, ENTERPRISE, SCENARIO, OTHER)
CONFIDENCE = ("judgement", "derived", "verified")  # weakest first


@dataclass(frozen=True, slots=True)
class Figures:
    """How often a risk strikes the reference company a year, and how badly, in the universe's currency.

    The median is what half of the events stay below; `tail` is the loss that one event in twenty passes. A mean without
    a limit would be led by losses nobody has seen.
    """

    rate: float
    rate_basis: Basis
    median: float
    tail: float
    loss_basis: Basis
    sigma: float

    @property
    def confidence(self) -> str:
        """The weaker of the two."""
        return min(self.rate_basis.confidence, self.loss_basis.confidence, key=CONFIDENCE.index)


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk at one grain. `figures` is None where there are none, or where the viewer may not know them.

    `actor` is one of VERIS's three; `actors` ids of the actor library. `controls` act on it or on its family.
    """

    code: str
    grain: str
    name: Text
    description: Text
    family: str
    pack: str
    actor: str
    actors: tuple[str, ...]
    threat: Text
    techniques: tuple[str, ...]
    asset: Text
    consequence: Text
    veris: str
    category: str
    covers: Mapping[str, float]
    controls: tuple[str, ...]
    leads_to: tuple[str, ...]
    accumulates: bool
    figures: Figures | None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """A release as the viewer may read it: its universe, and every risk in it, families before their scenarios."""

    release: Release
    universe: Universe
    risks: tuple[Risk, ...]
    told: bool

    def risk(self, code: str) -> Risk:
        """One of them; raises `NotFound`."""
        found = next((risk for risk in self.risks if risk.code == code), None)
        if found is None:
            raise NotFound("risk")
        return found

    def parts(self, family: Risk) -> list[Risk]:
        """The scenarios a family is made of."""
        return [risk for risk in self.risks if risk.family == family.code and risk.code != family.code]


def register(viewer: Viewer, *, on: date, release: UUID | None = None) -> Register:
    """The universe in force on a day, or for the office another release; raises `NotFound`."""
    if release is not None:
        held = releases(viewer, "universe").filter(pk=release).first()
    else:
        held = risk_universe(viewer, on=on)
    if held is None:
        raise NotFound("release")
    return Register(held, universe := load_universe(document(held)), risks(universe, viewer.office), viewer.office)


def draft_register(base: Release, drafted: reference.Document) -> Register:
    """A draft to be read like a release."""
    universe = load_universe(drafted)
    return Register(base, universe, risks(universe, told=True), told=True)


def risks(universe: Universe, told: bool) -> tuple[Risk, ...]:
    """Every family with its scenarios behind it, then the risks without a model; figures only when `told`."""
    found: list[Risk] = []
    for family in universe.families:
        own = _family(universe, family)
        found.append(own)
        found += [_scenario(universe, family, scenario) for scenario in universe.of_family(family.id)]
    found += [_other(risk) for risk in universe.other_risks]
    return tuple(found if told else (_untold(risk) for risk in found))


def _untold(risk: Risk) -> Risk:
    """Without figures, and without an order of covers that would betray them."""
    return replace(risk, figures=None, basis=None, covers={c: 0.0 for c in COVERS if c in risk.covers})


def _family(universe: Universe, family: Family) -> Risk:
    return Risk(
        code=family.id,
        grain=ENTERPRISE,
        name=family.name,
        description=family.description,
        family=family.id,
        pack="",
        actor=family.actor,
        actors=tuple(dict.fromkeys(a for s in universe.of_family(family.id) for a in s.actors)),
        threat=family.threat,
        techniques=family.techniques,
        asset=family.asset,
        consequence=family.consequence,
        veris=family.veris,
        category=family.incident_category,
        covers=family.shares,
        controls=universe.controls_of(family.id),
        leads_to=(),
        accumulates=any(s.accumulates for s in universe.of_family(family.id)),
        figures=_figures(
            (family.frequency.level, family.frequency.basis),
            (family.severity.level, family.severity.basis),
            family.sigma,
        ),
    )  # fmt: skip


def _scenario(universe: Universe, family: Family, scenario: Scenario) -> Risk:
    return Risk(
        code=scenario.id,
        grain=INDUSTRY if scenario.pack else SCENARIO,
        name=scenario.name,
        description=scenario.description,
        family=family.id,
        pack=scenario.pack or "",
        actor=family.actor,
        actors=scenario.actors,
        threat=family.threat,
        techniques=scenario.techniques,
        asset=scenario.asset,
        consequence=scenario.consequence,
        veris=scenario.veris,
        category=scenario.incident_category,
        covers=scenario.shares,
        controls=universe.controls_of(scenario.id),
        leads_to=scenario.leads_to,
        accumulates=scenario.accumulates,
        figures=_figures(
            (family.frequency.level * scenario.share, scenario.share_basis),
            (family.severity.level * scenario.ratio, scenario.ratio_basis),
            family.sigma,
        ),
    )


def _other(risk: OtherRisk) -> Risk:
    nothing: Text = {"zh": "", "en": ""}
    return Risk(
        code=risk.id, grain=OTHER, name=risk.name, description=risk.description, family="", pack="", actor="",
        actors=(), threat=nothing, techniques=(), asset=nothing, consequence=nothing, veris="", category="",
        covers={}, controls=(), leads_to=risk.families, accumulates=False, figures=None, basis=risk.basis,
    )  # fmt: skip


Z95 = 1.6448536269514722


def _figures(often: tuple[float, Basis], badly: tuple[float, Basis], sigma: float) -> Figures:
    rate, rate_basis = often
    median, loss_basis = badly
    return Figures(rate, rate_basis, median, median * exp(Z95 * sigma), loss_basis, sigma)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty for anything. `industry` is a pack."""

    words: str = ""
    grain: str = ""
    industry: str = ""
    actor: str = ""
    cover: str = ""
    control: str = ""
    tactic: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What codes are called, and the tactics that techniques serve."""

    techniques: Mapping[str, Text]
    tactics: Mapping[str, tuple[str, ...]]
    tactic_names: Mapping[str, Text]
    actors: Mapping[str, Text]
    controls: Mapping[str, Text]
    covers: Mapping[str, Text]
    categories: Mapping[str, Text]


@cache
def threats() -> Threats:
    """The actor library and the ATT&CK techniques that ship with the platform; the latter have English names only."""
    return load_threats(reference.load("threats", "actors"), reference.load("threats", "attack"))


@cache
def tactics() -> Mapping[str, tuple[str, ...]]:
    """The tactics that each ATT&CK technique serves."""
    found: dict[str, list[str]] = {}
    for row in reference.load("threats", "tactics").body["memberships"]:
        found.setdefault(row["technique"], []).append(row["tactic"])
    return {technique: tuple(served) for technique, served in found.items()}


def names(viewer: Viewer, *, on: date) -> Names:
    """What the codes of a universe are called on a day."""
    library = library_on(viewer, on=on)
    standard, known = newest(viewer, "standards").get(CATEGORIES), threats()
    subclasses = [sub for group in standard.body["classes"] for sub in group["subclasses"]] if standard else []
    return Names(
        techniques={code: {"zh": found.name, "en": found.name} for code, found in known.techniques.items()},
        tactics=tactics(),
        tactic_names=reference.load("threats", "tactics").body["tactics"],
        actors={code: actor.name for code, actor in known.actors.items()},
        controls={code: prior.name for code, prior in library.controls.priors.items()},
        covers={cover.code: cover.name for product in library.products.values() for cover in product.covers},
        categories={str(sub["code"]): sub["name"] for sub in subclasses},
    )


def find(held: Register, wanted: Wanted, names: Names) -> tuple[Risk, ...]:
    """The risks that fit, in the register's order; every word must be found somewhere in what is said of a risk."""
    words = _fold(wanted.words).split()
    kept = []
    for risk in held.risks:
        fits = (
            (not wanted.grain or risk.grain == wanted.grain)
            and (not wanted.industry or risk.pack == wanted.industry)
            and (not wanted.actor or wanted.actor in (risk.actor, *risk.actors))
            and (not wanted.cover or wanted.cover in risk.covers)
            and (not wanted.control or wanted.control in risk.controls)
            and (not wanted.tactic or any(wanted.tactic in names.tactics.get(t, ()) for t in risk.techniques))
        )
        if fits and _holds(_said(risk, names), words):
            kept.append(risk)
    return tuple(kept)


def _holds(said: str, words: Sequence[str]) -> bool:
    return all(word in said for word in words)


def _said(risk: Risk, names: Names) -> str:
    """All that a search may find of a risk, in both languages."""
    parts: list[str] = [risk.code, risk.veris, risk.category, *risk.techniques, *risk.actors]
    texts: list[Text] = [risk.name, risk.description, risk.threat, risk.asset, risk.consequence]
    texts += _texts(names.techniques, risk.techniques) + _texts(names.actors, risk.actors)
    texts += _texts(names.controls, risk.controls) + _texts(names.covers, tuple(risk.covers))
    texts += _texts(names.categories, (risk.category,))
    return _fold("\n".join([*parts, *(part for text in texts for part in text.values())]))


def _texts(names: Mapping[str, Text], codes: Sequence[str]) -> list[Text]:
    return [names[code] for code in codes if code in names]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def clauses(wording: Release, covers: Sequence[str]) -> dict[str, list[Clause]]:
    """The clauses of a wording for these covers: what answers (`agreement`), and what limits it (`exclusion`).

    An exclusion that names no cover may meet any of them.
    """
    read = load_wording(wording.body, id=wording.identifier, version=wording.version)
    wanted = set(covers)
    return {
        "agreement": [c for c in read.clauses if c.kind == "agreement" and (c.covers or set()) & wanted],
        "exclusion": [c for c in read.clauses if c.kind == "exclusion" and (c.covers is None or c.covers & wanted)],
    }
