"""The three products, priced for one request: the same rating run with each product's covers and sub-limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from seawall.core.advice.fixes import relativity
from seawall.core.assessment.losses import through_terms
from seawall.core.assessment.values import Option
from seawall.core.coverage.products import Product
from seawall.core.library import Library
from seawall.core.money import Money
from seawall.core.pricing.manual import Manual
from seawall.core.pricing.rate import Rating, rate
from seawall.core.problems import Problem, Refused
from seawall.core.submission import Submission
from seawall.core.universe.risk import CompanyRisk, Floats


@dataclass(frozen=True, slots=True)
class Desk:
    """What pricing needs for one submission: its facts in the currency of the rating plan, and the loss model."""

    submission: Submission
    library: Library
    risk: CompanyRisk

    def inputs(self, product: Product, covers: Sequence[str], beliefs: Floats) -> dict[str, Any]:
        """The risk as the rate manual takes it; amounts in major units of the plan's currency."""
        company, request = self.submission.company, self.submission.request
        convert = self.library.universe.convert
        limit = convert(request.limit)
        facts: dict[str, Any] = {
            "revenue": convert(company.revenue).amount,
            "industry": company.industry,
            "records": company.records_held,
            "employees": company.employees,
            "limit": limit.amount,
            "retention": convert(request.retention).amount,
            "waiting_hours": request.waiting_hours,
            "covers": list(covers),
            "cover_terms": {
                c.code: {"cover_limit": limit.times(c.sub_limit_share).amount}
                for c in product.covers
                if c.code in covers
            },
            "loss_relativity": relativity(self.risk, beliefs, covers),
            "certificates": [c.standard for c in company.certificates if c.valid_until >= request.inception],
        }
        if company.mlps_level is not None:
            facts["mlps_level"] = str(company.mlps_level)
        return facts

    def rated(self, manual: Manual, product: Product, covers: Sequence[str], beliefs: Floats) -> Rating:
        """The rating under a plan; raises what the plan refuses."""
        return rate(manual, self.inputs(product, covers, beliefs))

    def premium(self, product: Product, beliefs: Floats) -> Money | None:
        """The premium of the product's standard covers; None where there is no plan or it refuses."""
        if self.library.manual is None:
            return None
        try:
            return self.rated(self.library.manual, product, product.default_covers(), beliefs).premium
        except Refused:
            return None


def option(desk: Desk, product: Product, beliefs: Floats) -> Option:
    """The product at the limit and retention asked for, with its standard covers."""
    request, universe = desk.submission.request, desk.library.universe
    covers = product.default_covers()
    limit, retention = universe.convert(request.limit), universe.convert(request.retention)
    policy = product.terms(limit, retention, covers=covers, waiting_hours=request.waiting_hours)
    paid, by_cover = through_terms(desk.risk, beliefs, policy)
    rating, refused, add = None, tuple[Problem, ...](), dict[str, Money]()
    manual = desk.library.manual
    if manual is not None:
        try:
            rating = desk.rated(manual, product, covers, beliefs)
            for extra in (c.code for c in product.covers if c.code not in covers):
                add[extra] = desk.rated(manual, product, [*covers, extra], beliefs).premium - rating.premium
        except Refused as no:
            refused = no.problems
    return Option(product.id, product.version, covers, limit, retention, paid, by_cover, rating, refused, add)
