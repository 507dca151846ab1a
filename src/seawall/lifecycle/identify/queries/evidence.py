"""What a company's score rests on besides its answers: the newest scan, its own tools' files, less what was settled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from seawall.core.assets.disputes import Settled, standing
from seawall.core.evidence.items import Finding
from seawall.core.library import Library
from seawall.lifecycle.identify.models import Dispute, Import, ImportFinding, Submission
from seawall.lifecycle.identify.queries.file import findings_of, newest_scan

# A scan older than this is no longer put into an assessment; the belief it gave has aged away anyway.
SCAN_DAYS = 180


def findings_for(submission: Submission, library: Library, *, at: datetime) -> tuple[Finding, ...]:
    """The findings that count as evidence for a submission."""
    return counting(submission.company_id, library, at=at)


def counting(company: UUID, library: Library, *, at: datetime, without: UUID | None = None) -> tuple[Finding, ...]:
    """The findings that count for a company, by check and asset; `without` a dispute, as if it had not been upheld."""
    found = [*scanned(company, at=at), *imported(company, library, at=at)]
    if library.assets is None:
        return tuple(found)
    return standing(found, settled(company, without=without), library.assets.disputes, at=at)


def scanned(company: UUID, *, at: datetime) -> tuple[Finding, ...]:
    """The findings of the newest finished scan, if it is recent enough."""
    order = newest_scan(company)
    if order is None or order.finished_at is None or (at - order.finished_at).days > SCAN_DAYS:
        return ()
    return findings_of(order)


def imported(company: UUID, library: Library, *, at: datetime) -> tuple[Finding, ...]:
    """What the files say that have not run out; of two files of one kind the newer speaks for an asset both cover."""
    if library.assets is None:
        return ()
    since = at - library.assets.imports.shelf_life
    spoken: dict[str, set[str]] = {}
    kept: list[ImportFinding] = []
    rows = Import.objects.filter(company_id=company, made_at__gt=since, made_at__lte=at)
    for file in rows.order_by("-made_at", "-recorded_at").prefetch_related("findings"):
        heard = spoken.setdefault(file.kind, set())
        kept += [row for row in file.findings.all() if row.asset not in heard]
        heard.update(file.covers)
    known = library.checks.checks
    return tuple(finding_of(row) for row in sorted(kept, key=_place) if row.check_id in known)


def _place(row: ImportFinding) -> tuple[str, str]:
    return row.check_id, row.asset


def finding_of(row: ImportFinding) -> Finding:
    """A stored finding as the core reads it."""
    return Finding(row.check_id, row.asset, row.state, row.severity, row.observed_at, row.detail)  # type: ignore[arg-type]


def settled(company: UUID, *, without: UUID | None = None) -> list[Settled]:
    """The disputes of a company that were upheld."""
    rows = Dispute.objects.filter(company_id=company, status="upheld").select_related("asset")
    return of_rows(row for row in rows if row.pk != without)


def of_rows(rows: Iterable[Dispute]) -> list[Settled]:
    """Upheld disputes as the core reads them."""
    return [
        Settled(row.ground, row.asset.name, row.check_id, row.decided_at)  # type: ignore[arg-type]
        for row in rows
        if row.decided_at is not None
    ]
