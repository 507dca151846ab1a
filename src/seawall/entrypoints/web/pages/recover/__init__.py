"""Recover: claims as a chronology with the money beside it."""

from __future__ import annotations

from django.urls import path

from seawall.entrypoints.web.pages.recover.acts import act
from seawall.entrypoints.web.pages.recover.adjust import adjust
from seawall.entrypoints.web.pages.recover.claim import document, page
from seawall.entrypoints.web.pages.recover.determine import determine
from seawall.entrypoints.web.pages.recover.lists import index
from seawall.entrypoints.web.pages.recover.opening import open_claim
from seawall.entrypoints.web.pages.recover.paper import evidence, statement_page
from seawall.entrypoints.web.pages.recover.pay import pay

urlpatterns = [
    path("recover/", index, name="recover"),
    path("claims/open/", open_claim, name="claim-open"),
    path("claims/<uuid:claim>/", page, name="claim"),
    path("claims/<uuid:claim>/determine/", determine, name="claim-determine"),
    path("claims/<uuid:claim>/adjust/", adjust, name="claim-adjust"),
    path("claims/<uuid:claim>/pay/", pay, name="claim-pay"),
    path("claims/<uuid:claim>/statement/<slug:paper_language>/", statement_page, name="claim-statement"),
    path("claims/<uuid:claim>/evidence/", evidence, name="claim-evidence"),
    path("claims/<uuid:claim>/files/<uuid:file>/", document, name="claim-file"),
    path("claims/<uuid:claim>/<slug:verb>/", act, name="claim-act"),
]
