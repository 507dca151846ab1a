"""The list of claims and a claim's own page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from seawall.core.money import Money
from seawall.entrypoints.web import charts
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.recover import forms, words
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.recover.queries import claim as queries
from seawall.lifecycle.recover.queries.clocks import clocks
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.actions.file import deliver
from seawall.records.vault.models import File


@desk_page("recover")
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Claims, the one whose day of the law comes next on top."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    told = []
    for found in queries.claims(viewer, at=now)[:200]:
        waiting = [c for c in clocks(found, on=found.policy.day(now)) if c.done_on is None]
        following = min(waiting, key=lambda c: c.due, default=None)
        told.append((following.due if following and found.status != "closed" else None, following, found))
    told.sort(key=lambda row: (row[0] is None, row[0] or now.date()))
    rows = [
        {
            "cells": [
                {"value": found.number, "sub": found.incident.number},
                found.company.name_en if language == "en" and found.company.name_en else found.company.name_zh,
                {"value": words.badge(found.status)["text"], "tone": words.badge(found.status)["tone"]},
                Money(found.paid, found.currency),
                due or "–",
                following.as_dict()["title"][language] if due and following else "–",
            ],
            "url": address(here, "claim", found.pk),
        }
        for due, following, found in told
    ]
    table = {
        "caption": _("Claims"),
        "columns": [
            {"label": _("Claim"), "kind": "text"}, {"label": _("Company"), "kind": "text"},
            {"label": _("State"), "kind": "badge"}, {"label": _("Paid"), "kind": "money"},
            {"label": _("Next day of the law"), "kind": "day"}, {"label": _("For"), "kind": "text"},
        ],
        "rows": rows,
        "empty": {
            "title": _("No claim is open"),
            "text": _("A claim is opened from an incident; its page has the button."),
            "url": address(here, "respond"),
            "label": _("Incidents"),
        },
    }  # fmt: skip
    return render(request, "recover/index.html", {"heading": _("Claims"), "table": table})


@desk_page("recover")
def page(request: HttpRequest, viewer: Viewer, claim: UUID) -> HttpResponse:
    """One claim: chronology, gates, worksheets, the way from loss to payment."""
    return show(request, viewer, claim)


def show(request: HttpRequest, viewer: Viewer, claim: UUID, refused: dict[str, Any] | None = None) -> HttpResponse:
    """The page, with a refused form in the place of its namesake."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    shown = queries.page(viewer, claim, at=now)
    held = queries.one(viewer, claim, at=now)
    covers = names(held)
    currency = held.currency

    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, currency)

    context = {
        "heading": held.number,
        "claim": held,
        "shown": shown,
        "badge": words.badge(held.status),
        "company_url": address(here, "company", held.company_id),
        "incident_url": address(here, "incident", held.incident_id),
        "policy_url": address(here, "policy", held.policy_id),
        "payable": money(held.payable),
        "approved": money(held.approved),
        "paid": money(held.paid),
        "outstanding": money(held.outstanding),
        "reserve": money(held.reserve) if viewer.office else None,
        "gates": _gates(shown["determination"], covers, held, language),
        "refusals": _refusals(shown["refused_items"], covers, held, language),
        "sheets": _sheets(shown["adjustment"], covers, held, language),
        "bridge": _bridge(shown["adjustment"], currency),
        "rows": _bridge_table(shown["adjustment"], covers, currency),
        "events": _events(shown["steps"], currency),
        "clocks": [
            {**clock, "title": clock["title"][language], "law": clock["law"][language]} for clock in shown["clocks"]
        ],
        "payments": [{**p, "amount": money(p["amount"])} for p in shown["payments"]],
        "files": _files(viewer, held, here),
        **forms.blank(held),
        **(refused or {}),
    }
    return render(request, "recover/claim.html", context, status=422 if refused else 200)


def names(held: Claim) -> Mapping[str, Mapping[str, str]]:
    """Covers of the policy's product by code, in both languages."""
    return {c["code"]: c["name"] for c in held.policy.option.product_release.body["covers"]}


def _gates(
    found: Mapping[str, Any] | None, covers: Mapping[str, Any], held: Claim, language: str
) -> list[dict[str, Any]]:
    """Each item with its three gates and the clauses behind them."""
    if found is None:
        return []
    texts = {c["id"]: c["text"][language] for c in held.policy.wording.body["clauses"]}
    claimed = {i["id"]: i for i in held.determinations.order_by("-position")[0].document["items"]}
    labels = words.gates()
    return [
        {
            "item": item["item"],
            "cover": covers.get(item["cover"], {}).get(language, item["cover"]),
            "amount": Money.of(claimed[item["item"]]["amount"], held.currency) if item["item"] in claimed else None,
            **words.badge(item["outcome"]),
            "gates": [
                {
                    "label": labels.get(gate["gate"], gate["gate"]),
                    **words.badge(gate["outcome"]),
                    "clauses": [_clause(r, texts, language) for r in gate["reasons"]],
                }
                for gate in item["gates"]
            ],
        }
        for item in found["result"]["items"]
    ]


def _clause(reason: Mapping[str, Any], texts: Mapping[str, str], language: str) -> dict[str, Any]:
    told = [f"{name} = {value}" for name, value in reason["facts"].items()]
    change = reason["would_change"][language] if reason["would_change"] else ""
    lines = [_("Facts: %(facts)s.") % {"facts": "; ".join(told)}] if told else []
    if reason["outcome"] not in ("met",) and change:
        lines.append(_("What would change it: %(what)s.") % {"what": change})
    if reason["law"]:
        lines.append(reason["law"][language])
    return {
        "number": reason["clause"],
        "title": reason["title"][language],
        "text": texts.get(reason["clause"], ""),
        "finding": words.badge(reason["outcome"]),
        "reason": " ".join(lines),
        "by": "",
        "at": "",
        "pins": [],
    }


def _refusals(
    found: Iterable[Mapping[str, Any]], covers: Mapping[str, Any], held: Claim, language: str
) -> list[dict[str, Any]]:
    """What is not payable whatever the worksheets say, each with its clause and law."""
    return [
        {
            "item": item["item"],
            "cover": covers.get(item["cover"], {}).get(language, item["cover"]),
            "clauses": [
                {
                    "number": c["clause"],
                    "title": c["title"][language],
                    "law": c["law"][language] if c["law"] else "",
                    "change": c["would_change"][language] if c["would_change"] else "",
                }
                for c in item["clauses"]
            ],
        }
        for item in found
    ]


def _sheets(
    found: Mapping[str, Any] | None, covers: Mapping[str, Any], held: Claim, language: str
) -> list[dict[str, Any]]:
    """The worksheets line by line: claimed, taken off with reason and clause, admitted."""
    if found is None:
        return []
    body = held.policy.wording.body

    def title(table: str, code: str) -> str:
        return str(body[table].get(code, {}).get("title", {}).get(language, code))

    return [
        {
            "cover": covers.get(sheet["cover"], {}).get(language, sheet["cover"]),
            "lines": [
                {
                    "name": line["id"],
                    "kind": title("cost_kinds", line["kind"]),
                    "claimed": Money.of(line["claimed"], held.currency),
                    "admitted": Money.of(line["admitted"], held.currency),
                    "deductions": [
                        {
                            "reason": title("deductions", d["reason"]),
                            "clause": d["clause"],
                            "amount": Money.of(d["amount"], held.currency),
                        }
                        for d in line["deductions"]
                    ],
                }
                for line in sheet["lines"]
            ],
        }
        for sheet in found["worksheets"]
    ]


def _bridge(found: Mapping[str, Any] | None, currency: str) -> Any:
    """The chart from the loss claimed to what is payable."""
    if found is None or not found["claimed"]:
        return None
    totals = {key: sum(row[key] for row in found["bridge"]) for key in words.bridge_labels()}
    parts = [charts.MoneyPart(_("Claimed"), Money(found["claimed"], currency))]
    parts += [
        charts.MoneyPart(label, -Money(totals[key], currency))
        for key, label in words.bridge_labels().items()
        if totals[key]
    ]
    return charts.bridge(parts)


def _bridge_table(found: Mapping[str, Any] | None, covers: Mapping[str, Any], currency: str) -> list[dict[str, Any]]:
    if found is None:
        return []
    return [
        {
            "cover": covers.get(row["cover"], {}),
            "figures": [Money(row[k], currency) for k in ("claimed", *words.bridge_labels(), "payable")],
        }
        for row in found["bridge"]
    ]


def _events(steps: Iterable[Mapping[str, Any]], currency: str) -> list[dict[str, Any]]:
    from seawall.entrypoints.web.templatetags.seawall import money

    told = []
    for step in steps:
        figure = money(Money(step["amount"], currency)) if step.get("amount") is not None else ""
        outcome = words.outcomes().get(step.get("outcome", ""), "")
        told.append(
            {
                "at": step["at"],
                "title": words.badge(step["step"])["text"],
                "text": figure or outcome,
                "tone": words.badge(step["step"])["tone"],
                "who": "",
                "icon": "",
                "pins": [],
            }
        )
    return told


def _files(viewer: Viewer, held: Claim, here: str) -> list[dict[str, Any]]:
    """Papers of the claim for those who may read them: the office all, the insured its own."""
    return [
        {
            "name": file.name,
            "url": address(here, "claim-file", held.pk, file.pk),
            "size": file.size,
            "at": file.recorded_at,
            "sha256": file.sha256,
            "icon": "file-text",
            "note": "",
        }
        for file in papers(viewer, held)
    ]


def papers(viewer: Viewer, held: Claim) -> list[File]:
    """The files of a claim that the viewer may open; a broker sees no evidence."""
    files = File.objects.filter(tenant_id=viewer.tenant, noun="claim", subject=str(held.pk)).select_related("key")
    files = files.defer("content").order_by("recorded_at")
    if viewer.office:
        return list(files)
    return list(files.filter(organisation_id=viewer.organisation)) if viewer.kind == "insured" else []


@desk_page("recover")
def document(request: HttpRequest, viewer: Viewer, claim: UUID, file: UUID) -> HttpResponse:
    """A paper of the claim; that it was fetched goes into the vault's log."""
    now = timezone.now()
    held = queries.one(viewer, claim, at=now)
    found = next((paper for paper in papers(viewer, held) if paper.pk == file), None)
    if found is None:
        raise NotFound("file")
    answer = HttpResponse(deliver(file=found, by=viewer, at=now), content_type=found.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.pk}"'
    return answer
