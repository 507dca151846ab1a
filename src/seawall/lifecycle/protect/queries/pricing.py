"""Pricing an assessment again: the same facts and releases, for the products, limits and retentions wished for.

Nothing here looks at anything but its arguments, so an offer can be replayed to the same number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from seawall.core.assessment.assess import as_array, beliefs_of
from seawall.core.assessment.losses import through_terms
from seawall.core.assessment.options import Desk
from seawall.core.coverage.products import Product
from seawall.core.coverage.terms import PolicyTerms
from seawall.core.decimals import plain
from seawall.core.evidence.items import Finding
from seawall.core.library import Library
from seawall.core.losses.net import event_payouts
from seawall.core.money import Money
from seawall.core.pricing.appetite import Appetite, Authority, Decision, decide
from seawall.core.pricing.rate import Rating
from seawall.core.pricing.technical import dual_price, load_loading, risk_load, technical_premium
from seawall.core.problems import Problem, Refused
from seawall.core.submission import Submission, read
from seawall.core.universe.risk import CompanyRisk, Floats, company_risk
from seawall.lifecycle.identify.models import Assessment

BEYOND_AUTHORITY = "authority"
BEYOND = {
    "zh": "责任限额或营业收入超出核保人权限，须由有权核保人审批",
    "en": "Limit or revenue is beyond an underwriter's own authority; someone with authority decides",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One option asked for. No `covers`: the product's standard content. Amounts in any known currency."""

    product: str
    limit: Money
    retention: Money
    waiting_hours: int
    covers: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "product": self.product,
            "limit": plain(self.limit.amount),
            "retention": plain(self.retention.amount),
            "currency": self.limit.currency,
            "waiting_hours": self.waiting_hours,
            "covers": list(self.covers),
        }

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> Wish:
        """From `as_dict`."""
        limit, retention = (Money.of(words[key], words["currency"]) for key in ("limit", "retention"))
        return cls(words["product"], limit, retention, words["waiting_hours"], tuple(words["covers"]))


@dataclass(frozen=True, slots=True)
class Basis:
    """What every option of one assessment shares."""

    submission: Submission
    library: Library
    appetite: Appetite
    loading: Mapping[str, Any]
    risk: CompanyRisk
    beliefs: Floats
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """A priced option, in the currency of the rating plan; `premium` None: the plan refuses, `refused` says why."""

    wish: Wish
    terms: PolicyTerms
    rating: Rating | None
    refused: tuple[Problem, ...]
    extras: Mapping[str, Money]
    outcome: str
    reasons: tuple[Mapping[str, Any], ...]
    internals: Mapping[str, Any]

    @property
    def premium(self) -> Money | None:
        return None if self.rating is None else self.rating.premium

    def as_dict(self) -> dict[str, Any]:
        """Everything that a replay must find again."""
        return {
            "wish": self.wish.as_dict(),
            "terms": terms_document(self.terms),
            "rating": None if self.rating is None else self.rating.as_dict(),
            "refused": [_problem(p) for p in self.refused],
            "extras": {cover: plain(money.amount) for cover, money in self.extras.items()},
            "outcome": self.outcome,
            "reasons": [dict(reason) for reason in self.reasons],
            "internals": dict(self.internals),
        }


def basis(assessment: Assessment, library: Library, appetite: Appetite, loading: Mapping[str, Any]) -> Basis:
    """The assessment's evidence weighed again; `loading` is that part of the rating plan's document."""
    submission = read(assessment.inputs["submission"], as_of=assessment.as_of)
    findings = [
        Finding(**{**seen, "observed_at": datetime.fromisoformat(seen["observed_at"])})
        for seen in assessment.inputs["findings"]
    ]
    universe = library.universe
    priors = {c: (p.absent, p.partial, p.present) for c, p in library.controls.priors.items()}
    risk = company_risk(submission.company, universe, priors)
    believed = beliefs_of(submission, findings, library, as_of=assessment.as_of)
    company = submission.company
    facts = {
        "section": company.industry[:1],
        "industry": company.industry,
        "revenue": universe.convert(company.revenue).amount,
        "records": company.records_held,
        "score": assessment.score,
        "mlps_level": company.mlps_level or 0,
        "critical_infrastructure": company.critical_infrastructure,
        "controls": {c: {"absent": b.absent, "partial": b.partial, "present": b.present} for c, b in believed.items()},
    }
    return Basis(submission, library, appetite, loading, risk, as_array(risk, believed), facts)


def wished(submission: Submission, products: Sequence[str]) -> tuple[Wish, ...]:
    """Each product at what was asked for in the submission."""
    asked = submission.request
    return tuple(Wish(product, asked.limit, asked.retention, asked.waiting_hours) for product in products)


def price(found: Basis, wish: Wish) -> Offer:
    """One option: terms, premium with its trace, what the appetite says, and what it costs by the loss model."""
    product, convert = found.library.products[wish.product], found.library.universe.convert
    limit, retention = convert(wish.limit), convert(wish.retention)
    covers = wish.covers or product.default_covers()
    terms = product.terms(limit, retention, covers=covers, waiting_hours=wish.waiting_hours)
    request = replace(found.submission.request, limit=limit, retention=retention, waiting_hours=wish.waiting_hours)
    desk = Desk(replace(found.submission, request=request), found.library, found.risk)
    rating, refused, extras = _rated(desk, product, covers, found.beliefs)
    decision = decide(found.appetite, {**found.facts, "limit": limit.amount, "retention": retention.amount})
    outcome, reasons = _appetite(decision, found.appetite.authorities[0])
    internals = _internals(found, terms, rating)
    return Offer(wish, terms, rating, refused, extras, outcome, reasons, internals)


def _rated(
    desk: Desk, product: Product, covers: Sequence[str], beliefs: Floats
) -> tuple[Rating | None, tuple[Problem, ...], dict[str, Money]]:
    manual, extras = desk.library.manual, dict[str, Money]()
    if manual is None:
        return None, (Problem("rating", "quote.no_rating_plan"),), extras
    try:
        rating = desk.rated(manual, product, covers, beliefs)
        for extra in (c.code for c in product.covers if c.code not in covers):
            extras[extra] = desk.rated(manual, product, [*covers, extra], beliefs).premium - rating.premium
    except Refused as no:
        return None, no.problems, {}
    return rating, (), extras


def _appetite(decision: Decision, least: Authority) -> tuple[str, tuple[dict[str, Any], ...]]:
    """What to do and why; a risk that needs more than an underwriter's own authority is referred for that alone."""
    reasons = [
        {
            "rule": fired.rule,
            "outcome": fired.outcome,
            "reason": dict(fired.reason),
            "remedy": dict(fired.remedy),
            "facts": list(fired.facts),
            "missing": list(fired.missing),
        }
        for fired in decision.fired
    ]
    outcome, needed = decision.outcome, decision.authority
    if needed is None or needed.limit > least.limit:
        outcome = "refer" if outcome == "accept" else outcome
        title = dict(needed.title) if needed else {"zh": "无人有权", "en": "Nobody in the house"}
        reasons.append(
            {
                "rule": BEYOND_AUTHORITY,
                "outcome": "refer",
                "reason": BEYOND,
                "remedy": title,
                "facts": ["limit", "revenue"],
                "missing": [],
            }
        )
    return outcome, tuple(reasons)


def _internals(found: Basis, terms: PolicyTerms, rating: Rating | None) -> dict[str, Any]:
    """Expected payments through the terms, how many a year, and the technical price beside the manual one."""
    paid, by_cover = through_terms(found.risk, found.beliefs, terms)
    loading = load_loading(found.loading, terms.currency)
    technical = technical_premium(paid.expected, risk_load(paid.expected, paid.tail995, loading), loading)
    price = technical.as_dict() if rating is None else dual_price(rating.premium, technical).as_dict()
    return {
        "events": f"{_paying_events(found, terms):.6g}",
        "expected": plain(paid.expected.amount),
        "q95": plain(paid.q95.amount),
        "q995": plain(paid.q995.amount),
        "tail995": plain(paid.tail995.amount),
        "flags": list(paid.flags),
        "by_cover": {cover: plain(money.amount) for cover, money in by_cover.items()},
        "price": price,
    }


def _paying_events(found: Basis, terms: PolicyTerms) -> float:
    """How many events a year are expected that the policy pays something for."""
    total = 0.0
    for (rate, severity), scenario in zip(found.risk.events(found.beliefs), found.risk.families, strict=True):
        hourly = found.risk.hourly * max(scenario.interruption, 0.01)
        payouts = list(event_payouts(terms, scenario.shares, hourly=hourly).values())
        if payouts:
            total += rate * float(reduce(add, payouts).survival(severity, 0.0)[0])
    return total


def terms_document(terms: PolicyTerms) -> dict[str, Any]:
    """Terms as the adjuster's documents hold them: amounts in major units as text."""
    return {
        "product": terms.product,
        "currency": terms.currency,
        "aggregate": plain(terms.aggregate.amount),
        "covers": [
            {
                "cover": cover.cover,
                "limit": plain(cover.limit.amount),
                "retention": plain(cover.retention.amount),
                "coinsurance": plain(cover.coinsurance),
                "waiting_hours": cover.waiting_hours,
                "indemnity_days": cover.indemnity_days,
                "waiting": str(cover.waiting),
            }
            for cover in terms.covers
        ],
    }


def _problem(found: Problem) -> dict[str, Any]:
    return {"field": found.field, "code": found.code, "params": {k: str(v) for k, v in found.params.items()}}
