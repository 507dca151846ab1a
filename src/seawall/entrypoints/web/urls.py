"""Addresses of the pages: the same set at each desk, and what belongs to none."""

from __future__ import annotations

from importlib import import_module

from django.urls import URLPattern, include, path
from django.views.i18n import set_language

from seawall.entrypoints.web import site
from seawall.entrypoints.web.desks import DESKS

# Modules of pages, in the order of the rail; each has `urlpatterns`.
PAGES = (
    *("home", "company", "strategy", "universe", "identify", "assets", "libraries"),
    *("protect", "detect", "respond", "recover", "records"),
)


def pages() -> list[URLPattern]:
    """Every page that can stand at a desk; a page refuses the desks it is not for."""
    found: list[URLPattern] = []
    for name in PAGES:
        found += import_module(f"seawall.entrypoints.web.pages.{name}").urlpatterns
    return found


urlpatterns = [
    path("", site.home, name="home"),
    path("search/", site.search, name="search"),
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    path("i18n/setlang/", set_language, name="set_language"),
    *(path(f"{desk}/", include((pages(), desk))) for desk in DESKS),
]
