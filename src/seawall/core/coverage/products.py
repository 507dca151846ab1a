"""Products: which covers and services an insurer offers together, read from a release."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seawall.core.coverage.terms import CoverTerms, PolicyTerms, Waiting
from seawall.core.documents import HEADER_KEYS, Node, Released, flat
from seawall.core.money import Money
from seawall.core.problems import Problem, Refused

# Covers and services of figure 3-2 of the 2022 white paper, in its order.
COVERS = (
    "business_interruption", "extortion", "data_security_liability", "data_breach_liability", "data_restoration",
    "public_relations", "notification", "ddos_defence", "defence_costs", "regulatory_monitoring",
)  # fmt: skip
SERVICES = (
    "unobtrusive_assessment", "online_expert", "extortion_adviser", "tracing", "periodic_inspection", "tamper_watch",
    "trojan_watch", "web_hardening", "penetration_test", "talent_training", "advanced_threat_watch",
)  # fmt: skip
AVAILABILITY = ("included", "optional")
RETENTION_FORMS = ("amount", "waiting_then_amount", "amount_and_coinsurance")
OED_COVERAGES = {"NPBI": 7, "CBI": 8, "DIAS": 9, "EXT": 10, "FIN": 11, "INRE": 12, "LIA": 13, "REG": 14, "ENO": 15}


class CoverNotOffered(Refused):
    """The product has no such cover."""

    code = "product.cover_not_offered"
    status = 422


@dataclass(frozen=True, slots=True)
class OfferedCover:
    """A cover of a product with the terms it comes with. `sub_limit_share` is a share of the policy limit, (0, 1]."""

    code: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    party: str
    oed: str
    availability: str
    sub_limit_share: Decimal
    retention_form: str
    coinsurance: Decimal
    waiting_hours: int
    waiting: Waiting
    indemnity_days: int | None

    @property
    def included(self) -> bool:
        return self.availability == "included"


@dataclass(frozen=True, slots=True)
class OfferedService:
    """A risk-management service that comes with a product."""

    code: str
    name: Mapping[str, str]
    availability: str


@dataclass(frozen=True, slots=True)
class Product:
    """One insurance product. `selectable` says that even its standard content may be deselected (综合定制版)."""

    id: str
    version: str
    name: Mapping[str, str]
    summary: Mapping[str, str]
    selectable: bool
    covers: tuple[OfferedCover, ...]
    services: tuple[OfferedService, ...]

    @classmethod
    def load(cls, document: Mapping[str, Any] | Released) -> Product:
        """From a release of kind `products`; raises `Invalid` with every problem."""
        node = Node(flat(document))
        node.only(*HEADER_KEYS, "summary", "selectable", "covers", "services")
        product = cls(
            id=node.string("id"),
            version=node.string("version"),
            name=node.text("name"),
            summary=node.text("summary"),
            selectable=node.boolean("selectable", False),
            covers=tuple(_cover(item) for item in node.children("covers")),
            services=tuple(_service(item) for item in node.children("services")),
        )
        node.unique("covers", [c.code for c in product.covers])
        node.unique("services", [s.code for s in product.services])
        node.problems.raise_if_any()
        return product

    def cover(self, code: str) -> OfferedCover | None:
        return next((c for c in self.covers if c.code == code), None)

    def default_covers(self) -> tuple[str, ...]:
        """What a buyer gets who chooses nothing: the included covers, and all of them in a selectable product."""
        return tuple(c.code for c in self.covers if c.included or self.selectable)

    def problems(self, chosen: Collection[str]) -> list[Problem]:
        """Why a choice of covers cannot be had; empty when it can."""
        found = [
            Problem("covers", "product.cover_not_offered", {"cover": code, "product": self.id})
            for code in chosen
            if self.cover(code) is None
        ]
        if not self.selectable:
            found += [
                Problem("covers", "product.cover_required", {"cover": c.code, "product": self.id})
                for c in self.covers
                if c.included and c.code not in chosen
            ]
        if not chosen:
            found.append(Problem("covers", "product.no_cover", {"product": self.id}))
        return found

    def terms(
        self, limit: Money, retention: Money, *, covers: Collection[str] | None = None, waiting_hours: int | None = None
    ) -> PolicyTerms:
        """Policy terms for a limit and retention with the product's own sub-limits, waiting periods and coinsurance.

        `covers` defaults to `default_covers()`; `waiting_hours` replaces the product's wherever a cover has a waiting
        period. Raises `CoverNotOffered`.
        """
        codes = self.default_covers() if covers is None else covers
        for code in codes:
            if self.cover(code) is None:
                raise CoverNotOffered("covers", cover=code, product=self.id)
        chosen = [c for c in self.covers if c.code in codes]
        return PolicyTerms(
            product=self.id,
            currency=limit.currency,
            aggregate=limit,
            covers=tuple(_terms(c, limit, retention, waiting_hours) for c in chosen),
        )


def _terms(cover: OfferedCover, limit: Money, retention: Money, waiting_hours: int | None) -> CoverTerms:
    waits = cover.retention_form == "waiting_then_amount"
    hours = cover.waiting_hours if waiting_hours is None else waiting_hours
    return CoverTerms(
        cover=cover.code,
        limit=limit.times(cover.sub_limit_share),
        retention=retention,
        coinsurance=cover.coinsurance,
        waiting_hours=hours if waits else 0,
        indemnity_days=cover.indemnity_days,
        waiting=cover.waiting,
    )


def _cover(node: Node) -> OfferedCover:
    node.only(
        "code", "name", "description", "party", "oed", "availability", "sub_limit_share", "retention_form",
        "coinsurance", "waiting_hours", "waiting", "indemnity_days", "basis",
    )  # fmt: skip
    waiting = node.one_of("waiting", [w.value for w in Waiting], Waiting.RETENTION.value)
    return OfferedCover(
        code=node.one_of("code", COVERS),
        name=node.text("name"),
        description=node.text("description"),
        party=node.one_of("party", ("first", "third")),
        oed=node.one_of("oed", OED_COVERAGES),
        availability=node.one_of("availability", AVAILABILITY),
        sub_limit_share=node.decimal("sub_limit_share", "0.001", "1"),
        retention_form=node.one_of("retention_form", RETENTION_FORMS),
        coinsurance=node.decimal("coinsurance", "0", "0.99", default=0),
        waiting_hours=node.integer("waiting_hours", 0, 8760, default=0),
        waiting=Waiting(waiting) if waiting in list(Waiting) else Waiting.RETENTION,
        indemnity_days=node.integer("indemnity_days", 1, 730) if "indemnity_days" in node else None,
    )


def _service(node: Node) -> OfferedService:
    node.only("code", "name", "availability")
    return OfferedService(
        code=node.one_of("code", SERVICES),
        name=node.text("name"),
        availability=node.one_of("availability", AVAILABILITY),
    )
