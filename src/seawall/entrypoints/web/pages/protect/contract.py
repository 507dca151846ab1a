"""What a policy's page shows, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from seawall.core.money import Money
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.pages.protect import words
from seawall.lifecycle.detect.models import Alert, Watch
from seawall.lifecycle.detect.queries.watch import alerts as visible_alerts
from seawall.lifecycle.detect.queries.watch import checks
from seawall.lifecycle.detect.queries.watch import watches as visible_watches
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.protect.queries.ledger import entries
from seawall.lifecycle.recover.queries.claim import claims
from seawall.lifecycle.recover.queries.settlement import paid_by_cover
from seawall.lifecycle.respond.queries.incident import incidents
from seawall.records.parties.viewer import Viewer


def days(held: Policy, now: datetime) -> dict[str, Any]:
    """How much of the period has passed: whole, gone and left in days."""
    end = held.cancelled_on or held.expiry
    whole = max((end - held.inception).days, 0)
    gone = min(max((held.day(now) - held.inception).days, 0), whole)
    return {"whole": whole, "gone": gone, "left": whole - gone, "begun": held.day(now) >= held.inception, "end": end}


def covers(held: Policy, language: str) -> dict[str, Any]:
    """The covers as bound, with what is still free of each once something was paid, and their clauses."""
    body = held.option.product_release.body
    known = {c["code"]: c for c in body["covers"]}
    paid = paid_by_cover(held)
    clauses = [c for c in held.wording.body["clauses"] if c["kind"] == "agreement"]
    rows = []
    for cover in held.terms["covers"]:
        code, limit = cover["cover"], Money.of(cover["limit"], held.currency)
        used = Money(paid.get(code, 0), held.currency)
        rows.append(
            {
                "name": known[code]["name"][language],
                "description": known[code]["description"][language],
                "limit": limit,
                "retention": Money.of(cover["retention"], held.currency),
                "waiting": cover["waiting_hours"],
                "days": cover["indemnity_days"],
                "share": Decimal(cover["coinsurance"]) or None,
                "left": limit - used,
                "clauses": [c for c in clauses if code in (c.get("covers") or ())],
            }
        )
    spent = Money(sum(paid.values()), held.currency)
    return {"covers": rows, "spent": spent, "free": Money(held.aggregate_limit, held.currency) - spent}


def papers(held: Policy, here: str) -> list[dict[str, Any]]:
    """The newest paper of each kind and language."""
    newest = {}
    for row in held.documents.select_related("file").defer("file__content").order_by("recorded_at"):
        newest[row.kind, row.language] = row
    return [
        {
            "kind": kind,
            "language": language,
            "label": {"zh": "中文", "en": "English"}[language],
            "url": address(here, "policy-paper", held.pk, kind, language),
            "row": row,
        }
        for (kind, language), row in sorted(newest.items(), key=lambda pair: (pair[0][0], pair[0][1] != "zh"))
    ]


def drawing(held: Policy, here: str) -> dict[str, Any]:
    """How far the schedule is, for components/progress.html."""
    there = set(held.documents.filter(kind="schedule").values_list("language", flat=True))
    done = len(there & {"zh", "en"})
    return {
        "id": "papers",
        "title": _("Schedule in both languages"),
        "now": _("ready") if done == 2 else _("being drawn up; you can leave this page"),
        "done": done,
        "total": 2,
        "state": "done" if done == 2 else "running",
        "url": address(here, "policy-progress", held.pk),
        "result_url": address(here, "policy", held.pk),
        "result_label": _("Show the papers"),
    }


def bookings(viewer: Viewer, held: Policy) -> list[dict[str, Any]]:
    """The ledger of the policy, transaction by transaction; the office's alone."""
    accounts, memos = words.accounts(), words.memos()
    found: dict[Any, dict[str, Any]] = {}
    for entry in entries(viewer, policy=held.pk).select_related("reverses", "reversed_by"):
        booking = found.setdefault(
            entry.transaction,
            {
                "number": entry.transaction,
                "at": entry.recorded_at,
                "memo": memos.get(entry.memo, entry.memo),
                "lines": [],
                "may_reverse": entry.memo != "reversal"
                and entry.noun != "payment"
                and not hasattr(entry, "reversed_by"),
                "reversed": hasattr(entry, "reversed_by"),
            },
        )
        amount = Money(entry.amount, entry.currency)
        booking["lines"].append(
            {
                "account": accounts.get(entry.account, entry.account),
                "debit": amount if entry.amount > 0 else None,
                "credit": -amount if entry.amount < 0 else None,
            }
        )
    return list(found.values())


def balances(shown: Mapping[str, Any], held: Policy) -> list[dict[str, Any]]:
    """What each account holds of this policy."""
    accounts = words.accounts()
    return [
        {"account": accounts[code], "amount": Money(shown["ledger"][code], held.currency)}
        for code in accounts
        if shown["ledger"].get(code)
    ]


def watching(
    viewer: Viewer, held: Policy, here: str, language: str, now: datetime
) -> tuple[Watch | None, list[dict[str, Any]]]:
    """The watch, and the open alerts."""
    watch = visible_watches(viewer, at=now).filter(policy=held).first()
    found = visible_alerts(viewer, at=now).filter(policy=held, status="open")
    return watch, [alert_line(alert, here, language) for alert in found]


def alert_line(alert: Alert, here: str, language: str) -> dict[str, Any]:
    """One alert in a short list."""
    check = checks().checks.get(alert.fault)
    return {
        "title": check.title[language] if check else alert.fault,
        "asset": alert.asset,
        "effect": alert.effect,
        "url": address(here, "alert", alert.pk),
    }


def course(viewer: Viewer, held: Policy, here: str, now: datetime) -> list[dict[str, Any]]:
    """What happened to the policy, oldest first, for components/timeline.html."""

    def event(at: datetime, title: str, tone: str, **more: Any) -> dict[str, Any]:
        return {"at": at, "title": title, "tone": tone, "who": "", "text": "", "icon": "", "pins": [], **more}

    def pin(label: str, name: str, key: Any, icon: str) -> list[dict[str, Any]]:
        return [{"label": label, "url": address(here, name, key), "icon": icon}]

    by = held.bound_by.name if held.bound_by and viewer.office else ""
    found = [event(held.bound_at, _("Bound"), "ok", who=by)]
    if held.issued_at:
        found.append(event(held.issued_at, _("Schedule issued"), "ok"))
    found += [
        event(watch.recorded_at, _("Watch started"), "note", pins=pin(_("Watch"), "watch", watch.pk, "eye"))
        for watch in visible_watches(viewer, at=now).filter(policy=held)
    ]
    for incident in incidents(viewer, at=now).filter(policy=held):
        pins = pin(incident.number, "incident", incident.pk, "siren")
        found.append(event(incident.reported_at, _("Incident reported"), "bad", pins=pins))
    for claim in claims(viewer, at=now).filter(policy=held):
        pins = pin(claim.number, "claim", claim.pk, "scale")
        found.append(event(claim.recorded_at, _("Claim opened"), "warn", pins=pins))
    for alert in visible_alerts(viewer, at=now).filter(policy=held, effect="now"):
        pins = pin(alert.asset, "alert", alert.pk, "bell")
        found.append(
            event(alert.recorded_at, _("Warranty alert"), "bad" if alert.status == "open" else "idle", pins=pins)
        )
    return sorted(found, key=lambda e: e["at"])
