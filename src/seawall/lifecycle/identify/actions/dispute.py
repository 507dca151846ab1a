"""Disputes about assets and findings: raised by the company, decided by the insurer, with the re-score beside them."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from seawall.core.assessment.assess import as_array, beliefs_of
from seawall.core.assets.disputes import GROUNDS
from seawall.core.evidence.items import Finding
from seawall.core.library import Library
from seawall.core.problems import Collector, Refused
from seawall.core.scoring.posture import posture, sample
from seawall.core.submission import Submission as Filed
from seawall.core.submission.fields import READABLE
from seawall.core.universe.risk import company_risk
from seawall.lifecycle.identify.actions import assessment as assessments
from seawall.lifecycle.identify.models import Assessment, Asset, Attribution, Dispute, Submission
from seawall.lifecycle.identify.models import asset as asset_model
from seawall.lifecycle.identify.models.dispute import MACHINE
from seawall.lifecycle.identify.queries import asset as queries
from seawall.lifecycle.identify.queries import evidence
from seawall.lifecycle.identify.queries.file import shown
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.actions.file import deliver, store_file
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject

LONGEST_WORDS = 4000


class AlreadyOpen(Refused):
    """There is an open dispute about the same thing."""

    code = "dispute.already_open"


class NothingFound(Refused):
    """The finding that is disputed does not stand, or does not count any more."""

    code = "dispute.nothing_found"
    status = 422


class NoRules(Refused):
    code = "imports.no_rules"


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said: about an asset as a whole (`check` empty, ground not_ours) or about a check's finding on it."""

    asset: UUID
    check: str
    ground: str
    words: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A file that bears it out: its name and bytes."""

    name: str
    content: bytes


@transaction.atomic
def open_dispute(*, claim: Claim, proof: Proof | None = None, by: Viewer, at: datetime) -> Dispute:
    """Say that an asset is not the company's, or that a finding is fixed, wrong or compensated for.

    Raises `Invalid`, `AlreadyOpen`, `NothingFound`, `WrongState` for an asset that is removed, `NotFound`.
    """
    by.require("dispute.raise")
    held = queries.asset(by, claim.asset, at=at)
    asset = Asset.objects.select_for_update().get(pk=held.pk)
    library = library_on(by, on=timezone.localdate(at))
    if library.assets is None:
        raise NoRules("dispute")
    _check(claim)
    finding = _finding(asset, claim, library, at) if claim.check else None
    if not claim.check:
        if asset.status == "disputed":
            raise AlreadyOpen("check", check="")
        _move(asset, "dispute", by, at)
    try:
        with transaction.atomic():
            made = Dispute.objects.create(
                tenant_id=by.tenant,
                recorded_at=at,
                company_id=asset.company_id,
                asset=asset,
                check_id=claim.check,
                ground=claim.ground,
                words=claim.words.strip(),
                finding=_told(finding),
                raised_by_id=by.user or None,
                raised_by_name=by.name,
                due_at=at + library.assets.disputes.clock,
            )
    except IntegrityError as error:
        raise AlreadyOpen("check", check=claim.check) from error
    if proof is not None:
        made.file = store_file(subject=Subject.of(made), name=proof.name, content=proof.content, by=by, at=at)
        made.save(update_fields=["file"])
    new = {"asset": asset.name, "check": claim.check, "ground": claim.ground, "due_at": made.due_at}
    record("dispute.raise", made, by=by, at=at, new=new, reason=made.words)
    return made


@transaction.atomic
def read_proof(*, dispute: UUID, by: Viewer, at: datetime) -> tuple[File, bytes]:
    """The file behind a dispute, for the office and for whoever handed it in; raises `NotFound`."""
    by.require("vault.read")
    found = queries.dispute(by, dispute, at=at)
    if found.file is None or not (by.office or found.file.organisation_id == by.organisation):
        raise NotFound("file")
    return found.file, deliver(file=found.file, by=by, at=at)


def _check(claim: Claim) -> None:
    problems = Collector()
    grounds = [g for g in GROUNDS if (g == "not_ours") == (not claim.check)]
    if claim.ground not in grounds:
        problems.add("ground", "document.choice", text=claim.ground[:40], choices=", ".join(grounds))
    if not claim.words.strip():
        problems.add("words", "document.blank")
    elif len(claim.words) > LONGEST_WORDS:
        problems.add("words", "document.too_long", longest=LONGEST_WORDS)
    elif not re.search(READABLE, claim.words):
        problems.add("words", "document.unreadable")
    problems.raise_if_any()


def _finding(asset: Asset, claim: Claim, library: Library, at: datetime) -> Finding:
    """The finding as it counts now."""
    raised = list(Dispute.objects.filter(asset=asset).select_related("asset"))
    for fault in queries.faults(asset, library, raised, at=at):
        if fault.finding.check == claim.check and fault.settled is None:
            return fault.finding
    raise NothingFound("check", check=claim.check[:20], asset=asset.name)


def _told(finding: Finding | None) -> dict[str, Any]:
    if finding is None:
        return {}
    return {**asdict(finding), "observed_at": finding.observed_at.isoformat(), "detail": dict(finding.detail)}


@transaction.atomic
def withdraw(*, dispute: UUID, by: Viewer, at: datetime) -> Dispute:
    """The company takes it back; raises `WrongState`, `NotFound`."""
    by.require("dispute.withdraw")
    found = _locked(dispute, by, at)
    old, found.status = found.status, MACHINE.after(found.status, "withdraw")
    found.save(update_fields=["status"])
    _keep_asset(found, by, at)
    record("dispute.withdraw", found, by=by, at=at, old={"status": old}, new={"status": found.status})
    return found


@transaction.atomic
def decide(*, dispute: UUID, uphold: bool, reason: str, by: Viewer, at: datetime) -> Dispute:
    """Uphold or reject, with a reason the company reads. An upheld one is re-scored, and its submission assessed anew.

    Raises `Invalid` without a reason, `WrongState` when it is decided already, `NotFound`.
    """
    by.require("dispute.decide")
    found = _locked(dispute, by, at)
    verb = "uphold" if uphold else "reject"
    status = MACHINE.after(found.status, verb)
    problems = Collector()
    if not reason.strip():
        problems.add("reason", "document.blank")
    elif len(reason) > LONGEST_WORDS:
        problems.add("reason", "document.too_long", longest=LONGEST_WORDS)
    elif not re.search(READABLE, reason):
        problems.add("reason", "document.unreadable")
    problems.raise_if_any()
    old, found.status = found.status, status
    found.decided_by_id, found.decided_by_name, found.decided_at = by.user or None, by.name, at
    found.reason = reason.strip()
    found.save(update_fields=["status", "decided_by", "decided_by_name", "decided_at", "reason"])
    if uphold:
        _uphold(found, by, at)
    else:
        _keep_asset(found, by, at)
    new = {"status": found.status, "effect": found.effect}
    record(f"dispute.{verb}", found, by=by, at=at, old={"status": old}, new=new, reason=found.reason)
    return found


def _locked(dispute: UUID, by: Viewer, at: datetime) -> Dispute:
    known = queries.dispute(by, dispute, at=at)
    found = Dispute.objects.select_for_update().filter(pk=known.pk).first()
    if found is None:
        raise NotFound("dispute")
    return found


def _keep_asset(found: Dispute, by: Viewer, at: datetime) -> None:
    """An asset whose ownership was in dispute is the company's again, by its own word where it had given it."""
    if found.check_id:
        return
    asset = Asset.objects.select_for_update().get(pk=found.asset_id)
    _move(asset, "keep", by, at)
    if Attribution.objects.filter(asset=asset, code__in=("declared", "register")).exists():
        _move(asset, "claim", by, at)


def _move(asset: Asset, verb: str, by: Viewer, at: datetime) -> None:
    old, asset.status = asset.status, asset_model.MACHINE.after(asset.status, verb)
    asset.save(update_fields=["status"])
    record(f"asset.{verb}", asset, by=by, at=at, old={"status": old}, new={"status": asset.status})


def _uphold(found: Dispute, by: Viewer, at: datetime) -> None:
    if not found.check_id:
        _move(Asset.objects.select_for_update().get(pk=found.asset_id), "remove", by, at)
    file = _newest(found, at)
    if file is None:
        return
    library = library_on(by, on=timezone.localdate(at))
    content = shown(file, as_of=timezone.localdate(at))
    before, after = (
        _score(content, evidence.counting(found.company_id, library, at=at, without=without), library, file, at)
        for without in (found.pk, None)
    )
    made = _assessed(file, by, at)
    found.assessment = made
    found.effect = {
        "submission": file.number,
        "before": before["score"],
        "after": after["score"],
        "controls": [
            {"control": code, "before": before["controls"][code], "after": values}
            for code, values in after["controls"].items()
            if values != before["controls"][code]
        ],
    }
    found.save(update_fields=["effect", "assessment"])


def _newest(found: Dispute, at: datetime) -> Submission | None:
    rows = Submission.objects.filter(company_id=found.company_id).exclude(status__in=("declined", "closed"))
    return rows.order_by("-recorded_at").first()


def _assessed(file: Submission, by: Viewer, at: datetime) -> Assessment | None:
    """A fresh assessment; None where the submission does not admit one (a draft, or facts out of date)."""
    try:
        with transaction.atomic():
            return assessments.make(submission=file.pk, by=by, at=at)
    except Refused:
        return None


def _score(
    content: Filed, findings: tuple[Finding, ...], library: Library, file: Submission, at: datetime
) -> dict[str, Any]:
    """Score with its interval, and each control's belief and points: as an assessment of the day would have them."""
    priors = {c: (p.absent, p.partial, p.present) for c, p in library.controls.priors.items()}
    risk = company_risk(content.company, library.universe, priors)
    believed = beliefs_of(content, findings, library, as_of=timezone.localdate(at))
    # The seed of the day's assessment, so that the interval is the same.
    beliefs, seed = as_array(risk, believed), assessments.seed_of(file, timezone.localdate(at))
    found = posture(risk, beliefs, sample(risk, beliefs, common=library.controls.common, seed=seed), seed=seed)
    points = {c.control: c.points for c in found.contributions}
    return {
        "score": {"value": round(found.score, 2), "low": round(found.low, 2), "high": round(found.high, 2)},
        "controls": {
            code: {
                "absent": round(b.absent, 4),
                "partial": round(b.partial, 4),
                "present": round(b.present, 4),
                "points": round(points[code], 2),
            }
            for code, b in believed.items()
        },
    }
