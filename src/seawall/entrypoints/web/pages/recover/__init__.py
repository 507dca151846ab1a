"""Recover: claims as a chronology with the money beside it."""

from __future__ import annotations

from django.urls import path

from seawall.entrypoints.web.pages.recover.acts import act, open_claim
from seawall.entrypoints.web.pages.recover.claim import document, index, page
from seawall.entrypoints.web.pages.recover.settle import adjust, determine

urlpatterns = [
    path("recover/", index, name="recover"),
    path("claims/open/", open_claim, name="claim-open"),
    path("claims/<uuid:claim>/", page, name="claim"),
    path("claims/<uuid:claim>/determine/", determine, name="claim-determine"),
    path("claims/<uuid:claim>/adjust/", adjust, name="claim-adjust"),
    path("claims/<uuid:claim>/files/<uuid:file>/", document, name="claim-file"),
    path("claims/<uuid:claim>/<slug:verb>/", act, name="claim-act"),
]
