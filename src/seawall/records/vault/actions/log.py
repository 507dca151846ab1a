"""Appending to a tenant's log and signing what it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from seawall.core.evidence_log.entries import Entry, HeadWords, canonical, moment
from seawall.core.evidence_log.hashing import append as append_peak
from seawall.core.evidence_log.hashing import leaf_hash, root_of
from seawall.core.problems import Refused
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import Viewer
from seawall.records.vault import signing
from seawall.records.vault.models import Head, Leaf, Log
from seawall.records.vault.subject import Subject


class KeyMismatch(Refused):
    """The installation's signing key is not the one this log was opened with; nothing is signed under another."""

    code = "vault.key_mismatch"


@dataclass(frozen=True, slots=True)
class Event:
    """Something to be vouched for: `kind` is a dotted verb; `payload` is plain data without floats or personal data."""

    kind: str
    subject: Subject
    payload: Mapping[str, Any] = field(default_factory=dict)


def append(*, kind: str, subject: Subject, payload: Mapping[str, Any], by: Viewer, at: datetime) -> Leaf:
    """One leaf at the end of the tenant's log. Call it after the rows of the action are locked: it locks the log."""
    return append_all(events=[Event(kind, subject, payload)], by=by, at=at)[0]


@transaction.atomic
def append_all(*, events: Sequence[Event], by: Viewer, at: datetime) -> list[Leaf]:
    """A leaf for each event, in order, under one lock; raises `ValueError` for a payload that is not plain data."""
    log = locked_log(by=by, at=at)
    peaks = tuple(bytes.fromhex(peak) for peak in log.peaks)
    leaves = []
    for index, event in enumerate(events, start=log.size):
        data = Entry(
            log=str(log.pk),
            index=index,
            at=at,
            kind=event.kind,
            noun=event.subject.noun,
            subject=event.subject.id,
            user=by.user,
            organisation=str(by.organisation),
            payload=event.payload,
        ).data()
        hashed = leaf_hash(data.encode())
        peaks = append_peak(peaks, index, hashed)
        leaves.append(
            Leaf(
                tenant_id=by.tenant,
                recorded_at=at,
                log=log,
                index=index,
                kind=event.kind,
                noun=event.subject.noun,
                subject=event.subject.id,
                data=data,
                leaf_hash=hashed.hex(),
            )
        )
    Leaf.objects.bulk_create(leaves)
    before, log.size = log.size, log.size + len(leaves)
    log.peaks = [peak.hex() for peak in peaks]
    log.save(update_fields=["size", "peaks"])
    record(
        "vault.append", log, by=by, at=at, old={"size": before}, new={"size": log.size, "leaf": leaves[-1].leaf_hash}
    )
    return leaves


def locked_log(*, by: Viewer, at: datetime) -> Log:
    """The tenant's log, opened at first use, with its row locked until the transaction ends."""
    held = Log.objects.select_for_update()
    log = held.filter(tenant_id=by.tenant).first()
    if log is not None:
        return log
    try:
        with transaction.atomic():
            log = Log.objects.create(tenant_id=by.tenant, recorded_at=at, public_key=signing.public_key())
            record("vault.open", log, by=by, at=at, new={"public_key": log.public_key})
    except IntegrityError:
        # Another transaction opened it in the same moment.
        pass
    return held.get(tenant_id=by.tenant)


@transaction.atomic
def sign_head(*, by: Viewer, at: datetime) -> Head:
    """Sign what the log holds now; raises `KeyMismatch`."""
    by.require("vault.sign")
    return signed(locked_log(by=by, at=at), by=by, at=at)


def signed(log: Log, *, by: Viewer, at: datetime) -> Head:
    """A new head over the locked `log`."""
    key = signing.public_key()
    if key != log.public_key:
        raise KeyMismatch("log")
    root = root_of([bytes.fromhex(peak) for peak in log.peaks]).hex()
    head = Head.objects.create(
        tenant_id=log.tenant_id,
        recorded_at=at,
        log=log,
        size=log.size,
        root=root,
        at=at,
        public_key=key,
        signature=signing.sign(HeadWords(str(log.pk), log.size, root, at, key).data()),
    )
    record("vault.sign", head, by=by, at=at, new={"size": head.size, "root": root, "signature": head.signature})
    return head


@transaction.atomic
def anchor(*, by: Viewer, at: datetime) -> str:
    """The head of today, as the small JSON file that people keep outside the platform.

    The newest head serves again while the log has not grown and the day is the same; otherwise one is signed.
    """
    by.require("vault.anchor")
    log = locked_log(by=by, at=at)
    head = log.heads.order_by("-size", "-at").first()
    if head is None or head.size != log.size or head.at.date() != timezone.localdate(at):
        head = signed(log, by=by, at=at)
    return anchor_of(head)


def anchor_of(head: Head) -> str:
    """`head` as an anchor file."""
    words = {
        "type": "anchor",
        "version": 1,
        "log": str(head.log_id),
        "size": head.size,
        "root": head.root,
        "at": moment(head.at),
        "key": head.public_key,
        "signature": head.signature,
    }
    return canonical(words) + "\n"
