"""Binding an offer into a contract, issuing its papers, ending it before its time."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from seawall.core.money import Money
from seawall.core.period import Period
from seawall.core.problems import Refused
from seawall.lifecycle.protect.actions.ledger import Booking, book, premium_lines
from seawall.lifecycle.protect.actions.quote import ReasonNeeded, locked
from seawall.lifecycle.protect.actions.referral import QuoteLapsed
from seawall.lifecycle.protect.models import Policy, Quote, QuoteOption
from seawall.lifecycle.protect.models.policy import MACHINE
from seawall.lifecycle.protect.models.quote import MACHINE as QUOTE
from seawall.lifecycle.protect.queries.policy import one
from seawall.records.journal.actions import record
from seawall.records.numbering import next_number
from seawall.records.parties.roles import UNDERWRITER
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.queue import defer
from seawall.records.vault.actions.log import append
from seawall.records.vault.subject import Subject

# Cover may begin at most this long after it was bound.
AHEAD_DAYS = 60
UTC_OFFSET = 8
PAPERS = "protect.papers"


class AlreadyBound(Refused):
    """The quote has become a policy; a second one is not made of it."""

    code = "policy.already_bound"


class NotForSale(Refused):
    """This option has no premium, or the appetite declines it."""

    code = "policy.option_not_for_sale"


class InceptionPast(Refused):
    code = "policy.inception_past"
    status = 422


class InceptionFar(Refused):
    code = "policy.inception_far"
    status = 422


class ReferralOpen(Refused):
    """An underwriter has not decided on this quote yet."""

    code = "policy.referral_open"


class BeyondAuthority(Refused):
    """The limit is more than this underwriter may bind."""

    code = "policy.beyond_authority"
    status = 403


class Overlap(Refused):
    """The insured has a policy for this product in that period."""

    code = "policy.overlap"


class PapersMissing(Refused):
    """The schedule is not there in both languages."""

    code = "policy.papers_missing"


class OutsidePeriod(Refused):
    code = "policy.outside_period"
    status = 422


def local_day(at: datetime, utc_offset: int = UTC_OFFSET) -> date:
    """The calendar day of a moment where the policy counts its days."""
    return at.astimezone(timezone(timedelta(hours=utc_offset))).date()


@transaction.atomic
def bind(*, quote: UUID | str, option: UUID | str, start: date | None = None, by: Viewer, at: datetime) -> Policy:
    """Make the contract: policy, period of twelve months, premium in the ledger, and the job for its papers.

    `start` defaults to the day applied for. Two at the same moment make one policy; the other gets `AlreadyBound`.
    Raises `AlreadyBound`, `QuoteLapsed`, `ReferralOpen`, `NotForSale`, `InceptionPast`, `InceptionFar`,
    `BeyondAuthority`, `Overlap`, `WrongState`, `NotFound`.
    """
    by.require("quote.bind")
    found = locked(quote, by=by, at=at)
    chosen = QuoteOption.objects.filter(quote=found, pk=option).select_related("wording").first()
    if chosen is None:
        raise NotFound("option")
    first = found.inception if start is None else start
    _may_bind(found, chosen, first, by=by, at=at)
    policy = _policy(found, chosen, Period.year_from(first), by=by, at=at)
    old, found.status = found.status, QUOTE.after(found.status, "bind")
    found.save(update_fields=["status"])
    booked = book(_premium(policy, found), by=by, at=at)
    new = {
        "number": policy.number,
        "product": policy.product,
        "period": [policy.inception, policy.expiry],
        "premium": policy.premium,
        "currency": policy.currency,
        "ledger": str(booked),
    }
    record("quote.bind", found, by=by, at=at, old={"status": old}, new={"status": found.status})
    record("policy.bind", policy, by=by, at=at, new=new)
    sealed = {
        "number": policy.number,
        "terms": policy.terms,
        "wording": str(chosen.wording),
        "wording_sha256": chosen.wording.sha256,
        "period": [policy.inception.isoformat(), policy.expiry.isoformat()],
        "premium": policy.premium,
    }
    append(kind="policy.bound", subject=Subject.of(policy), payload=sealed, by=by, at=at)
    defer(PAPERS, tenant=by.tenant, lock=f"papers-{policy.pk}", policy=str(policy.pk))
    return policy


def _may_bind(quote: Quote, option: QuoteOption, first: date, *, by: Viewer, at: datetime) -> None:
    if quote.status == "bound":
        raise AlreadyBound("quote", number=quote.policy.number)
    if quote.status == "referred":
        raise ReferralOpen("quote", number=quote.number)
    QUOTE.after(quote.status, "bind")
    if quote.valid_until <= at:
        raise QuoteLapsed("quote", number=quote.number, until=local_day(quote.valid_until).isoformat())
    if option.premium is None or option.outcome == "decline":
        raise NotForSale("option", product=option.product)
    today = local_day(at)
    if first < today:
        raise InceptionPast("start", day=first.isoformat(), today=today.isoformat())
    if first > max(quote.inception, today + timedelta(days=AHEAD_DAYS)):
        raise InceptionFar("start", day=first.isoformat(), days=AHEAD_DAYS)
    approved = quote.referrals.filter(status="approved").exists()
    if UNDERWRITER in by.roles and not approved and by.authority < option.limit:
        limit, authority = (str(Money(amount, option.currency)) for amount in (option.limit, by.authority))
        raise BeyondAuthority("option", limit=limit, authority=authority)


def _policy(quote: Quote, option: QuoteOption, period: Period, *, by: Viewer, at: datetime) -> Policy:
    policy = Policy(
        tenant_id=by.tenant,
        recorded_at=at,
        number=next_number("policy", tenant=by.tenant, at=at),
        quote=quote,
        option=option,
        insured_id=quote.insured_id,
        broker_id=quote.broker_id,
        product=option.product,
        inception=period.start,
        expiry=period.end,
        period=(period.start, period.end),
        utc_offset=UTC_OFFSET,
        currency=option.currency,
        premium=option.premium or 0,
        aggregate_limit=option.limit,
        terms=option.terms,
        wording=option.wording,
        status=MACHINE.initial,
        bound_at=at,
        bound_by_id=by.user or None,
    )
    try:
        with transaction.atomic():
            policy.save(force_insert=True)
    except IntegrityError as error:
        if "policy_one_at_a_time" not in str(error):
            raise
        raise Overlap(
            "start", product=option.product, start=period.start.isoformat(), end=period.end.isoformat()
        ) from error
    return policy


def _premium(policy: Policy, quote: Quote) -> Booking:
    """The premium with its tax and the broker's commission on what is left of it."""
    premium = Money(policy.premium, policy.currency)
    net = premium.times(1 / (1 + quote.tax_share))
    lines = premium_lines(premium, tax=premium - net, commission=net.times(quote.commission_share))
    return Booking("premium", policy, policy, lines)


@transaction.atomic
def issue(*, policy: UUID | str, by: Viewer, at: datetime) -> Policy:
    """Put the policy in force once its schedule is there in both languages; raises `PapersMissing`, `WrongState`."""
    by.require("policy.issue")
    found = held(policy, by=by, at=at)
    old, status = found.status, MACHINE.after(found.status, "issue")
    there = set(found.documents.filter(kind="schedule").values_list("language", flat=True))
    missing = {"zh", "en"} - there
    if missing:
        raise PapersMissing("policy", number=found.number, missing=", ".join(sorted(missing)))
    found.status, found.issued_at = status, at
    found.save(update_fields=["status", "issued_at"])
    record("policy.issue", found, by=by, at=at, old={"status": old}, new={"status": status})
    return found


@transaction.atomic
def cancel(*, policy: UUID | str, on: date, reason: str, by: Viewer, at: datetime) -> Policy:
    """End the policy from `on` (the first day without cover) and book the unearned premium back, day by day.

    Raises `OutsidePeriod` for a day that has passed or lies beyond the policy, `ReasonNeeded`, `WrongState`.
    """
    by.require("policy.cancel")
    found = held(policy, by=by, at=at)
    old, status = found.status, MACHINE.after(found.status, "cancel")
    if not reason.strip():
        raise ReasonNeeded("reason")
    earliest = max(found.inception, local_day(at, found.utc_offset))
    if not earliest <= on < found.expiry:
        raise OutsidePeriod("on", day=on.isoformat(), start=earliest.isoformat(), end=found.expiry.isoformat())
    found.status, found.cancelled_on, found.period = status, on, (found.inception, on)
    found.save(update_fields=["status", "cancelled_on", "period"])
    left, whole = (found.expiry - on).days, (found.expiry - found.inception).days
    booked = found.entries.filter(memo="premium", reversed_by=None)
    sums: dict[str, int] = {}
    for entry in booked:
        sums[entry.account] = sums.get(entry.account, 0) + entry.amount
    parts = {
        account: Money(sums.get(account, 0), found.currency).times(Decimal(left) / whole)
        for account in ("premium_receivable", "tax_payable", "commission_expense")
    }
    returned = premium_lines(
        -parts["premium_receivable"], tax=parts["tax_payable"], commission=-parts["commission_expense"]
    )
    book(Booking("return_premium", found, found, returned), by=by, at=at)
    new = {"status": status, "cancelled_on": on, "returned": parts["premium_receivable"].minor}
    record("policy.cancel", found, by=by, at=at, old={"status": old}, new=new, reason=reason.strip())
    append(
        kind="policy.cancelled",
        subject=Subject.of(found),
        payload={"number": found.number, "on": on.isoformat()},
        by=by,
        at=at,
    )
    return found


@transaction.atomic
def expire_due(*, by: Viewer, at: datetime) -> int:
    """End every policy whose last day is over; how many there were."""
    by.require("policy.expire")
    due = Policy.objects.select_for_update().filter(
        tenant_id=by.tenant, status__in=("bound", "in_force"), expiry__lte=local_day(at)
    )
    count = 0
    for policy in due:
        old, policy.status = policy.status, MACHINE.after(policy.status, "expire")
        policy.save(update_fields=["status"])
        record("policy.expire", policy, by=by, at=at, old={"status": old}, new={"status": policy.status})
        count += 1
    return count


def held(policy: UUID | str, *, by: Viewer, at: datetime) -> Policy:
    """The policy, seen by the viewer and locked until the transaction ends; raises `NotFound`."""
    one(by, policy, at=at)
    return Policy.objects.select_for_update().get(tenant_id=by.tenant, pk=policy)
