"""The risk universe: browsed, drawn, told risk by risk, and changed by the house for itself."""

from __future__ import annotations

from django.urls import path

from seawall.entrypoints.web.pages.universe import browse, draft, edit, risk

urlpatterns = [
    path("strategy/universe/", browse.index, name="universe"),
    path("strategy/universe/risks/<slug:code>/", risk.page, name="universe-risk"),
    path("strategy/universe/controls/<slug:code>/", risk.control, name="universe-control"),
    path("strategy/universe/download/<slug:form>/", browse.download, name="universe-download"),
    path("strategy/universe/draft/", draft.page, name="universe-draft"),
    path("strategy/universe/draft/begin/", draft.begin, name="universe-begin"),
    path("strategy/universe/draft/load/", draft.load, name="universe-load"),
    path("strategy/universe/draft/try/", draft.attempt_on_book, name="universe-try"),
    path("strategy/universe/draft/progress/", draft.progress, name="universe-progress"),
    path("strategy/universe/draft/adopt/", draft.adopt, name="universe-adopt"),
    path("strategy/universe/draft/drop/", draft.drop, name="universe-drop"),
    path("strategy/universe/draft/risks/<slug:code>/", edit.page, name="universe-edit"),
    path("strategy/universe/draft/risks/<slug:code>/switch/", edit.switch, name="universe-switch"),
]
