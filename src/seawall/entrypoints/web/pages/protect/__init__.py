"""Protect: quotes with their price explained, referrals, policies with their papers, and the fixes."""

from __future__ import annotations

from django.urls import path

from seawall.entrypoints.web.pages.protect.policy import act as policy_act
from seawall.entrypoints.web.pages.protect.policy import page as policy_page
from seawall.entrypoints.web.pages.protect.policy import paper
from seawall.entrypoints.web.pages.protect.quote import act as quote_act
from seawall.entrypoints.web.pages.protect.quote import index, make
from seawall.entrypoints.web.pages.protect.quote import page as quote_page
from seawall.entrypoints.web.pages.protect.remediation import act as fix_act
from seawall.entrypoints.web.pages.protect.remediation import fixes

urlpatterns = [
    path("protect/", index, name="protect"),
    path("quotes/new/<uuid:assessment>/", make, name="quote-make"),
    path("quotes/<uuid:quote>/", quote_page, name="quote"),
    path("quotes/<uuid:quote>/<slug:verb>/<uuid:subject>/", quote_act, name="quote-act"),
    path("policies/<uuid:policy>/", policy_page, name="policy"),
    path("policies/<uuid:policy>/papers/<slug:kind>/<slug:paper_language>/", paper, name="policy-paper"),
    path("policies/<uuid:policy>/<slug:verb>/", policy_act, name="policy-act"),
    path("companies/<uuid:company>/fixes/", fixes, name="fixes"),
    path("fixes/<uuid:remediation>/<slug:verb>/", fix_act, name="fix-act"),
]
