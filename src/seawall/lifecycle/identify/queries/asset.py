"""The assets of a company with the signs that make them its own, the files they came from, and what is disputed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from seawall.core.assets.attribution import Sign, confidence
from seawall.core.assets.disputes import Settled
from seawall.core.evidence.items import SEVERITIES, Finding
from seawall.core.library import Library
from seawall.lifecycle.identify.models import Asset, Attribution, Dispute, Import
from seawall.lifecycle.identify.queries import evidence, scope
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import NotFound, Viewer


@dataclass(frozen=True, slots=True)
class Told:
    """A sign as it is shown: what it says in the reader's language, how sure it makes it alone, since when."""

    row: Attribution
    sign: Sign

    def said(self, language: str) -> str:
        return self.sign.said(language, self.row.params)


@dataclass(frozen=True, slots=True)
class Faults:
    """A fault on an asset and whether it counts: `dispute` is an open one about it, `settled` one that took it out."""

    finding: Finding
    dispute: Dispute | None
    settled: Dispute | None


@dataclass(frozen=True, slots=True)
class AssetPage:
    """Everything about one asset."""

    asset: Asset
    told: tuple[Told, ...]
    confidence: float
    faults: tuple[Faults, ...]
    disputes: tuple[Dispute, ...]


def assets(viewer: Viewer, company: UUID, *, at: datetime) -> QuerySet[Asset]:
    """The assets of a company by name, with their signs; raises `NotFound`."""
    held = scope.company(viewer, company, at=at)
    found = Asset.objects.filter(tenant_id=viewer.tenant, company=held)
    return found.select_related("company").prefetch_related("attributions").order_by("name")


def asset(viewer: Viewer, asset_id: UUID, *, at: datetime) -> Asset:
    """One asset; raises `NotFound`."""
    rows = Asset.objects.filter(tenant_id=viewer.tenant, company__in=scope.companies(viewer, at=at))
    found = rows.select_related("company").prefetch_related("attributions").filter(pk=asset_id).first()
    if found is None:
        raise NotFound("asset")
    return found


def signs(viewer: Viewer, *, at: datetime) -> Mapping[str, Sign]:
    """The signs of the reference data in force."""
    rules = library_on(viewer, on=timezone.localdate(at)).assets
    return rules.signs if rules else {}


def sure(found: Asset, known: Mapping[str, Sign]) -> float:
    """How likely an asset is the company's, by its signs; 0 once the insurer has agreed that it is not."""
    if found.status == "removed":
        return 0.0
    return confidence(known[row.code] for row in found.attributions.all() if row.code in known)


def page(viewer: Viewer, asset_id: UUID, *, at: datetime) -> AssetPage:
    """One asset with why it is the company's, what was found on it and what was disputed; raises `NotFound`."""
    found = asset(viewer, asset_id, at=at)
    library = library_on(viewer, on=timezone.localdate(at))
    known = library.assets.signs if library.assets else {}
    rows = sorted((row for row in found.attributions.all() if row.code in known), key=lambda row: row.recorded_at)
    told = tuple(Told(row, known[row.code]) for row in rows)
    raised = tuple(disputes(viewer, at=at).filter(asset=found))
    return AssetPage(
        asset=found,
        told=tuple(sorted(told, key=lambda sign: -sign.sign.confidence)),
        confidence=sure(found, known),
        faults=faults(found, library, raised, at=at),
        disputes=raised,
    )


def faults(found: Asset, library: Library, raised: Sequence[Dispute], *, at: datetime) -> tuple[Faults, ...]:
    """The faults seen on an asset (and on the services on it), gravest first, counting or not."""
    seen = [*evidence.scanned(found.company_id, at=at), *evidence.imported(found.company_id, library, at=at)]
    here = [f for f in seen if f.state == "found" and _on(f, found)]
    here.sort(key=lambda f: (-SEVERITIES.index(f.severity), f.check, f.asset))
    return tuple(Faults(f, _open(f, raised), _settled(f, raised, library, at)) for f in here)


def _on(finding: Finding, found: Asset) -> bool:
    return finding.asset == found.name or finding.asset.startswith(f"{found.name}:")


def _open(finding: Finding, raised: Sequence[Dispute]) -> Dispute | None:
    return next((d for d in raised if d.status == "open" and d.check_id in ("", finding.check)), None)


def _settled(finding: Finding, raised: Sequence[Dispute], library: Library, at: datetime) -> Dispute | None:
    terms = library.assets.disputes if library.assets else None
    for row in raised:
        if terms is None or row.status != "upheld" or row.decided_at is None:
            continue
        held = Settled(row.ground, row.asset.name, row.check_id, row.decided_at)  # type: ignore[arg-type]
        if held.covers(finding, terms, at=at):
            return row
    return None


def disputes(viewer: Viewer, *, at: datetime) -> QuerySet[Dispute]:
    """Disputes the viewer may know of, newest first."""
    found = Dispute.objects.filter(tenant_id=viewer.tenant, company__in=scope.companies(viewer, at=at))
    return found.select_related("company", "asset", "assessment", "file").order_by("-recorded_at")


def dispute(viewer: Viewer, dispute_id: UUID, *, at: datetime) -> Dispute:
    """One dispute; raises `NotFound`."""
    found = disputes(viewer, at=at).filter(pk=dispute_id).first()
    if found is None:
        raise NotFound("dispute")
    return found


def imports(viewer: Viewer, company: UUID, *, at: datetime) -> QuerySet[Import]:
    """The files read for a company, newest first; raises `NotFound`."""
    held = scope.company(viewer, company, at=at)
    return (
        Import.objects.filter(tenant_id=viewer.tenant, company=held).select_related("company").order_by("-recorded_at")
    )


def imported(viewer: Viewer, import_id: UUID, *, at: datetime) -> Import:
    """One file as it was read; raises `NotFound`."""
    rows = Import.objects.filter(tenant_id=viewer.tenant, company__in=scope.companies(viewer, at=at))
    found = rows.select_related("company", "file").prefetch_related("findings").filter(pk=import_id).first()
    if found is None:
        raise NotFound("import")
    return found
