"""Loading reference documents as releases: once per version, never over another content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from seawall import reference
from seawall.core.problems import Refused
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.models import Release
from seawall.records.releases.reading import READERS, check

# Feeds are taken in by runs; none ships.
KINDS = tuple(kind for kind in READERS if kind != "feeds")


class VersionTaken(Refused):
    """The version exists with other content; a change needs a new version."""

    code = "release.version_taken"


@transaction.atomic
def load(*, document: reference.Document, by: Viewer, at: datetime) -> Release:
    """The release of `document`, made when the tenant has not loaded it yet.

    Raises `VersionTaken`, `reading.UnknownKind`, and `Invalid` with everything wrong in the document.
    """
    by.require("release.load")
    return keep(document=document, by=by, at=at)


@transaction.atomic
def keep(*, document: reference.Document, by: Viewer, at: datetime) -> Release:
    """As `load`, for an action that has judged itself who may."""
    known = _known(document, by)
    if known is not None:
        return known
    check(document)
    header = document.header
    made = Release(
        tenant_id=by.tenant,
        recorded_at=at,
        kind=header.kind,
        identifier=header.id,
        version=header.version,
        sha256=document.sha256,
        header={**asdict(header), "name": dict(header.name)},
        body=dict(document.body),
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        # Another transaction loaded this version in the same moment.
        known = _known(document, by)
        if known is None:
            raise
        return known
    record("release.load", made, by=by, at=at, new={"release": str(made), "sha256": made.sha256})
    return made


def _known(document: reference.Document, by: Viewer) -> Release | None:
    header = document.header
    found = Release.objects.filter(
        tenant_id=by.tenant, kind=header.kind, identifier=header.id, version=header.version
    ).first()
    if found is not None and found.sha256 != document.sha256:
        raise VersionTaken("version", kind=header.kind, id=header.id, version=header.version)
    return found


@transaction.atomic
def load_shipped(*, by: Viewer, at: datetime, kinds: Iterable[str] = KINDS) -> list[Release]:
    """Load every document that ships with this version."""
    return [load(document=document, by=by, at=at) for kind in kinds for document in reference.available(kind)]
