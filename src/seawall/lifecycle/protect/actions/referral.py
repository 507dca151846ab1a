"""Deciding on a referred quote: by somebody with authority, and never by whoever made the quote."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from seawall.core.money import Money
from seawall.core.problems import Refused
from seawall.lifecycle.protect.actions.quote import ReasonNeeded, locked
from seawall.lifecycle.protect.models import Quote, Referral
from seawall.lifecycle.protect.models.quote import MACHINE, REFERRAL
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import NotFound, Viewer


class FourEyes(Refused):
    """Whoever made the quote may not decide on its referral."""

    code = "referral.four_eyes"
    status = 403


class BeyondAuthority(Refused):
    """The limit is more than this person may bind."""

    code = "referral.beyond_authority"
    status = 403


class QuoteLapsed(Refused):
    code = "quote.lapsed"


@transaction.atomic
def decide(*, referral: UUID | str, approve: bool, note: str, by: Viewer, at: datetime) -> Referral:
    """Release the quote for binding, or decline it; `note` gives the reason.

    Approval needs authority for the largest limit on offer. Raises `FourEyes`, `BeyondAuthority`, `ReasonNeeded`,
    `QuoteLapsed`, `WrongState`, `NotFound`.
    """
    by.require("referral.decide")
    known = Referral.objects.filter(tenant_id=by.tenant, pk=referral).first()
    if known is None:
        raise NotFound("referral")
    quote = locked(known.quote_id, by=by, at=at)
    found = Referral.objects.select_for_update().get(pk=known.pk)
    old, status = found.status, REFERRAL.after(found.status, "approve" if approve else "decline")
    if not note.strip():
        raise ReasonNeeded("note")
    if found.made_by_id == by.user:
        raise FourEyes("referral")
    if approve:
        _may_approve(quote, by=by, at=at)
    found.status, found.decided_by_id, found.decided_at, found.note = status, by.user, at, note.strip()
    found.save(update_fields=["status", "decided_by", "decided_at", "note"])
    before, quote.status = quote.status, MACHINE.after(quote.status, "release" if approve else "decline")
    quote.save(update_fields=["status"])
    record(
        "referral.decide",
        found,
        by=by,
        at=at,
        old={"status": old, "quote": before},
        new={"status": status, "quote": quote.status},
        reason=found.note,
    )
    return found


def _may_approve(quote: Quote, *, by: Viewer, at: datetime) -> None:
    if quote.valid_until <= at:
        raise QuoteLapsed("quote", number=quote.number, until=quote.valid_until.date().isoformat())
    largest = max((o for o in quote.options.all() if o.outcome != "decline"), key=lambda o: o.limit)
    if by.authority < largest.limit:
        raise BeyondAuthority(
            "referral",
            limit=str(Money(largest.limit, largest.currency)),
            authority=str(Money(by.authority, largest.currency)),
        )
