"""What every page's frame shows: who looks, where, and where one can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import desk_of
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.stages import STAGES
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Viewer


def role_words() -> dict[str, str]:
    """Roles as people call them."""
    return {
        "underwriter": pgettext("role", "Underwriter"),
        "claims_handler": pgettext("role", "Claims handler"),
        "portfolio_manager": pgettext("role", "Portfolio manager"),
        "administrator": pgettext("role", "Administrator"),
        "supervisor": pgettext("role", "Supervisor"),
        "broker": pgettext("role", "Broker"),
        "insured": pgettext("role", "Insured"),
        "provider": pgettext("role", "Service provider"),
    }


@dataclass(frozen=True, slots=True)
class Person:
    """The viewer in words."""

    name: str
    roles: list[str]
    organisation: str


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context for `base.html`; nothing when nobody is signed in."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None:
        return {"viewer": None, "nav": [], "language": language_of(request)}
    language = language_of(request)
    organisation = Organisation.objects.filter(pk=viewer.organisation).first()
    name = ""
    if organisation:
        name = organisation.name_en if language == "en" and organisation.name_en else organisation.name_zh
    words = role_words()
    here = getattr(request, "desk", desk_of(viewer))
    return {
        "viewer": Person(viewer.name, [words.get(r, r) for r in sorted(viewer.roles)], name),
        "may": May(viewer),
        "desk": here,
        "stage": getattr(request, "stage", ""),
        "nav": navigation(request, viewer, here),
        "search_url": reverse("search"),
        "report_url": address("insured", "incident-report") if here == "insured" else "",
        "language": language,
    }


class May:
    """In a template: `{% if may.quote__bind %}` asks whether the viewer may use the verb `quote.bind`."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer

    def __getitem__(self, verb: str) -> bool:
        return self._viewer.may(verb.replace("__", "."))


def navigation(request: HttpRequest, viewer: Viewer, here: str) -> list[dict[str, Any]]:
    """The rail: the six stages in order, then what a role has beyond them."""
    items: list[dict[str, Any]] = []
    if here != "provider":
        items += [{"label": s.label, "url": address(here, s.code), "icon": s.icon, "stage": s.code} for s in STAGES]
    if here == "office":
        items.append({"label": _("Companies"), "url": address(here, "companies"), "icon": "building-2"})
        if viewer.may("journal.read"):
            items.append({"label": _("Journal"), "url": address(here, "journal"), "icon": "scroll-text"})
        if viewer.may("vault.export"):
            items.append({"label": _("Evidence vault"), "url": address(here, "vault"), "icon": "fingerprint"})
        if viewer.may("person.invite"):
            items.append({"label": _("Administration"), "url": address(here, "people"), "icon": "users"})
    if here == "broker":
        items.append({"label": _("Clients"), "url": address(here, "companies"), "icon": "building-2"})
    if here == "insured":
        company = address(here, "company", viewer.organisation)
        items.append({"label": _("My company"), "url": company, "icon": "building-2"})
    if here == "provider":
        items.append({"label": _("Engagements"), "url": address(here, "home"), "icon": "siren"})
    for item in items:
        stage = item.setdefault("stage", "")
        item["active"] = stage == getattr(request, "stage", "") if stage else request.path == item["url"]
    return [item for item in items if item["url"]]
