"""The loop on the first page: what is open at each stage, and the legal deadline that ends first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import ngettext

from seawall.core.money import Money
from seawall.entrypoints.web import clocks
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.stages import STAGES
from seawall.entrypoints.web.templatetags.seawall import money_short
from seawall.lifecycle.detect.queries import watch as watches
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.protect.queries import policy as policies
from seawall.lifecycle.protect.queries import quote as quotes
from seawall.lifecycle.recover.queries import claim as claims
from seawall.lifecycle.respond.queries import incident as incidents
from seawall.records.parties.viewer import Viewer


def loop(viewer: Viewer, here: str, now: datetime) -> dict[str, Any]:
    """Context of the first page: what is open at each stage as figures, and the legal deadline that ends first."""
    held = policies.policies(viewer, at=now).filter(status="in_force")
    # Policies may be in several currencies; the sum of each is told by itself.
    sums: dict[str, int] = {}
    for currency, limit in held.values_list("currency", "aggregate_limit"):
        sums[currency] = sums.get(currency, 0) + limit
    limits = " · ".join(money_short(Money(minor, code)) for code, minor in sorted(sums.items()))
    alerts = watches.alerts(viewer, at=now).filter(status="open")
    pressing = alerts.filter(effect="now").count()
    open_now = {
        "identify": scope.submissions(viewer, at=now).filter(status__in=("draft", "submitted")).count(),
        "protect": quotes.quotes(viewer, at=now).filter(status__in=("offered", "referred")).count(),
        "detect": alerts.count(),
        "respond": incidents.incidents(viewer, at=now).exclude(status="closed").count(),
        "recover": claims.claims(viewer, at=now).exclude(status__in=("paid", "closed")).count(),
    }
    texts = _texts(open_now)
    subs = {
        "protect": ngettext("%(n)s policy in force", "%(n)s policies in force", held.count()) % {"n": held.count()}
        + (f" · {limits}" if limits else ""),
        "detect": ngettext("%(n)s changes terms now", "%(n)s change terms now", pressing) % {"n": pressing}
        if pressing else "",
    }  # fmt: skip
    alarms = {"detect": "warn" if pressing else "", "respond": "bad" if open_now["respond"] else ""}
    stats = [
        {
            "label": stage.label,
            "value": open_now[stage.code],
            "unit": texts[stage.code],
            "sub": subs.get(stage.code, ""),
            "tone": alarms.get(stage.code, ""),
            "url": address(here, stage.code),
        }
        for stage in STAGES
        if stage.code in open_now
    ]
    return {"stats": stats, "deadline": _deadline(viewer, here, now)}


def _texts(counts: dict[str, int]) -> dict[str, str]:
    """The noun that each figure counts."""
    return {
        "identify": ngettext("submission open", "submissions open", counts["identify"]),
        "protect": ngettext("quote open", "quotes open", counts["protect"]),
        "detect": ngettext("alert open", "alerts open", counts["detect"]),
        "respond": ngettext("incident open", "incidents open", counts["respond"]),
        "recover": ngettext("claim open", "claims open", counts["recover"]),
    }


def _deadline(viewer: Viewer, here: str, now: datetime) -> dict[str, Any] | None:
    """The duty whose time runs out first."""
    soon = incidents.duties_due(viewer, at=now).filter(deadline__isnull=False).first()
    if soon is None or soon.deadline is None:
        return None
    return {
        "left": clocks.left(soon.deadline, now),
        "tone": clocks.urgency(soon.deadline, now),
        "at": soon.deadline,
        "what": soon.what,
        "number": soon.incident.number,
        "url": address(here, "incident", soon.incident_id),
    }
