"""Identify: submissions, the questionnaire with its indication, consent, scans, assessments."""

from __future__ import annotations

from django.urls import path

from seawall.entrypoints.web.pages.identify import (
    answers,
    assessment,
    consent,
    filing,
    lists,
    questions,
    scan,
    submission,
)

urlpatterns = [
    path("submissions/", lists.submissions, name="identify"),
    path("submissions/new/", filing.new, name="submission-new"),
    path("submissions/<uuid:submission>/", submission.page, name="submission"),
    path("submissions/<uuid:submission>/facts/", filing.edit, name="submission-edit"),
    path("submissions/<uuid:submission>/questions/", questions.questions, name="questions"),
    path("submissions/<uuid:submission>/questions/<slug:section>/", questions.questions, name="questions"),
    path("submissions/<uuid:submission>/answers/<slug:question>/", questions.answer, name="answer"),
    path("submissions/<uuid:submission>/answers/<slug:question>/file/", questions.file, name="answer-file"),
    path("submissions/<uuid:submission>/answers/<slug:question>/history/", answers.history, name="answer-history"),
    path("submissions/<uuid:submission>/forms/", answers.forms, name="answer-forms"),
    path("submissions/<uuid:submission>/forms/file/<slug:kind>/", answers.blank, name="answer-file-form"),
    path("submissions/<uuid:submission>/forms/<slug:framework>/", answers.form, name="answer-form"),
    path("submissions/<uuid:submission>/scan/", scan.order, name="scan-order"),
    path("submissions/<uuid:submission>/<slug:verb>/", submission.act, name="submission-act"),
    path("companies/<uuid:company>/consents/new/", consent.give, name="consent-give"),
    path("companies/<uuid:company>/consents/<uuid:consent>/", consent.page, name="consent"),
    path("companies/<uuid:company>/consents/<uuid:consent>/state/", consent.state, name="consent-state"),
    path("companies/<uuid:company>/consents/<uuid:consent>/<slug:verb>/", consent.act, name="consent-act"),
    path("scans/<uuid:order>/", scan.page, name="scan"),
    path("scans/<uuid:order>/progress/", scan.progress, name="scan-progress"),
    path("assessments/<uuid:assessment>/", assessment.page, name="assessment"),
    path("assessments/<uuid:assessment>/again/", assessment.again, name="assessment-again"),
    path("assessments/<uuid:assessment>/assessment.json", assessment.download, name="assessment-json"),
]
