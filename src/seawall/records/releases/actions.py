"""Loading reference documents as releases: once per version, never over another content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from seawall import reference
from seawall.core.problems import Refused
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.models import Release

KINDS = ("universe", "controls", "questionnaires", "checks", "products", "wordings", "rating", "appetite", "standards")


class VersionTaken(Refused):
    """The version exists with other content; a change needs a new version."""

    code = "release.version_taken"


@transaction.atomic
def load(*, document: reference.Document, by: Viewer, at: datetime) -> Release:
    """The release of `document`, made when the tenant has not loaded it yet; raises `VersionTaken`."""
    by.require("release.load")
    header = document.header
    known = Release.objects.filter(
        tenant_id=by.tenant, kind=header.kind, identifier=header.id, version=header.version
    ).first()
    if known is not None:
        if known.sha256 != document.sha256:
            raise VersionTaken("version", kind=header.kind, id=header.id, version=header.version)
        return known
    made = Release.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        kind=header.kind,
        identifier=header.id,
        version=header.version,
        sha256=document.sha256,
        header={**asdict(header), "name": dict(header.name)},
        body=dict(document.body),
    )
    record("release.load", made, by=by, at=at, new={"release": str(made), "sha256": made.sha256})
    return made


@transaction.atomic
def load_shipped(*, by: Viewer, at: datetime, kinds: Iterable[str] = KINDS) -> list[Release]:
    """Load every document that ships with this version."""
    return [load(document=document, by=by, at=at) for kind in kinds for document in reference.available(kind)]
