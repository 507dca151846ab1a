"""Making offers, putting them before an underwriter, and letting them lapse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from seawall import __version__
from seawall.core.library import ReleaseRef
from seawall.core.pricing.appetite import OUTCOMES, load_appetite
from seawall.core.problems import Invalid, Problem, Refused
from seawall.lifecycle.identify.models import Assessment
from seawall.lifecycle.protect.models import Quote, QuoteOption, Referral
from seawall.lifecycle.protect.models.quote import MACHINE
from seawall.lifecycle.protect.queries import quote as queries
from seawall.lifecycle.protect.queries.pricing import Basis, Offer, Wish, basis, price, terms_document, wished
from seawall.lifecycle.strategy.models import Offering
from seawall.lifecycle.strategy.queries.in_force import appetite, offerings, rating_plan
from seawall.records.journal.actions import record
from seawall.records.numbering import next_number
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.releases.models import Release
from seawall.records.releases.queries import library_of

VALID_DAYS = 30
ASSESSMENT_DAYS = 90
MOST_OPTIONS = 12
ORDER = ("sme", "system", "bespoke")
ASK = "asked"


class StaleAssessment(Refused):
    """The assessment is too old, or was priced under a plan or products that are no longer the ones in force."""

    code = "quote.stale_assessment"


class NothingOnSale(Refused):
    """No appetite, no rating plan or no product is in force on this day."""

    code = "quote.nothing_on_sale"


class ReasonNeeded(Refused):
    code = "quote.reason_needed"
    status = 422


@dataclass(frozen=True, slots=True)
class Charges:
    """Shares of the premium before tax. `commission` counts only with a broker.

    Defaults: 6 % VAT on insurance premiums (财税〔2016〕36号); 15 % commission is this platform's illustrative rate.
    """

    commission: Decimal = Decimal("0.15")
    tax: Decimal = Decimal("0.06")


STANDARD = Charges()


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is in force on the day of the quote, and the assessment it is made on."""

    assessment: Assessment
    offered: dict[str, Offering]
    basis: Basis
    releases: dict[str, dict[str, str]]


@transaction.atomic
def make(
    *, assessment: UUID | str, wishes: Sequence[Wish] = (), charges: Charges = STANDARD, by: Viewer, at: datetime
) -> Quote:
    """Price `wishes` (every product on sale at the limit asked for, when there are none) and say yes, refer or no.

    Raises `StaleAssessment`, `NothingOnSale`, `NotFound`, and `Invalid` for wishes that cannot be had. A quote that
    needs an underwriter gets its referral at once; one that nobody may bind is declined with the reasons.
    """
    by.require("quote.make")
    found = (
        Assessment.objects.filter(tenant_id=by.tenant, pk=assessment)
        .filter(submission__company__in=visible_companies(by, at=at))
        .select_related("submission")
        .first()
    )
    if found is None or (by.kind == "broker" and found.submission.broker_id not in (None, by.organisation)):
        raise NotFound("assessment")
    ground = _ground(found, by=by, at=at)
    asked = tuple(wishes) or wished(ground.basis.submission, sorted(ground.offered, key=_place))
    _check(asked, ground)
    offers = [price(ground.basis, wish) for wish in asked]
    outcome = _worst(offers)
    submission = found.submission
    broker = submission.broker_id
    quote = Quote.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        number=next_number("quote", tenant=by.tenant, at=at),
        submission=submission,
        assessment=found,
        insured_id=submission.company_id,
        broker_id=broker,
        made_by_id=by.user or None,
        inception=ground.basis.submission.request.inception,
        valid_until=at + timedelta(days=VALID_DAYS),
        outcome=outcome,
        status={"accept": "offered", "refer": "referred", "decline": "declined"}[outcome],
        wishes=[wish.as_dict() for wish in asked],
        releases=ground.releases,
        engine=__version__,
        commission_share=charges.commission if broker else Decimal(0),
        tax_share=charges.tax,
    )
    options = [
        _option(quote, position, offer, ground.offered[offer.wish.product]) for position, offer in enumerate(offers)
    ]
    QuoteOption.objects.bulk_create(options)
    record(
        "quote.make",
        quote,
        by=by,
        at=at,
        new={
            "number": quote.number,
            "status": quote.status,
            "assessment": str(found.pk),
            "premiums": {f"{o.position}/{o.product}": o.premium for o in options},
        },
    )
    if outcome == "refer":
        _put_forward(quote, _reasons(offers), by=by, at=at)
    return quote


def _place(product: str) -> tuple[int, str]:
    return (ORDER.index(product) if product in ORDER else len(ORDER), product)


def _ground(found: Assessment, *, by: Viewer, at: datetime) -> _Ground:
    """Everything needed to price; the assessment's plan and products must be those in force."""
    day = timezone.localdate(at)
    if found.as_of < day - timedelta(days=ASSESSMENT_DAYS):
        raise StaleAssessment("assessment", as_of=found.as_of.isoformat(), days=ASSESSMENT_DAYS)
    library = library_of(by, found.releases)
    rules, plan = appetite(by, on=day), rating_plan(by, on=day, currency=library.universe.currency)
    offered = {o.product: o for o in offerings(by, on=day) if o.product in library.products}
    if rules is None or plan is None or not offered:
        raise NothingOnSale("assessment", day=day.isoformat())
    in_force = [plan.release, *(o.release for o in offered.values())]
    for release in in_force:
        ref = library.releases.get(f"{release.kind}/{release.identifier}")
        if ref is None or ref.sha256 != release.sha256:
            raise StaleAssessment("assessment", as_of=found.as_of.isoformat(), days=ASSESSMENT_DAYS)
    releases = {key: ref.as_dict() for key, ref in library.releases.items()}
    for release in (rules.release, *(o.wording for o in offered.values())):
        releases[f"{release.kind}/{release.identifier}"] = _ref(release).as_dict()
    weighed = basis(found, library, load_appetite(rules.release.body), plan.release.body["loading"])
    return _Ground(found, offered, weighed, releases)


def _ref(release: Release) -> ReleaseRef:
    return ReleaseRef(release.kind, release.identifier, release.version, release.sha256)


def _check(asked: Sequence[Wish], ground: _Ground) -> None:
    """Raise `Invalid` with everything about the wishes that cannot be had."""
    problems: list[Problem] = []
    if len(asked) > MOST_OPTIONS:
        problems.append(Problem("wishes", "document.too_many", {"most": MOST_OPTIONS}))
    for place, wish in enumerate(asked):
        field = f"wishes.{place}"
        if wish.product not in ground.offered:
            problems.append(Problem(f"{field}.product", "quote.product_not_on_sale", {"product": wish.product}))
        elif wish.covers:
            product = ground.basis.library.products[wish.product]
            problems += [Problem(f"{field}.{p.field}", p.code, p.params) for p in product.problems(wish.covers)]
        if wish.limit.minor <= 0:
            problems.append(Problem(f"{field}.limit", "submission.limit_zero"))
        elif wish.retention.currency != wish.limit.currency or not 0 <= wish.retention.minor < wish.limit.minor:
            about = {"retention": str(wish.retention), "limit": str(wish.limit)}
            problems.append(Problem(f"{field}.retention", "submission.retention_over_limit", about))
        if not 0 <= wish.waiting_hours <= 8760:
            problems.append(Problem(f"{field}.waiting_hours", "document.out_of_range", {"low": 0, "high": 8760}))
    if problems:
        raise Invalid(problems)


def _worst(offers: Sequence[Offer]) -> str:
    """Declined when every option is; else referred when one that is left needs it."""
    left = [offer.outcome for offer in offers if offer.outcome != "decline"]
    return max(left, key=OUTCOMES.index) if left else "decline"


def _reasons(offers: Sequence[Offer]) -> list[dict[str, Any]]:
    """Each rule that refers once, in the order it was met."""
    told = {r["rule"]: dict(r) for offer in offers for r in offer.reasons if r["outcome"] == "refer"}
    return list(told.values())


def _option(quote: Quote, position: int, offer: Offer, offering: Offering) -> QuoteOption:
    words = offer.as_dict()
    return QuoteOption(
        tenant_id=quote.tenant_id,
        recorded_at=quote.recorded_at,
        quote=quote,
        position=position,
        product=offer.wish.product,
        product_release=offering.release,
        wording=offering.wording,
        currency=offer.terms.currency,
        limit=offer.terms.aggregate.minor,
        retention=max((c.retention.minor for c in offer.terms.covers), default=0),
        premium=None if offer.premium is None else offer.premium.minor,
        terms=terms_document(offer.terms),
        rating=words["rating"],
        refused=words["refused"],
        extras=words["extras"],
        outcome=offer.outcome,
        reasons=words["reasons"],
        internals=words["internals"],
    )


def _put_forward(quote: Quote, reasons: list[dict[str, Any]], *, by: Viewer, at: datetime) -> Referral:
    referral = Referral.objects.create(
        tenant_id=by.tenant, recorded_at=at, quote=quote, reasons=reasons, made_by_id=quote.made_by_id
    )
    record("quote.refer", referral, by=by, at=at, new={"quote": quote.number, "rules": [r["rule"] for r in reasons]})
    return referral


@transaction.atomic
def refer(*, quote: UUID | str, reason: str, by: Viewer, at: datetime) -> Referral:
    """Put an open offer before an underwriter all the same; raises `WrongState`, `ReasonNeeded`, `NotFound`."""
    by.require("quote.refer")
    found = locked(quote, by=by, at=at)
    if not reason.strip():
        raise ReasonNeeded("reason")
    old, found.status = found.status, MACHINE.after(found.status, "refer")
    found.save(update_fields=["status"])
    record("quote.refer", found, by=by, at=at, old={"status": old}, new={"status": found.status}, reason=reason)
    words = reason.strip()
    asked = {"rule": ASK, "outcome": "refer", "reason": {"zh": words, "en": words}, "remedy": {}, "facts": []}
    return _put_forward(found, [asked], by=by, at=at)


@transaction.atomic
def expire_due(*, by: Viewer, at: datetime) -> int:
    """Let every offer lapse whose time is over; how many there were."""
    by.require("quote.expire")
    due = Quote.objects.select_for_update().filter(
        tenant_id=by.tenant, status__in=("offered", "referred"), valid_until__lte=at
    )
    count = 0
    for quote in due:
        old, quote.status = quote.status, MACHINE.after(quote.status, "expire")
        quote.save(update_fields=["status"])
        record("quote.expire", quote, by=by, at=at, old={"status": old}, new={"status": quote.status})
        count += 1
    return count


def replay(*, quote: UUID | str, by: Viewer, at: datetime) -> tuple[bool, list[str]]:
    """Whether the quote comes out the same, and the paths at which it does not; changes nothing."""
    again = queries.replay(by, quote, at=at)
    return again.same, [path for path, _, _ in again.differences]


def locked(quote: UUID | str, *, by: Viewer, at: datetime) -> Quote:
    """The quote, seen by the viewer and locked until the transaction ends; raises `NotFound`."""
    queries.one(by, quote, at=at)
    return Quote.objects.select_for_update().get(tenant_id=by.tenant, pk=quote)
