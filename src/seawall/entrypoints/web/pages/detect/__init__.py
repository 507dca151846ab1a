"""Detect: what is watched, what changed since the last look, and whether it changes the terms."""

from __future__ import annotations

from django.urls import path

from seawall.entrypoints.web.pages.detect import alert, lists, watch

urlpatterns = [
    path("detect/", lists.alerts, name="detect"),
    path("watches/", lists.watches, name="watches"),
    path("alerts/<uuid:alert>/", alert.page, name="alert"),
    path("alerts/<uuid:alert>/<slug:verb>/", alert.act, name="alert-act"),
    path("watches/<uuid:watch>/", watch.page, name="watch"),
    path("watches/<uuid:watch>/end/", watch.end, name="watch-end"),
    path("watches/<uuid:watch>/stop/", watch.stop, name="watch-stop"),
    path("observations/<uuid:observation>/", watch.observation, name="observation"),
    path("detect/head/", watch.head, name="head-today"),
]
