"""Addresses of the pages: four desks, search, health and language."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from seawall.entrypoints.web import site

urlpatterns = [
    path("", site.home, name="home"),
    path("search/", site.search, name="search"),
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("office/", include(("seawall.entrypoints.web.office.urls", "office"))),
    path("broker/", include(("seawall.entrypoints.web.broker.urls", "broker"))),
    path("insured/", include(("seawall.entrypoints.web.insured.urls", "insured"))),
    path("provider/", include(("seawall.entrypoints.web.provider.urls", "provider"))),
]
