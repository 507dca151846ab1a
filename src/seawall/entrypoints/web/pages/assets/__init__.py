"""Assets of a company, why they are its own, what it disputes, and the files of its own tools."""

from __future__ import annotations

from django.urls import path

from seawall.entrypoints.web.pages.assets import asset, dispute, imports, lists

urlpatterns = [
    path("companies/<uuid:company>/assets/", lists.assets, name="assets"),
    path("companies/<uuid:company>/imports/", imports.take, name="imports"),
    path("imports/<uuid:imported>/", imports.page, name="import"),
    path("imports/<uuid:imported>/file/", imports.file, name="import-file"),
    path("assets/<uuid:asset>/", asset.page, name="asset"),
    path("assets/<uuid:asset>/dispute/", asset.dispute, name="asset-dispute"),
    path("disputes/", lists.disputes, name="disputes"),
    path("disputes/<uuid:dispute>/", dispute.page, name="dispute"),
    path("disputes/<uuid:dispute>/file/", dispute.file, name="dispute-file"),
    path("disputes/<uuid:dispute>/<slug:verb>/", dispute.act, name="dispute-act"),
]
