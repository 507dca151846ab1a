"""Protect: quotes with their price explained, referrals, policies with their papers, and the fixes."""

from __future__ import annotations

from django.urls import path

from seawall.entrypoints.web.pages.protect import bind, lists, make, papers, policy, quote, remediation

urlpatterns = [
    path("protect/", lists.quotes, name="protect"),
    path("policies/", lists.policies, name="policies"),
    path("fixes/", lists.fixes, name="remediations"),
    path("quotes/new/<uuid:assessment>/", make.make, name="quote-make"),
    path("quotes/<uuid:quote>/", quote.page, name="quote"),
    path("quotes/<uuid:quote>/bind/<uuid:option>/", bind.bind, name="bind"),
    path("quotes/<uuid:quote>/refer/", quote.refer, name="quote-refer"),
    path("quotes/<uuid:quote>/again/", quote.replay, name="quote-replay"),
    path("quotes/<uuid:quote>/paper/<slug:paper_language>/", papers.quote_paper, name="quote-paper"),
    path(
        "quotes/<uuid:quote>/referrals/<uuid:referral>/<slug:verdict>/", quote.decide, name="referral-decide"
    ),
    path("assessments/<uuid:assessment>/report/<slug:paper_language>/", papers.assessment_report,
         name="assessment-report"),
    path("policies/<uuid:policy>/", policy.page, name="policy"),
    path("policies/<uuid:policy>/cancel/", policy.cancel, name="policy-cancel"),
    path("policies/<uuid:policy>/evidence/", policy.evidence, name="policy-evidence"),
    path("policies/<uuid:policy>/progress/", policy.progress, name="policy-progress"),
    path("policies/<uuid:policy>/papers/<slug:kind>/<slug:paper_language>/", policy.paper, name="policy-paper"),
    path("policies/<uuid:policy>/bookings/<uuid:number>/reverse/", policy.reverse_booking, name="ledger-reverse"),
    path("policies/<uuid:policy>/<slug:verb>/", policy.act, name="policy-act"),
    path("companies/<uuid:company>/fixes/", remediation.fixes, name="fixes"),
    path("fixes/<uuid:remediation>/", remediation.page, name="fix"),
    path("fixes/<uuid:remediation>/file/", remediation.file, name="fix-file"),
    path("fixes/<uuid:remediation>/<slug:verb>/", remediation.act, name="fix-act"),
]  # fmt: skip
