"""What an insured company opens first: is anything burning, what to fix first and what that is worth, its cover."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from seawall.core.money import Money
from seawall.entrypoints.web import clocks
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.pages.identify.assessment import fixes
from seawall.entrypoints.web.pages.identify.scored import Texts
from seawall.entrypoints.web.pages.protect import words as protect_words
from seawall.entrypoints.web.pages.respond import words as respond_words
from seawall.lifecycle.detect.queries import watch as watches
from seawall.lifecycle.identify.queries import company as companies
from seawall.lifecycle.protect.queries import policy as policies
from seawall.lifecycle.protect.queries.remediation import remediations
from seawall.lifecycle.respond.queries import incident as incidents
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer

FIRST = 4


def burning(viewer: Viewer, language: str, now: datetime) -> list[dict[str, Any]]:
    """Open incidents, clocks of the law, and alerts that change terms now: each {tone, text, sub, url}."""
    today = timezone.localdate(now)
    found = []
    for incident in incidents.incidents(viewer, at=now).exclude(status="closed")[:FIRST]:
        badge = respond_words.badge(incident.status)
        found.append(
            {
                "tone": "bad",
                "text": _("Incident %(number)s") % {"number": incident.number},
                "sub": badge["text"],
                "url": address("insured", "incident", incident.pk),
            }
        )
    found += [
        {
            "tone": clocks.urgency(deadline, now),
            "text": duty.what[language],
            "sub": clocks.left(deadline, now),
            "url": address("insured", "incident", duty.incident_id),
        }
        for duty in incidents.duties_due(viewer, at=now).filter(deadline__isnull=False)[:FIRST]
        if (deadline := duty.deadline) is not None
    ]
    found += [
        {
            "tone": "warn",
            "text": alert.reason.get(language, alert.fault),
            "sub": clocks.days_left(alert.due_on, today) if alert.due_on else alert.asset,
            "url": address("insured", "alert", alert.pk),
        }
        for alert in watches.alerts(viewer, at=now).filter(status="open", effect="now")[:FIRST]
    ]
    return found


def first_fixes(viewer: Viewer, language: str, now: datetime) -> dict[str, Any]:
    """The best fixes of the newest assessment with what they are worth, and the score they start from."""
    found = companies.page(viewer, viewer.organisation, at=now)
    if found.assessment is None:
        return {"fixes": [], "assessment": None}
    texts = Texts(found.result["texts"], language)
    held = {r.control: r for r in remediations(viewer, at=now, company=viewer.organisation)}
    shown: list[dict[str, Any]] = []
    for row, raw in zip(fixes(found.result, texts), found.result["fixes"], strict=True):
        tracked = held.get(raw["control"])
        if tracked is not None and tracked.status in ("done", "verified"):
            continue
        if tracked is not None:
            badge = protect_words.badge("fix", tracked.status)
            row |= {"url": address("insured", "fix", tracked.pk), "state": badge}
        shown.append({**row, "rank": len(shown) + 1})
    return {"fixes": shown[:FIRST], "assessment": found.assessment, "score": found.result["score"]}


def cover(viewer: Viewer, language: str, now: datetime) -> list[dict[str, Any]]:
    """The policies that answer today or soon."""
    names = {code: p.name[language] for code, p in library_on(viewer, on=timezone.localdate(now)).products.items()}
    return [
        {
            "number": p.number,
            "name": names.get(p.product, p.product),
            "limit": Money(p.aggregate_limit, p.currency),
            "until": p.expiry,
            "badge": protect_words.badge("policy", p.status),
            "url": address("insured", "policy", p.pk),
        }
        for p in policies.policies(viewer, at=now).filter(status__in=("bound", "in_force"))
    ]
