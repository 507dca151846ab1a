"""Everything an assessment draws on, read from releases and checked against each other once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar, cast

from seawall.core.assets.rules import AssetRules
from seawall.core.coverage.products import Product
from seawall.core.documents import Released
from seawall.core.evidence.controls import Controls
from seawall.core.evidence.observations import Checks
from seawall.core.evidence.questionnaire import Questionnaire
from seawall.core.pricing.manual import Manual, load_manual
from seawall.core.problems import Collector, Invalid, Problem
from seawall.core.scoring.gbt20984 import Method, load_method
from seawall.core.universe.load import load_universe
from seawall.core.universe.model import Universe

Documents: TypeAlias = Mapping[str, "Released | Sequence[Released]"]
T = TypeVar("T")

NEEDED = ("universe", "controls", "questionnaires", "checks", "products", "standards")
METHOD = "gbt20984-2022"
CATEGORIES = "gbt20986-2023"


@dataclass(frozen=True, slots=True)
class ReleaseRef:
    """The release a number was computed from."""

    kind: str
    id: str
    version: str
    sha256: str

    def as_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "id": self.id, "version": self.version, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Library:
    """Parsed releases that fit together. `manual` is None where nothing is to be priced.

    `releases` by "kind/id", for every document given, also those that no field here holds. With a document on assets,
    `checks` holds the checks made on imported files too.
    """

    universe: Universe
    controls: Controls
    questionnaire: Questionnaire
    checks: Checks
    products: Mapping[str, Product]
    gbt20984: Method
    manual: Manual | None
    releases: Mapping[str, ReleaseRef]
    assets: AssetRules | None = None

    @classmethod
    def from_documents(cls, documents: Documents) -> Library:
        """From documents by kind (several of a kind in a list).

        Needs a universe, controls, a questionnaire, checks, products and the standard gbt20984-2022; takes a rating
        plan (`rating`), rules on `assets` and the standard gbt20986-2023. Raises `Invalid` with every problem, its
        field led by the kind.
        """
        given = {kind: _several(found) for kind, found in documents.items()}
        problems = Collector()
        for kind in NEEDED:
            if not given.get(kind):
                problems.add(kind, "library.missing", kind=kind)
        problems.raise_if_any()
        reader = _Reader(given, problems)
        controls = reader.first("controls", lambda d: Controls.load(d.body))
        priors = controls.priors if controls else None
        universe = reader.first("universe", load_universe)
        questionnaire = reader.first("questionnaires", lambda d: Questionnaire.load(d.body, priors))
        checks = reader.first("checks", lambda d: Checks.load(d.body, priors))
        assets = reader.first("assets", lambda d: AssetRules.load(d.body, priors))
        products = [reader.read("products", d, Product.load) for d in given["products"]]
        method = reader.named("standards", METHOD, load_method)
        manual = reader.first("rating", lambda d: load_manual(d.body, id=d.header.id, version=d.header.version))
        problems.raise_if_any()
        library = cls(
            universe=_read(universe),
            controls=_read(controls),
            questionnaire=_read(questionnaire),
            checks=_joined(_read(checks), assets),
            products={p.id: p for p in products if p is not None},
            gbt20984=_read(method),
            manual=manual,
            releases={
                f"{kind}/{d.header.id}": ReleaseRef(kind, d.header.id, d.header.version, d.sha256)
                for kind in sorted(given)
                for d in given[kind]
            },
            assets=assets,
        )
        problems.extend(library.disagreements())
        problems.extend(_unknown_categories(library.universe, given["standards"]))
        problems.raise_if_any()
        return library

    def disagreements(self) -> Iterator[Problem]:
        """What one release names and another does not know."""
        weighed = {c.id for c in self.universe.controls}
        for control in sorted(weighed - set(self.controls.priors)):
            yield Problem(f"universe.controls.{control}", "library.no_prior", {"control": control})
        for control in sorted(set(self.controls.priors) - weighed):
            yield Problem(f"controls.controls.{control}", "library.no_effect", {"control": control})
        if self.manual is None:
            return
        if self.manual.currency != self.universe.currency:
            names = {"universe": self.universe.currency, "manual": self.manual.currency}
            yield Problem("rating.currency", "library.currency", names)
        for product in self.products.values():
            for cover in product.covers:
                if cover.code not in self.manual.covers:
                    names = {"cover": cover.code, "product": product.id}
                    yield Problem("rating.covers", "library.cover_not_rated", names)


def _joined(checks: Checks, assets: AssetRules | None) -> Checks:
    if assets is None:
        return checks
    return replace(checks, checks={**checks.checks, **assets.imports.checks})


def _read(value: T | None) -> T:
    """What was read; problems have been raised where it could not be."""
    return cast(T, value)


def _several(found: Released | Sequence[Released]) -> tuple[Released, ...]:
    return tuple(found) if isinstance(found, Sequence) else (found,)


def _unknown_categories(universe: Universe, standards: Sequence[Released]) -> Iterator[Problem]:
    for document in standards:
        if document.header.id == CATEGORIES:
            known = {sub for group in document.body["classes"] for sub in _codes(group)}
            named = {r.id: r.incident_category for r in universe.families}
            named |= {r.id: r.incident_category for r in universe.scenarios}
            for code, category in named.items():
                if category not in known:
                    names = {"scenario": code, "category": category}
                    yield Problem("universe.scenarios", "library.category", names)


def _codes(group: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(sub["code"]) for sub in group["subclasses"])


class _Reader:
    """Reads documents and keeps the problems of all of them."""

    def __init__(self, given: Mapping[str, tuple[Released, ...]], problems: Collector) -> None:
        self.given = given
        self.problems = problems

    def read(self, kind: str, document: Released, load: Callable[[Released], T]) -> T | None:
        try:
            return load(document)
        except Invalid as refused:
            self.problems.extend(
                Problem(f"{kind}/{document.header.id}: {p.field}", p.code, p.params) for p in refused.problems
            )
            return None

    def first(self, kind: str, load: Callable[[Released], T]) -> T | None:
        found = self.given.get(kind)
        return self.read(kind, found[0], load) if found else None

    def named(self, kind: str, id: str, load: Callable[[Released], T]) -> T | None:
        for document in self.given[kind]:
            if document.header.id == id:
                return self.read(kind, document, load)
        self.problems.add(kind, "library.missing", kind=f"{kind}/{id}")
        return None
