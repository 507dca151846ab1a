"""What a broker opens first: where each case stands and what is missing; which offers lapse soon."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from seawall.core.money import Money
from seawall.entrypoints.web import clocks
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.identify import words
from seawall.entrypoints.web.pages.identify.submission import next_step, told
from seawall.entrypoints.web.templatetags.seawall import unit
from seawall.lifecycle.identify.queries import answers, scope
from seawall.lifecycle.protect.queries import quote as quotes
from seawall.records.parties.viewer import Viewer

MOST = 12
CURRENCY = "CNY"
SOON = timedelta(days=14)


def cases(viewer: Viewer, language: str, now: datetime) -> dict[str, Any]:
    """Submissions that are not finished: state, what is missing, the next step."""
    rows = []
    for found in scope.submissions(viewer, at=now).exclude(status__in=("declined", "closed"))[:MOST]:
        progress = answers.questionnaire(viewer, found.pk, at=now).progress
        story = told(viewer, found, progress.asked - progress.answered, now)
        step = next_step(viewer, story, "broker", now)
        text, tone = words.submission_status(found.status)
        if any(q.status == "bound" for q in story.quotes):
            continue
        rows.append(
            {
                "cells": [
                    {"value": found.number, "sub": name_of(found.company, language)},
                    {"value": text, "tone": tone, "icon": None},
                    {"value": step["title"], "sub": step["text"]},
                    {"value": f"{progress.answered} / {progress.asked}",
                     "sub": "" if story.consent or not story.domains else _("no consent yet")},
                ],
                "url": step["url"] if step.get("url") else address("broker", "submission", found.pk),
            }
        )  # fmt: skip
    table = {
        "caption": _("My cases and what is missing"),
        "columns": [
            {"label": _("Submission")},
            {"label": _("State"), "kind": "badge"},
            {"label": _("Next step")},
            {"label": _("Answers"), "kind": "num"},
        ],
        "rows": rows,
        "empty": {
            "title": _("No open case"),
            "text": _("A first indication takes a company's name, industry and revenue."),
            "url": address("broker", "submission-new"),
            "label": _("New submission"),
            "icon": "clipboard-list",
        },
    }
    return {"title": _("My cases and what is missing"), "note": "", "table": table, "count": len(rows)}


def offers(viewer: Viewer, language: str, now: datetime) -> dict[str, Any] | None:
    """Open offers, the first to lapse on top."""
    rows = []
    found = quotes.quotes(viewer, at=now).filter(status__in=("offered", "referred"), valid_until__gt=now)
    for quote in found.prefetch_related("options").order_by("valid_until")[:MOST]:
        premiums = [Money(o.premium, o.currency) for o in quote.options.all()
                    if o.premium is not None and o.outcome != "decline"]  # fmt: skip
        lapses = quote.valid_until - now < SOON
        rows.append(
            {
                "cells": [
                    {"value": quote.number, "sub": name_of(quote.insured, language)},
                    min(premiums) if premiums else None,
                    {
                        "value": clocks.left(quote.valid_until, now),
                        "tone": "warn" if lapses else "note",
                        "icon": None,
                    },
                    {"value": _("with an underwriter"), "tone": "warn", "icon": None}
                    if quote.status == "referred"
                    else {"value": _("can be bound"), "tone": "ok", "icon": None},
                ],
                "url": address("broker", "quote", quote.pk),
            }
        )
    if not rows:
        return None
    table = {
        "caption": _("Open offers"),
        "columns": [
            {"label": _("Quote")},
            {"label": _("Premium from"), "kind": "short", "unit": unit(CURRENCY)},
            {"label": _("Open for"), "kind": "badge"},
            {"label": _("State"), "kind": "badge"},
        ],
        "rows": rows,
    }
    return {"title": _("Open offers"), "note": _("the first to lapse on top"), "table": table, "count": len(rows)}


def panels(viewer: Viewer, language: str, now: datetime) -> list[dict[str, Any]]:
    """The two lists; other stages add theirs here."""
    return [panel for panel in (cases(viewer, language, now), offers(viewer, language, now)) if panel is not None]
