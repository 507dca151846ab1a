"""Strategy: what is underwritten, sold and charged, who helps after an incident, and what experience proposes."""

from __future__ import annotations

from django.urls import path

from seawall.entrypoints.web.pages.strategy import figures, office, shop

urlpatterns = [
    path("strategy/", shop.strategy, name="strategy"),
    path("strategy/figures/", figures.figures, name="figures"),
    path("strategy/adopt/<uuid:release>/", office.adopt, name="strategy-adopt"),
    path("strategy/proposals/<uuid:proposal_id>/<slug:verdict>/", office.decide, name="proposal-decide"),
]
