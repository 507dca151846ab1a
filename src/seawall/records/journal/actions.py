"""Writing to the journal; every action does, exactly once per change of an object."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from seawall.records.journal.models import Entry
from seawall.records.parties.viewer import Viewer
from seawall.records.rows import Row


def record(
    verb: str,
    subject: Row,
    *,
    by: Viewer,
    at: datetime,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Entry:
    """Write one entry for `verb` on `subject`, inside the caller's transaction."""
    return Entry.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        verb=verb,
        noun=subject._meta.db_table,
        object_id=str(subject.pk),
        user_id=by.user or None,
        organisation_id=by.organisation,
        old=dict(old or {}),
        new=dict(new or {}),
        reason=reason,
    )
