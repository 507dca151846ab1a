"""Respond: the one-page report, the list whose clock runs out next, and the incident's own page."""

from __future__ import annotations

from django.urls import path

from seawall.entrypoints.web.pages.respond import incident, lists, report
from seawall.entrypoints.web.pages.respond.acts import act, triage_page

urlpatterns = [
    path("respond/", lists.index, name="respond"),
    path("respond/report/", report.report, name="incident-report"),
    path("engagements/", lists.engagements, name="engagements"),
    path("incidents/<uuid:incident>/", incident.page, name="incident"),
    path("incidents/<uuid:incident>/files/<uuid:file>/", incident.file, name="incident-file"),
    path("incidents/<uuid:incident>/triage/", triage_page, name="incident-triage"),
    path("incidents/<uuid:incident>/<slug:verb>/", act, name="incident-act"),
    path("incidents/<uuid:incident>/<slug:verb>/<uuid:subject>/", act, name="incident-act-on"),
]
