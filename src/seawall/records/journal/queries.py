"""Reading the journal: the supervisor's and the administrator's view of who decided what."""

from __future__ import annotations

from django.db.models import QuerySet

from seawall.records.journal.models import Entry
from seawall.records.parties.viewer import Viewer


def entries(viewer: Viewer, *, noun: str = "", object_id: str = "") -> QuerySet[Entry]:
    """Entries of the viewer's tenant, newest first, of one object when named; raises `Forbidden` for other roles."""
    viewer.require("journal.read")
    found = Entry.objects.filter(tenant_id=viewer.tenant).select_related("user", "organisation").order_by("-number")
    if noun:
        found = found.filter(noun=noun)
    return found.filter(object_id=object_id) if object_id else found
