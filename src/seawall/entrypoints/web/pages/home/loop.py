"""The loop as the first page shows it: what is open at each stage, and the figures above the lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seawall.core.money import Money
from seawall.entrypoints.web import clocks
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.templatetags.seawall import money_short
from seawall.lifecycle.detect.queries import watch as watches
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.protect.queries import policy as policies
from seawall.lifecycle.protect.queries import quote as quotes
from seawall.lifecycle.protect.queries.remediation import remediations
from seawall.lifecycle.recover.queries import claim as claims
from seawall.lifecycle.respond.queries import incident as incidents
from seawall.records.parties.viewer import Viewer


def loop(viewer: Viewer, here: str, now: datetime) -> dict[str, Any]:
    """Context of the drawn loop: notes and addresses by stage, the stage that needs attention."""
    counts = _counts(viewer, now)
    burning = "respond" if counts["respond"] else "detect" if counts["detect"] else ""
    return {
        "notes": _notes(counts, here),
        "urls": {code: address(here, code) for code in ("strategy", *counts)},
        "current": burning or "identify",
        "alert": burning,
        "stats": _stats(viewer, here, now, counts),
    }


def _counts(viewer: Viewer, now: datetime) -> dict[str, int]:
    """What is open at each stage, of what the viewer may know of."""
    return {
        "identify": scope.submissions(viewer, at=now).filter(status__in=("draft", "submitted")).count(),
        "protect": quotes.quotes(viewer, at=now).filter(status__in=("offered", "referred")).count(),
        "detect": watches.alerts(viewer, at=now).filter(status="open").count(),
        "respond": incidents.incidents(viewer, at=now).exclude(status="closed").count(),
        "recover": claims.claims(viewer, at=now).exclude(status__in=("paid", "closed")).count(),
    }


def _notes(counts: dict[str, int], here: str) -> dict[str, str]:
    texts = {
        "identify": ngettext("%(n)s submission open", "%(n)s submissions open", counts["identify"]),
        "protect": ngettext("%(n)s quote open", "%(n)s quotes open", counts["protect"]),
        "detect": ngettext("%(n)s alert open", "%(n)s alerts open", counts["detect"]),
        "respond": ngettext("%(n)s incident open", "%(n)s incidents open", counts["respond"]),
        "recover": ngettext("%(n)s claim open", "%(n)s claims open", counts["recover"]),
    }
    notes = {code: text % {"n": counts[code]} for code, text in texts.items()}
    first = _("Appetite, products, plan") if here == "office" else _("Products on sale")
    return {"strategy": first, **notes}


def _stats(viewer: Viewer, here: str, now: datetime, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The figures above the list; each leads to the list behind it."""
    held = policies.policies(viewer, at=now).filter(status="in_force")
    # Policies may be in several currencies; the sum of each is told by itself.
    sums: dict[str, int] = {}
    for currency, limit in held.values_list("currency", "aggregate_limit"):
        sums[currency] = sums.get(currency, 0) + limit
    soon = incidents.duties_due(viewer, at=now).filter(deadline__isnull=False).first()
    fixes = remediations(viewer, at=now).filter(status__in=("promised", "done")).count()
    return [
        {
            "label": _("Policies in force"),
            "value": held.count(),
            "url": address(here, "policies"),
            "sub": " · ".join(money_short(Money(minor, code)) for code, minor in sorted(sums.items())),
        },
        {"label": _("Fixes under way"), "value": fixes, "url": address(here, "remediations")},
        {
            "label": _("Open alerts"),
            "value": counts["detect"],
            "url": address(here, "detect"),
            "tone": "warn" if counts["detect"] else "",
        },
        {
            "label": _("Next legal deadline"),
            "text": clocks.left(soon.deadline, now) if soon and soon.deadline else "–",
            "sub": "" if soon else _("no clock is running"),
            "moment": soon.deadline if soon else None,
            "tone": clocks.urgency(soon.deadline, now) if soon and soon.deadline else "",
            "url": address(here, "incident", soon.incident_id) if soon else address(here, "respond"),
        },
    ]
