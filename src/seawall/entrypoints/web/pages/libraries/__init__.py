"""Libraries of requirements, and how far an assessed company meets them."""

from __future__ import annotations

from django.urls import path

from seawall.entrypoints.web.pages.libraries import conformity, library

urlpatterns = [
    path("libraries/", library.libraries, name="libraries"),
    path("libraries/<slug:library>/", library.library, name="library"),
    path("assessments/<uuid:assessment>/conformity/", conformity.choose, name="conformity"),
    path("assessments/<uuid:assessment>/conformity/<slug:library>/", conformity.report, name="conformity-report"),
    path(
        "assessments/<uuid:assessment>/conformity/<slug:library>/<int:level>/<slug:paper_language>/",
        conformity.paper,
        name="conformity-paper",
    ),
]
