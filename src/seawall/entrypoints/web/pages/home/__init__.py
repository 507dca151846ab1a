"""The first page of each desk: where the loop stands, what waits, and what comes next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from seawall.entrypoints.web.desks import DESKS
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.home import broker, insured, office
from seawall.entrypoints.web.pages.home.loop import loop
from seawall.entrypoints.web.pages.respond.lists import work
from seawall.records.parties.viewer import Viewer


@require_safe
@desk_page("", frozenset(DESKS))
def home(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """One question per desk: what needs my decision, where are my cases, is anything burning."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    context: dict[str, Any]
    if here == "provider":
        context = {"heading": _("Engagements"), "table": work(viewer, now, language)}
        return render(request, "respond/engagements.html", context)
    context = {"heading": _("Today"), **loop(viewer, here, now)}
    if here == "insured":
        context |= {
            "burning": insured.burning(viewer, language, now),
            "cover": insured.cover(viewer, language, now),
            **insured.first_fixes(viewer, language, now),
        }
        return render(request, "home/insured.html", context)
    makers = office.panels if here == "office" else broker.panels
    context["panels"] = makers(viewer, language, now)
    return render(request, "home/desk.html", context)


urlpatterns = [path("", home, name="home")]
