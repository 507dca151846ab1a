"""Keeping the list of what a company has: every sign that something is its own is written down once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from seawall.core.imports.records import AssetKind
from seawall.core.submission import lies_under
from seawall.lifecycle.identify.models import Asset, Attribution, Consent, ScanOrder, Submission
from seawall.lifecycle.identify.models.asset import MACHINE
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import Viewer
from seawall.records.rows import Row

# The company itself says so.
CLAIMS = ("declared", "register")
# What a scan calls a name it comes by → the sign that is.
SEEN_AS = {"mx": "mail", "ns": "name_server", "cname": "alias", "san": "certificate", "redirect": "redirect"}
# Records that lead to suppliers as a rule: outside the company's own domains they are no sign of ownership.
OWN_ONLY = ("mail", "name_server", "alias")
LONGEST = 280


@dataclass(frozen=True, slots=True)
class Sighting:
    """One sign for one asset; `basis` tells two signs of a kind apart, `detail` is added to what is known of it."""

    kind: AssetKind
    name: str
    code: str
    basis: str
    params: Mapping[str, str] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


def observe(
    source: Row, company: UUID, sightings: Iterable[Sighting], *, seen: datetime, by: Viewer, at: datetime
) -> dict[str, int]:
    """Write down what was seen at `seen`, inside the caller's transaction, with one journal entry on `source`.

    The caller has locked whatever makes two of these at once impossible, or the unique constraints decide.
    """
    wanted = {s.name: s for s in sightings if 0 < len(s.name) <= LONGEST}
    signs = [s for s in sightings if s.name in wanted]
    held = {a.name: a for a in Asset.objects.select_for_update().filter(company_id=company, name__in=list(wanted))}
    added = [_new(by, company, first, signs, seen, at) for name, first in wanted.items() if name not in held]
    Asset.objects.bulk_create(added, ignore_conflicts=True)
    claimed = _refresh(held, signs, seen)
    rows = {a.name: a for a in Asset.objects.filter(company_id=company, name__in=list(wanted))}
    Attribution.objects.bulk_create(
        (
            Attribution(
                tenant_id=by.tenant,
                recorded_at=at,
                asset=rows[s.name],
                code=s.code,
                params=dict(s.params),
                basis=s.basis[:LONGEST],
            )
            for s in signs
        ),
        ignore_conflicts=True,
    )
    counts = {"assets": len(wanted), "new": len(added), "claimed": claimed}
    if wanted:
        record("asset.observe", source, by=by, at=at, new=counts)
    return counts


def _new(by: Viewer, company: UUID, first: Sighting, signs: Sequence[Sighting], seen: datetime, at: datetime) -> Asset:
    mine = [s for s in signs if s.name == first.name]
    claims = any(s.code in CLAIMS for s in mine)
    return Asset(
        tenant_id=by.tenant,
        recorded_at=at,
        company_id=company,
        kind=_kind(mine),
        name=first.name,
        status=MACHINE.after(MACHINE.initial, "claim") if claims else MACHINE.initial,
        first_seen=seen,
        last_seen=seen,
        detail={key: value for s in mine for key, value in s.detail.items() if value},
    )


def _kind(signs: Sequence[Sighting]) -> AssetKind:
    """A domain is a host as well; it is called a domain."""
    kinds = [s.kind for s in signs]
    return "domain" if "domain" in kinds else kinds[0]


def _refresh(held: Mapping[str, Asset], signs: Sequence[Sighting], seen: datetime) -> int:
    """Newer detail and dates of what was known; answers how many the company now claims itself."""
    claimed = 0
    for asset in held.values():
        mine = [s for s in signs if s.name == asset.name]
        if any(s.code in CLAIMS for s in mine) and MACHINE.allows(asset.status, "claim"):
            asset.status = MACHINE.after(asset.status, "claim")
            claimed += 1
        asset.kind = "domain" if "domain" in {asset.kind, *(s.kind for s in mine)} else asset.kind
        asset.first_seen, asset.last_seen = min(asset.first_seen, seen), max(asset.last_seen, seen)
        asset.detail = {**asset.detail, **{k: v for s in mine for k, v in s.detail.items() if v}}
    Asset.objects.bulk_update(held.values(), ["status", "kind", "first_seen", "last_seen", "detail"], batch_size=500)
    return claimed


def declare(submission: Submission, *, by: Viewer, at: datetime) -> None:
    """The domains that a submission names."""
    domains = submission.document.get("company", {}).get("domains") or []
    number = submission.number
    sightings = [Sighting("domain", str(d).lower(), "declared", number, {"submission": number}) for d in domains]
    observe(submission, submission.company_id, sightings, seen=at, by=by, at=at)


def proved(consent: Consent, *, by: Viewer, at: datetime) -> None:
    """The domains whose name servers show the consent's token."""
    sightings = [Sighting("domain", d, "consent", d, {"domain": d}) for d in consent.domains]
    observe(consent, consent.company_id, sightings, seen=at, by=by, at=at)


def scanned(order: ScanOrder, *, by: Viewer, at: datetime) -> None:
    """What a finished scan looked at, the addresses behind it, and the names it came by."""
    sightings = [sighting for asset in order.assets for sighting in _of_scan(asset, order.domains)]
    observe(order, order.company_id, sightings, seen=at, by=by, at=at)


def _of_scan(asset: Mapping[str, Any], domains: Sequence[str]) -> list[Sighting]:
    name, addresses = str(asset["name"]), [str(a) for a in asset.get("addresses", [])]
    above = next((d for d in domains if lies_under(name, d) and d != name), "")
    vendors = [v for v in asset.get("vendors", []) if v.get("category") in ("hosting", "cdn")]
    detail = {
        "addresses": ", ".join(addresses),
        "vendors": ", ".join(sorted({_named_zh(v) for v in asset.get("vendors", [])} - {""})),
    }
    kind: AssetKind = "domain" if "domain" in asset.get("roles", []) else "host"
    found = [Sighting(kind, name, "scanned", name, {}, detail)]
    if above:
        found.append(Sighting(kind, name, "under_domain", above, {"domain": above}))
    for address in addresses:
        code = "resolves_shared" if vendors else "resolves"
        host = {"vendor": _named_zh(vendors[0]), "vendor_en": str(vendors[0].get("name_en", ""))} if vendors else {}
        found.append(Sighting("address", address, code, name, {"by": name, **host}))
    return found + [s for seen in asset.get("names", []) for s in _named(seen, name, domains)]


def _named_zh(vendor: Mapping[str, Any]) -> str:
    """A supplier's name, its id where the scan knew no more."""
    return str(vendor.get("name_zh") or vendor.get("id") or "")


def _named(seen: Mapping[str, Any], by: str, domains: Sequence[str]) -> list[Sighting]:
    name, code = str(seen["name"]), SEEN_AS.get(str(seen.get("how")), "")
    above = next((d for d in domains if lies_under(name, d)), "")
    if not code or (code in OWN_ONLY and not above):
        return []
    found = [Sighting("host", name, code, by, {"by": by})]
    if above and above != name:
        found.append(Sighting("host", name, "under_domain", above, {"domain": above}))
    return found
