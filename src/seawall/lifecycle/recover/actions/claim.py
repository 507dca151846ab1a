"""Opening, closing and reopening a claim, and what is set aside for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from seawall.core.money import Money
from seawall.core.problems import Refused
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.protect.queries.policy import policies
from seawall.lifecycle.recover.models import Claim, Closure, Reserve
from seawall.lifecycle.recover.models.claim import MACHINE
from seawall.lifecycle.recover.queries.claim import newest_determination, one, refused_items
from seawall.lifecycle.recover.queries.clocks import ADVANCE, ASSESS
from seawall.lifecycle.respond.models import Incident
from seawall.lifecycle.respond.queries.incident import incident as seen_incident
from seawall.records.journal.actions import record
from seawall.records.numbering import next_number
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.actions.file import store_file
from seawall.records.vault.actions.log import append
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject


class NoPolicy(Refused):
    """The company has no policy at all."""

    code = "claim.no_policy"


class OutsidePeriod(Refused):
    """The incident was discovered on a day the policy does not answer for."""

    code = "claim.outside_period"
    status = 422


class AlreadyOpen(Refused):
    """There is a claim on this policy for this incident."""

    code = "claim.already_open"


class NotDated(Refused):
    """The day is still to come, or before the claim was made."""

    code = "claim.not_dated"
    status = 422


class NegativeReserve(Refused):
    code = "claim.negative_reserve"
    status = 422


class ReasonNeeded(Refused):
    code = "claim.reason_needed"
    status = 422


class MoneyOwed(Refused):
    """What was approved has not all been paid."""

    code = "claim.money_owed"


class NotSettled(Refused):
    """There is something left to decide; only a claim that is withdrawn is closed now."""

    code = "claim.not_settled"


class NotRefused(Refused):
    """The newest determination does not refuse the claim."""

    code = "claim.not_refused"


class FourEyes(Refused):
    """Whoever determined or adjusted the claim may not decide on it."""

    code = "claim.four_eyes"
    status = 403


@dataclass(frozen=True, slots=True)
class Opening:
    """`policy` None: the incident's own. `requested_on` is the day the claim was made, None: that of the notice."""

    incident: UUID
    policy: UUID | None = None
    requested_on: date | None = None
    reserve: Money | None = None


@transaction.atomic
def open_claim(*, opening: Opening, by: Viewer, at: datetime) -> Claim:
    """Open a claim on the policy that answered for the day of discovery.

    A day before inception, at or after expiry, or after a cancellation is refused with the dates; so is a second claim
    for the same incident and policy. Raises `OutsidePeriod`, `NoPolicy`, `AlreadyOpen`, `NotDated`, `NotFound`.
    """
    by.require("claim.open")
    incident = seen_incident(by, opening.incident, at=at)
    policy = _policy(incident, opening, by=by, at=at)
    known = Claim.objects.filter(incident=incident, policy=policy).first()
    if known is not None:
        raise AlreadyOpen("incident", number=known.number)
    today, noticed = policy.day(at), policy.day(incident.reported_at)
    requested = noticed if opening.requested_on is None else opening.requested_on
    if requested > today:
        raise NotDated("requested_on", day=requested.isoformat())
    claim = Claim.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        number=next_number("claim", tenant=by.tenant, at=at),
        incident=incident,
        policy=policy,
        company_id=incident.company_id,
        currency=policy.currency,
        requested_on=requested,
        assess_by=requested + ASSESS,
    )
    new = {"number": claim.number, "incident": incident.number, "policy": policy.number, "assess_by": claim.assess_by}
    record("claim.open", claim, by=by, at=at, new=new)
    payload = {"number": claim.number, "incident": incident.number, "policy": policy.number}
    append(kind="claim.opened", subject=Subject.of(claim), payload=payload, by=by, at=at)
    if opening.reserve is not None:
        set_aside(claim, opening.reserve, "initial", by=by, at=at)
    return claim


def _policy(incident: Incident, opening: Opening, *, by: Viewer, at: datetime) -> Policy:
    """The policy claimed on, locked; raises when it does not answer for the day of discovery."""
    held = policies(by, at=at).filter(insured_id=incident.company_id)
    chosen = opening.policy or incident.policy_id
    found = held.filter(pk=chosen).first() if chosen else held.order_by("-inception").first()
    if found is None:
        if opening.policy is not None:
            raise NotFound("policy")
        raise NoPolicy("policy")
    policy = Policy.objects.select_for_update().get(pk=found.pk)
    discovered = policy.day(incident.discovered_at)
    if not policy.answers_for(discovered):
        end = policy.expiry if policy.cancelled_on is None else policy.cancelled_on
        raise OutsidePeriod(
            "policy",
            number=policy.number,
            discovered=discovered.isoformat(),
            start=policy.inception.isoformat(),
            end=end.isoformat(),
        )
    return policy


@transaction.atomic
def receive_proof(*, claim: UUID | str, on: date, by: Viewer, at: datetime) -> Claim:
    """Note the day on which claim and proof were complete: the 60 days to an advance count from it."""
    by.require("claim.determine")
    found = held(claim, by=by, at=at)
    if not found.requested_on <= on <= found.policy.day(at):
        raise NotDated("on", day=on.isoformat())
    old, found.proof_on, found.advance_by = found.proof_on, on, on + ADVANCE
    found.save(update_fields=["proof_on", "advance_by"])
    new = {"proof_on": on, "advance_by": found.advance_by}
    record("claim.proof", found, by=by, at=at, old={"proof_on": old}, new=new)
    return found


@transaction.atomic
def hand_in(*, claim: UUID | str, name: str, content: bytes, by: Viewer, at: datetime) -> File:
    """Keep a document of the insured or the handler with the claim; raises what `store_file` raises."""
    by.require("claim.document")
    return store_file(subject=Subject.of(one(by, claim, at=at)), name=name, content=content, by=by, at=at)


@transaction.atomic
def reserve(*, claim: UUID | str, amount: Money, reason: str, by: Viewer, at: datetime) -> Reserve:
    """Set or revise what is expected still to be paid; raises `NegativeReserve`, `ReasonNeeded`, `MixedCurrencies`."""
    by.require("claim.reserve")
    found = held(claim, by=by, at=at)
    if not reason.strip():
        raise ReasonNeeded("reason")
    _still_open(found)
    return set_aside(found, amount, reason.strip(), by=by, at=at)


def _still_open(claim: Claim) -> None:
    """Raise `WrongState` for a claim that is over: it needs no reserve."""
    if claim.status in ("closed", "denied"):
        MACHINE.after(claim.status, "adjust")


def set_aside(claim: Claim, amount: Money, reason: str, *, by: Viewer, at: datetime) -> Reserve:
    """Write a reserve of the locked claim."""
    old = Money(claim.reserve, claim.currency)
    if amount < Money.zero(claim.currency):
        raise NegativeReserve("amount", amount=str(amount))
    claim.reserve = amount.minor
    claim.save(update_fields=["reserve"])
    made = Reserve.objects.create(
        tenant_id=by.tenant, recorded_at=at, claim=claim, amount=amount.minor, reason=reason, by_id=by.user or None
    )
    record("claim.reserve", claim, by=by, at=at, old={"reserve": old.minor}, new={"reserve": amount.minor})
    return made


@transaction.atomic
def deny(*, claim: UUID | str, reason: str, by: Viewer, at: datetime) -> Claim:
    """Refuse the claim on the clauses of its determination, as a second person; nothing more is payable.

    Raises `NotRefused`, `FourEyes`, `ReasonNeeded`, `WrongState`.
    """
    by.require("claim.deny")
    found = held(claim, by=by, at=at)
    old, status = found.status, MACHINE.after(found.status, "deny")
    if not reason.strip():
        raise ReasonNeeded("reason")
    judged = newest_determination(found)
    if judged is None or judged.outcome != "failed":
        raise NotRefused("claim", number=found.number)
    if judged.by_id == by.user:
        raise FourEyes("claim")
    clauses = sorted({c["clause"] for item in refused_items(judged) for c in item["clauses"]})
    found.status, found.approved = status, found.paid
    found.save(update_fields=["status", "approved"])
    _end(found, "denied", reason.strip(), clauses, by=by, at=at)
    if found.reserve:
        set_aside(found, Money.zero(found.currency), "denied", by=by, at=at)
    new = {"status": status, "clauses": clauses}
    record("claim.deny", found, by=by, at=at, old={"status": old}, new=new, reason=reason.strip())
    payload = {"number": found.number, "clauses": clauses}
    append(kind="claim.denied", subject=Subject.of(found), payload=payload, by=by, at=at)
    return found


@transaction.atomic
def close(*, claim: UUID | str, reason: str, withdrawn: bool = False, by: Viewer, at: datetime) -> Claim:
    """Close what is settled, or `withdrawn` by the insured; the reserve falls to nothing.

    Raises `MoneyOwed` while approved money is unpaid, `NotSettled`, `ReasonNeeded`, `WrongState`.
    """
    by.require("claim.close")
    found = held(claim, by=by, at=at)
    old, status = found.status, MACHINE.after(found.status, "close")
    if not reason.strip():
        raise ReasonNeeded("reason")
    if found.status != "denied" and found.outstanding:
        raise MoneyOwed("claim", outstanding=str(Money(found.outstanding, found.currency)))
    kind = _ending(found)
    if kind is None and not withdrawn:
        raise NotSettled("claim", number=found.number)
    found.status, found.closed_at = status, at
    found.save(update_fields=["status", "closed_at"])
    _end(found, kind or "withdrawn", reason.strip(), [], by=by, at=at)
    if found.reserve:
        set_aside(found, Money.zero(found.currency), "closed", by=by, at=at)
    record("claim.close", found, by=by, at=at, old={"status": old}, new={"status": status, "kind": kind})
    return found


def _ending(claim: Claim) -> str | None:
    """How the claim stands settled, or None while it is not."""
    if claim.status == "denied":
        return "denied"
    if claim.status == "paid":
        return "paid"
    if claim.status == "adjusted" and claim.payable == claim.paid:
        return "paid" if claim.paid else "nothing_payable"
    return None


@transaction.atomic
def reopen(*, claim: UUID | str, reason: str, by: Viewer, at: datetime) -> Claim:
    """Take a closed claim up again; raises `ReasonNeeded`, `WrongState`."""
    by.require("claim.reopen")
    found = held(claim, by=by, at=at)
    old, status = found.status, MACHINE.after(found.status, "reopen")
    if not reason.strip():
        raise ReasonNeeded("reason")
    found.status, found.closed_at = status, None
    found.save(update_fields=["status", "closed_at"])
    _end(found, "reopened", reason.strip(), [], by=by, at=at)
    record("claim.reopen", found, by=by, at=at, old={"status": old}, new={"status": status}, reason=reason.strip())
    return found


def _end(claim: Claim, kind: str, reason: str, clauses: list[str], *, by: Viewer, at: datetime) -> None:
    Closure.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        claim=claim,
        kind=kind,
        reason=reason,
        clauses=clauses,
        by_id=by.user or None,
    )


def held(claim: UUID | str, *, by: Viewer, at: datetime) -> Claim:
    """The claim, seen by the viewer, locked after its policy until the transaction ends; raises `NotFound`."""
    found = one(by, claim, at=at)
    policy = Policy.objects.select_for_update().get(pk=found.policy_id)
    locked = Claim.objects.select_for_update().get(tenant_id=by.tenant, pk=claim)
    locked.policy = policy
    return locked
