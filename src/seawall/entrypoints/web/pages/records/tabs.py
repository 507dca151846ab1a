"""The pages of the records, as tabs for those who may open them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from seawall.entrypoints.web.addresses import address
from seawall.records.parties.viewer import Viewer


def tabs(viewer: Viewer, current: str) -> list[dict[str, Any]]:
    """{label, url, active} for each page of the records the viewer may open."""
    known = (
        ("journal", _("Journal"), viewer.may("journal.read")),
        ("vault", _("Evidence vault"), True),
        ("releases", _("Releases"), True),
        ("feeds", _("Feeds"), viewer.may("feed.read")),
        ("people", _("People"), viewer.may("person.invite")),
        ("organisations", _("Organisations"), viewer.may("organisation.hotline")),
        ("tokens", _("API tokens"), viewer.may("token.issue")),
    )
    return [
        {"label": label, "url": address("office", name), "active": name == current} for name, label, may in known if may
    ]
