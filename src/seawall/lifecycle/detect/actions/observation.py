"""What a look has shown: one leaf in the evidence log, and alerts for what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from seawall.core.evidence.alerts import Verdict, judge
from seawall.core.evidence.changes import KINDS, compare, fingerprint, not_repeated
from seawall.core.evidence.items import Finding
from seawall.core.problems import Refused
from seawall.lifecycle.detect.models import Alert, Observation, Watch
from seawall.lifecycle.detect.models.alert import MACHINE
from seawall.lifecycle.detect.queries import watch as reading
from seawall.lifecycle.identify.models import ScanOrder
from seawall.lifecycle.identify.queries.file import findings_of
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.actions.log import append
from seawall.records.vault.subject import Subject


class OrderOpen(Refused):
    """The scan has not finished."""

    code = "watch.order_open"


@transaction.atomic
def observe(*, order: UUID, by: Viewer, at: datetime) -> Observation:
    """Take in the finished scan of a watch; the same order again changes nothing.

    Raises `NotFound` for an order that belongs to no watch, `OrderOpen`.
    """
    by.require("observation.record")
    made = Observation.objects.filter(tenant_id=by.tenant, order=order).first()
    if made is not None:
        return made
    held = Watch.objects.select_for_update().filter(tenant_id=by.tenant, order=order).first()
    if held is None:
        # Somebody else may have taken it in while we waited for the lock.
        made = Observation.objects.filter(tenant_id=by.tenant, order=order).first()
        if made is not None:
            return made
        raise NotFound("watch")
    scanned = ScanOrder.objects.get(pk=order)
    if scanned.status != "done":
        raise OrderOpen("order")
    made, verdicts, findings = _observation(held, scanned, by, at)
    alerts = _raise(made, verdicts, by, at) + _reopen(made, findings, by, at)
    held.order = None
    held.save(update_fields=["order"])
    new = {"order": str(order), "counts": made.counts, "findings_hash": made.findings_hash, "alerts": alerts}
    record("observation.record", made, by=by, at=at, new=new)
    return made


def _observation(
    held: Watch, order: ScanOrder, by: Viewer, at: datetime
) -> tuple[Observation, list[Verdict], tuple[Finding, ...]]:
    findings = findings_of(order)
    before = reading.known_before(held, order)
    changes = compare(before, findings)
    tally = Counter(change.kind for change in (*changes, *not_repeated(before, findings)))
    counts: dict[str, int] = {kind: tally[kind] for kind in KINDS}
    hashed = fingerprint(findings)
    payload = {"order": str(order.pk), "findings_sha256": hashed, "findings": len(findings), "changes": counts}
    leaf = append(kind="watch.observed", subject=Subject.of(held.policy), payload=payload, by=by, at=at)
    made = Observation.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        watch=held,
        order=order,
        before=held.observations.first(),
        leaf=leaf,
        findings_hash=hashed,
        counts=counts,
    )
    return made, [judge(change, reading.rules()) for change in changes], findings


def _raise(made: Observation, verdicts: Iterable[Verdict], by: Viewer, at: datetime) -> int:
    """Alerts for faults that appeared or got worse; those seen to be gone settle theirs. Returns how many changed.

    What could not be checked raises nothing and settles nothing.
    """
    changed = 0
    for verdict in verdicts:
        change = verdict.change
        held = _alert(made.watch, change.check, change.asset)
        if change.kind in ("appeared", "worsened"):
            _open(held, made, verdict, by, at)
            changed += 1
        elif change.kind == "resolved" and held is not None and held.status == "open":
            _settle(held, verdict, made, by, at)
            changed += 1
    return changed


def _alert(held: Watch, fault: str, asset: str) -> Alert | None:
    return Alert.objects.select_for_update().filter(watch=held, fault=fault, asset=asset).first()


def _open(found: Alert | None, made: Observation, verdict: Verdict, by: Viewer, at: datetime) -> None:
    change, rule = verdict.change, verdict.rule
    alert = found or Alert(
        tenant_id=by.tenant,
        recorded_at=at,
        watch=made.watch,
        policy_id=made.watch.policy_id,
        fault=change.check,
        asset=change.asset,
        times_opened=0,
    )
    fresh = found is None or found.status == "settled"
    alert.observation, alert.change, alert.severity = made, change.kind, verdict.severity
    alert.effect, alert.control = rule.effect, reading.control_of(change.check)
    alert.reason = {**rule.reason, "rule": rule.id, "clause": rule.clause}
    if fresh:
        alert.times_opened += 1
        alert.due_on = None
    if rule.effect == "now" and alert.due_on is None:
        # Grace once begun is not begun again because the fault got worse.
        alert.due_on = timezone.localdate(at) + timedelta(days=rule.grace_days)
    alert.status, alert.outcome, alert.settled_at, alert.settled_by = MACHINE.initial, "", None, None
    if rule.effect == "never":
        alert.status, alert.outcome, alert.settled_at = MACHINE.after(alert.status, "settle"), "told", at
    alert.save()
    new = {"fault": change.check, "asset": change.asset, "change": change.kind, "effect": rule.effect, "rule": rule.id}
    record("alert.raise", alert, by=by, at=at, new=new)


def _settle(alert: Alert, verdict: Verdict, made: Observation, by: Viewer, at: datetime) -> None:
    alert.status = MACHINE.after(alert.status, "settle")
    alert.outcome, alert.settled_at, alert.change, alert.observation = "fixed", at, "resolved", made
    alert.reason = {**verdict.rule.reason, "rule": verdict.rule.id, "clause": ""}
    alert.save()
    record("alert.settle", alert, by=by, at=at, new={"outcome": "fixed", "observation": str(made.pk)})


def _reopen(made: Observation, findings: Iterable[Finding], by: Viewer, at: datetime) -> int:
    """A fault said to be mended that is still there opens its alert again; accepted and mistaken ones rest."""
    there = {(finding.check, finding.asset) for finding in findings if finding.state == "found"}
    said = Alert.objects.select_for_update().filter(watch=made.watch, status="settled", outcome="fixed")
    again = [alert for alert in said if (alert.fault, alert.asset) in there]
    for alert in again:
        alert.status = MACHINE.after(alert.status, "reopen")
        alert.outcome, alert.settled_at, alert.settled_by, alert.observation = "", None, None, made
        alert.times_opened += 1
        alert.save()
        record("alert.reopen", alert, by=by, at=at, new={"observation": str(made.pk), "times": alert.times_opened})
    return len(again)
