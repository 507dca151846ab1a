"""Quotes as each side may see them.

The office sees everything; a broker the options with their trace; the insured the options that may be bound, without
the insurer's reasons; nobody outside sees expected losses or the technical price.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from seawall import __version__
from seawall.core.pricing.appetite import load_appetite
from seawall.lifecycle.protect.models import Quote, QuoteOption, Referral
from seawall.lifecycle.protect.queries.pricing import Basis, Wish, basis, price
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import Forbidden, NotFound, Viewer
from seawall.records.releases.models import Release
from seawall.records.releases.queries import changes, library_of
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject


def quotes(viewer: Viewer, *, at: datetime) -> QuerySet[Quote]:
    """The quotes the viewer may know of, newest first."""
    found = Quote.objects.filter(tenant_id=viewer.tenant, insured__in=visible_companies(viewer, at=at))
    if not viewer.office and viewer.kind == "broker":
        # A quote made through another broker stays between that broker and the insured.
        found = found.filter(broker_id=viewer.organisation)
    return found.select_related("insured", "broker", "submission").order_by("-recorded_at")


def one(viewer: Viewer, quote: UUID | str, *, at: datetime) -> Quote:
    """The quote, or `NotFound` for one that is not there or not for this viewer."""
    found = quotes(viewer, at=at).filter(pk=quote).first()
    if found is None:
        raise NotFound("quote")
    return found


def paper_name(quote: Quote, language: str) -> str:
    """What the quotation on paper is called."""
    return f"{quote.number}-{language}.pdf"


def paper(quote: Quote, language: str) -> File | None:
    """The newest quotation on paper in a language, None while there is none."""
    subject = Subject.of(quote)
    kept = File.objects.filter(tenant_id=quote.tenant_id, noun=subject.noun, subject=subject.id)
    rows = kept.defer("content").select_related("key").order_by("-recorded_at")
    return next((file for file in rows if file.name == paper_name(quote, language)), None)


def open_referrals(viewer: Viewer) -> QuerySet[Referral]:
    """What waits for a decision, oldest first; the office's alone."""
    if not viewer.office:
        raise Forbidden("", verb="referral.decide")
    found = Referral.objects.filter(tenant_id=viewer.tenant, status="open")
    return found.select_related("quote__insured", "made_by").order_by("recorded_at")


def page(viewer: Viewer, quote: UUID | str, *, at: datetime) -> dict[str, Any]:
    """Everything one page about the quote shows this viewer; amounts in minor units unless they are text."""
    found = one(viewer, quote, at=at)
    told = viewer.office or found.status in ("offered", "bound", "expired")
    shown = {
        "id": str(found.pk),
        "number": found.number,
        "status": found.status,
        "insured": {"id": str(found.insured_id), "zh": found.insured.name_zh, "en": found.insured.name_en},
        "submission": str(found.submission_id),
        "assessment": str(found.assessment_id),
        "inception": found.inception,
        "valid_until": found.valid_until,
        "expired": found.valid_until <= at and found.status in ("offered", "referred"),
        "options": [_option(viewer, option) for option in found.options.all()] if told else [],
    }
    if viewer.office or viewer.kind == "broker":
        shown["outcome"] = found.outcome
        shown["referrals"] = [_referral(viewer, referral) for referral in found.referrals.select_related("decided_by")]
        shown["releases"] = found.releases
        shown["engine"] = found.engine
        shown["commission_share"] = str(found.commission_share)
    return shown


def _option(viewer: Viewer, option: QuoteOption) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": str(option.pk),
        "product": option.product,
        "currency": option.currency,
        "limit": option.limit,
        "retention": option.retention,
        "premium": option.premium,
        "terms": option.terms,
        "extras": option.extras,
        "wording": str(option.wording_id),
        "can_be_bound": option.premium is not None and option.outcome != "decline",
    }
    if viewer.office or viewer.kind == "broker":
        shown |= {
            "rating": option.rating,
            "refused": option.refused,
            "outcome": option.outcome,
            "reasons": option.reasons,
        }
    if viewer.office:
        shown["internals"] = option.internals
    return shown


def _referral(viewer: Viewer, referral: Referral) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": str(referral.pk),
        "status": referral.status,
        "reasons": referral.reasons,
        "decided_at": referral.decided_at,
    }
    if viewer.office:
        shown["decided_by"] = referral.decided_by.name if referral.decided_by else None
        shown["note"] = referral.note
    return shown


@dataclass(frozen=True, slots=True)
class Replay:
    """A quote computed again: `differences` are (path, stored, computed), none when it is the same to the last fen."""

    quote: str
    engine_then: str
    engine_now: str
    differences: tuple[tuple[str, Any, Any], ...]

    @property
    def same(self) -> bool:
        return not self.differences


def basis_of(viewer: Viewer, quote: Quote) -> Basis:
    """What the quote was priced on, from the releases it names; raises `NotFound` when one is gone."""
    rows = {ref["kind"]: _release(viewer, ref) for ref in quote.releases.values() if ref["kind"] in NOT_IN_LIBRARY}
    refs = {key: ref for key, ref in quote.releases.items() if ref["kind"] not in ("appetite", "wordings")}
    library = library_of(viewer, refs)
    appetite = load_appetite(rows["appetite"].body)
    return basis(quote.assessment, library, appetite, rows["rating"].body["loading"])


NOT_IN_LIBRARY = ("appetite", "rating")


def _release(viewer: Viewer, ref: dict[str, str]) -> Release:
    found = Release.objects.filter(
        tenant_id=viewer.tenant, kind=ref["kind"], identifier=ref["id"], version=ref["version"], sha256=ref["sha256"]
    ).first()
    if found is None:
        raise NotFound("releases", **ref)
    return found


def replay(viewer: Viewer, quote: UUID | str, *, at: datetime) -> Replay:
    """Price the quote again from what it recorded, and say where it comes out otherwise. The office's alone."""
    if not viewer.office:
        raise Forbidden("", verb="quote.replay")
    found = one(viewer, quote, at=at)
    ground = basis_of(viewer, found)
    differences: list[tuple[str, Any, Any]] = []
    for option, words in zip(found.options.all(), found.wishes, strict=True):
        offer = price(ground, Wish.of(words))
        stored = {
            "wish": words,
            "terms": option.terms,
            "rating": option.rating,
            "refused": option.refused,
            "extras": option.extras,
            "outcome": option.outcome,
            "reasons": option.reasons,
            "internals": option.internals,
        }
        differences += changes(stored, offer.as_dict(), f"options[{option.position}]")
        premium = None if offer.premium is None else offer.premium.minor
        if premium != option.premium:
            differences.append((f"options[{option.position}].premium", option.premium, premium))
    return Replay(found.number, found.engine, __version__, tuple(differences))
