"""Quotations and assessment reports as PDF, drawn when somebody asks for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from datetime import timezone as zones
from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from django.utils.translation import override

from seawall.core.evidence.items import Finding
from seawall.core.money import Money
from seawall.core.submission import read
from seawall.entrypoints.jobs.protect import cover_row, name_of, parts_of
from seawall.entrypoints.reports import assessment_report
from seawall.lifecycle.identify.actions.report import keep_report
from seawall.lifecycle.identify.models import Assessment
from seawall.lifecycle.identify.queries.company import without_model
from seawall.lifecycle.identify.queries.peers import book_peers, in_tenths
from seawall.lifecycle.protect.actions.papers import keep_quote_paper
from seawall.lifecycle.protect.models import Quote, QuoteOption
from seawall.lifecycle.protect.queries.policy import read_terms
from seawall.records.parties.actions.tenant import insurer_of
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.queries import library_of
from seawall.technology import papers as press

CATALOGUES = {"zh": "zh-hans", "en": "en"}
SHOWN_IN = zones(timedelta(hours=8))


def quote(system: Viewer, *, quote: str, language: str) -> None:
    """Draw up the quotation: the options that may be bound, without the insurer's reasons."""
    found = Quote.objects.select_related("insured", "broker", "tenant").get(pk=UUID(quote))
    content = press.render("quote", quotation(found, language), language, made_at=found.recorded_at)
    keep_quote_paper(quote=found.pk, language=language, content=content, by=system, at=timezone.now())


def quotation(found: Quote, language: str) -> press.QuotePaper:
    """What the quotation says, in one language."""
    options = [
        o
        for o in found.options.select_related("product_release", "wording")
        if o.premium is not None and o.outcome != "decline"
    ]
    wording = options[0].wording if options else None
    return {
        "number": found.number,
        "issued_on": found.recorded_at.astimezone(SHOWN_IN).date().isoformat(),
        "valid_until": found.valid_until.astimezone(SHOWN_IN).isoformat(timespec="minutes"),
        "issuer": {"name": name_of(insurer_of(found.tenant), language)},
        "insured": cast(Any, {"name": name_of(found.insured, language), "id": found.insured.credit_code}),
        "broker": {"name": name_of(found.broker, language)} if found.broker else None,
        "inception": found.inception.isoformat(),
        "wording": f"{wording.header['name'][language]} {wording.version}" if wording else "",
        "options": [_option(o, found, language) for o in options],
        "subjectivities": [],
        "referred": "",
    }


def _option(option: QuoteOption, found: Quote, language: str) -> Any:
    names = {c["code"]: c["name"][language] for c in option.product_release.body["covers"]}
    return {
        "name": option.product_release.header["name"][language],
        "limit": {"minor": option.limit, "currency": option.currency},
        "retention": {"minor": option.retention, "currency": option.currency},
        "premium": parts_of(Money(option.premium or 0, option.currency), found.tax_share),
        "covers": [cover_row(cover, names) for cover in read_terms(option.terms).covers],
        # How the premium came about is between the insurer and the broker, and this paper goes to the insured.
        "steps": [],
    }


def report(system: Viewer, *, assessment: str, language: str, whole: bool) -> None:
    """Draw up the assessment report; without the loss model unless it is for the office."""
    found = Assessment.objects.select_related("submission", "tenant").get(pk=UUID(assessment))
    book = book_peers(system, found, library_of(system, found.releases).universe)
    told = found.result if whole else without_model(found.result)
    result = {**told, "book_below": in_tenths(book.below) if book else None}
    submission = read(found.inputs["submission"], as_of=found.as_of)
    findings = [
        Finding(**{**seen, "observed_at": datetime.fromisoformat(seen["observed_at"])})
        for seen in found.inputs["findings"]
    ]
    issuer = {"name": name_of(insurer_of(found.tenant), language)}
    with override(CATALOGUES[language]):
        content = assessment_report(result, submission, findings, language, whole=whole, issuer=issuer)
    keep_report(assessment=found.pk, language=language, whole=whole, content=content, by=system, at=timezone.now())
