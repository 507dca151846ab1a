"""The papers of a policy: its schedule in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from seawall.core.coverage.terms import CoverTerms
from seawall.core.money import Money
from seawall.lifecycle.protect.actions import policy as policies
from seawall.lifecycle.protect.actions import quote as quotes
from seawall.lifecycle.protect.actions.papers import Paper, attach_document
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.protect.queries.policy import terms_of
from seawall.records.parties.actions.tenant import insurer_of
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Viewer
from seawall.technology import papers as press

LANGUAGES: tuple[press.Lang, ...] = ("zh", "en")
ZONES = {"zh": "北京时间（东八区）", "en": "China Standard Time (UTC+8)"}


def papers(system: Viewer, *, policy: str) -> None:
    """Draw up the schedule in Chinese and English and keep both with the policy."""
    found = Policy.objects.select_related("insured", "broker", "wording", "option__quote", "tenant").get(
        pk=UUID(policy)
    )
    for language in LANGUAGES:
        content = press.render("schedule", schedule(found, language), language, made_at=found.bound_at)
        paper = Paper("schedule", language, f"{found.number}-{language}.pdf", content)
        attach_document(policy=found.pk, paper=paper, by=system, at=timezone.now())


def schedule(policy: Policy, language: str) -> press.SchedulePaper:
    """What the schedule says, in one language."""
    terms, wording = terms_of(policy), policy.wording
    product = policy.option.product_release
    covers = {c["code"]: c["name"][language] for c in product.body["covers"]}
    bought = [cover.cover for cover in terms.covers]
    clauses = [c for c in wording.body["clauses"] if not c.get("covers") or set(c["covers"]) & set(bought)]
    premium = Money(policy.premium, policy.currency)
    return {
        "number": policy.number,
        "issued_on": policy.day(policy.bound_at).isoformat(),
        "issuer": {"name": name_of(insurer_of(policy.tenant), language)},
        "insured": {"name": name_of(policy.insured, language), "id": policy.insured.credit_code},
        "broker": {"name": name_of(policy.broker, language)} if policy.broker else None,
        "product": product.header["name"][language],
        "wording": f"{wording.header['name'][language]} {wording.version}",
        "first_day": policy.inception.isoformat(),
        "end_day": policy.expiry.isoformat(),
        "zone": ZONES[language],
        "retroactive_on": policy.retroactive_date.isoformat() if policy.retroactive_date else None,
        "jurisdiction": policy.jurisdiction,
        "aggregate_limit": _amount(terms.aggregate),
        "covers": [cover_row(cover, covers) for cover in terms.covers],
        "services": [s["name"][language] for s in product.body["services"] if s["availability"] == "included"],
        "clauses": [_clause(c, language) for c in clauses if c["kind"] == "agreement"],
        "exclusions": [_clause(c, language) for c in clauses if c["kind"] == "exclusion"],
        "conditions": [f"{c['id']} {c['title'][language]}" for c in clauses if c["kind"] == "condition"],
        "premium": parts_of(premium, policy.option.quote.tax_share),
        "premium_due_on": policy.inception.isoformat(),
    }


def cover_row(cover: CoverTerms, names: Mapping[str, str]) -> press.CoverRow:
    """One cover as papers show it."""
    return {
        "name": names[cover.cover],
        "limit": _amount(cover.limit),
        "retention": _amount(cover.retention),
        "waiting_hours": cover.waiting_hours or None,
        "coinsurance": float(cover.coinsurance),
    }


def parts_of(premium: Money, tax_share: Decimal) -> press.Premium:
    """A premium with tax, split."""
    net = premium.times(1 / (1 + tax_share))
    return {"net": _amount(net), "tax": _amount(premium - net), "total": _amount(premium)}


def name_of(organisation: Organisation, language: str) -> str:
    """The organisation in the language of the paper."""
    return organisation.name_en if language == "en" and organisation.name_en else organisation.name_zh


def _amount(money: Money) -> Any:
    return {"minor": money.minor, "currency": money.currency}


def _clause(clause: Mapping[str, Any], language: str) -> Any:
    return {"code": clause["id"], "title": clause["title"][language], "text": clause["text"][language]}


def lapse(system: Viewer) -> None:
    """Let quotes and policies whose time is over expire."""
    now = timezone.now()
    quotes.expire_due(by=system, at=now)
    policies.expire_due(by=system, at=now)
