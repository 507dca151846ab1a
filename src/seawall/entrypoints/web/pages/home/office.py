"""What the insurer's people open first: by role, what waits for them, oldest and most pressing first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from seawall.core.money import Money
from seawall.entrypoints.web import clocks
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.assets.words import grounds
from seawall.entrypoints.web.pages.identify.submission import money_of
from seawall.entrypoints.web.pages.protect.lists import whether
from seawall.entrypoints.web.templatetags.seawall import unit
from seawall.lifecycle.detect.queries import watch as watches
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.asset import disputes
from seawall.lifecycle.protect.queries import policy as policies
from seawall.lifecycle.protect.queries import quote as quotes
from seawall.lifecycle.recover.queries import claim as claims
from seawall.lifecycle.recover.queries.clocks import TITLES
from seawall.lifecycle.recover.queries.clocks import clocks as claim_clocks
from seawall.lifecycle.respond.queries import incident as incidents
from seawall.lifecycle.strategy.queries.in_force import library_on, proposals
from seawall.records.journal.queries import entries
from seawall.records.parties.roles import ADMIN, CLAIMS, PORTFOLIO, SUPERVISOR, UNDERWRITER
from seawall.records.parties.viewer import Viewer

MOST = 12
CURRENCY = "CNY"
Panel = dict[str, Any]
Maker = Callable[[Viewer, str, datetime], Panel | None]


def decision_words() -> dict[str, str]:
    """Verbs that decide something, as people say them; the supervisor sees the newest."""
    return {
        "submission.decline": pgettext("decision", "Submission declined"),
        "referral.decide": pgettext("decision", "Referral decided"),
        "quote.bind": pgettext("decision", "Policy bound"),
        "policy.cancel": pgettext("decision", "Policy cancelled"),
        "appetite.adopt": pgettext("decision", "Appetite put into force"),
        "rating_plan.adopt": pgettext("decision", "Rating plan put into force"),
        "rating_plan.decide": pgettext("decision", "Change of the rating plan decided"),
        "alert.settle": pgettext("decision", "Alert settled"),
        "duty.waive": pgettext("decision", "Duty to notify waived"),
        "claim.determine": pgettext("decision", "Coverage determined"),
        "claim.approve": pgettext("decision", "Payment approved"),
        "claim.deny": pgettext("decision", "Claim denied"),
        "claim.pay": pgettext("decision", "Claim paid"),
    }


def decisions(viewer: Viewer, language: str, now: datetime) -> Panel:
    """Referrals, submissions and alerts that wait for an underwriter: the oldest day first, then the largest."""
    rows = [*_referrals(viewer, language), *_submissions(viewer, language, now), *_alerts(viewer, language, now)]
    rows += _disputes(viewer, language, now)
    rows.sort(key=lambda row: (timezone.localtime(row["since"]).date(), -row["size"]))
    table = {
        "caption": _("Waits for a decision"),
        "columns": [
            {"label": _("Waiting"), "kind": "ago"},
            {"label": pgettext("decision", "What")},
            {"label": _("Limit"), "kind": "short", "unit": unit(CURRENCY)},
            {"label": _("Why it is here")},
            {"label": _("Who may decide"), "kind": "badge"},
        ],
        "rows": [{"cells": row["cells"], "url": row["url"]} for row in rows[:MOST]],
        "empty": {
            "title": _("Nothing waits for a decision"),
            "text": _("Referred quotes, submissions handed in and alerts that change terms appear here."),
            "icon": "circle-check",
        },
    }
    return {
        "title": _("Waits for a decision"),
        "note": _("the oldest day first, then the largest limit"),
        "table": table,
        "count": len(rows),
    }


def _referrals(viewer: Viewer, language: str) -> list[dict[str, Any]]:
    rows = []
    for found in quotes.open_referrals(viewer).prefetch_related("quote__options"):
        limits = [(o.limit, o.currency) for o in found.quote.options.all() if o.outcome != "decline"]
        largest = max(limits, default=(0, "CNY"))
        reasons = [r["reason"].get(language, "") for r in found.reasons]
        who = whether(found, viewer)
        cells = [
            found.recorded_at,
            {"value": _("Referral %(number)s") % {"number": found.quote.number},
             "sub": name_of(found.quote.insured, language)},
            Money(largest[0], largest[1]) if largest[0] else None,
            {
                "value": reasons[0] if reasons else "–",
                "sub": _more(len(reasons) - 1),
            },
            {"value": who[0], "tone": who[1], "icon": None},
        ]  # fmt: skip
        rows.append(_row(found.recorded_at, largest[0], cells, address("office", "quote", found.quote_id)))
    return rows


def _more(n: int) -> str:
    return ngettext("and %(n)s more reason", "and %(n)s more reasons", n) % {"n": n} if n > 0 else ""


def _submissions(viewer: Viewer, language: str, now: datetime) -> list[dict[str, Any]]:
    rows = []
    for found in scope.submissions(viewer, at=now).filter(status="submitted"):
        limit = money_of(found.document["request"]["limit"])
        cells = [
            found.recorded_at,
            {"value": _("Submission %(number)s") % {"number": found.number}, "sub": name_of(found.company, language)},
            limit,
            {"value": _("Handed in, waits for its assessment"),
             "sub": name_of(found.broker, language) if found.broker else _("direct")},
            _anybody(viewer),
        ]  # fmt: skip
        rows.append(_row(found.recorded_at, limit.minor if limit else 0, cells,
                         address("office", "submission", found.pk)))  # fmt: skip
    return rows


def _alerts(viewer: Viewer, language: str, now: datetime) -> list[dict[str, Any]]:
    """Open alerts that change terms now, because a warranty is broken."""
    rows = []
    today = timezone.localdate(now)
    for found in watches.alerts(viewer, at=now).filter(status="open", effect="now"):
        due = clocks.days_left(found.due_on, today) if found.due_on else ""
        cells = [
            found.recorded_at,
            {"value": _("Alert %(fault)s") % {"fault": found.fault}, "sub": name_of(found.watch.company, language)},
            Money(found.policy.aggregate_limit, found.policy.currency),
            {"value": found.reason.get(language, ""), "sub": due},
            _anybody(viewer),
        ]
        rows.append(_row(found.recorded_at, found.policy.aggregate_limit, cells,
                         address("office", "alert", found.pk)))  # fmt: skip
    return rows


def _disputes(viewer: Viewer, language: str, now: datetime) -> list[dict[str, Any]]:
    """Disputes about assets and findings, with the time that is left to answer."""
    rows = []
    for found in disputes(viewer, at=now).filter(status="open"):
        cells = [
            found.recorded_at,
            {"value": _("Dispute about %(asset)s") % {"asset": found.asset.name},
             "sub": name_of(found.company, language)},
            None,
            {"value": grounds()[found.ground], "sub": clocks.left(found.due_at, now)},
            _anybody(viewer),
        ]  # fmt: skip
        rows.append(_row(found.recorded_at, 0, cells, address("office", "dispute", found.pk)))
    return rows


def _anybody(viewer: Viewer) -> dict[str, Any]:
    mine = UNDERWRITER in viewer.roles
    return {"value": _("you") if mine else _("an underwriter"), "tone": "ok" if mine else "idle", "icon": None}


def _row(since: datetime, size: int, cells: Sequence[Any], url: str) -> dict[str, Any]:
    return {"since": since, "size": size, "cells": list(cells), "url": url}


def running_clocks(viewer: Viewer, language: str, now: datetime) -> Panel:
    """Duties of notification and days of the law on claims, what runs out first on top."""
    today = timezone.localdate(now)
    found = [*_duties(viewer, language, now), *_claim_days(viewer, language, now, today)]
    found.sort(key=lambda row: row[0])
    table = {
        "caption": _("Which clock runs out next"),
        "columns": [
            {"label": _("Time left"), "kind": "badge"},
            {"label": _("What is due")},
            {"label": _("Case")},
            {"label": _("By"), "kind": "moment"},
        ],
        "rows": [row[1] for row in found[:MOST]],
        "empty": {
            "title": _("No clock is running"),
            "text": _("Duties to notify and the days that the law gives for a claim appear here."),
            "icon": "timer",
        },
    }
    return {"title": _("Which clock runs out next"), "note": "", "table": table, "count": len(found)}


def _duties(viewer: Viewer, language: str, now: datetime) -> list[tuple[datetime, dict[str, Any]]]:
    rows = []
    for duty in incidents.duties_due(viewer, at=now).filter(deadline__isnull=False)[: MOST * 2]:
        deadline: datetime = duty.deadline  # type: ignore[assignment]
        cells = [
            {"value": clocks.left(deadline, now), "tone": clocks.urgency(deadline, now), "icon": None},
            {"value": duty.what[language], "sub": duty.whom[language]},
            {"value": duty.incident.number, "sub": name_of(duty.incident.company, language)},
            deadline,
        ]
        rows.append((deadline, {"cells": cells, "url": address("office", "incident", duty.incident_id)}))
    return rows


def _claim_days(viewer: Viewer, language: str, now: datetime, today: date) -> list[tuple[datetime, dict[str, Any]]]:
    rows = []
    for claim in claims.claims(viewer, at=now).exclude(status="closed")[:50]:
        for clock in claim_clocks(claim, on=today):
            if clock.done_on is not None:
                continue
            end = datetime.combine(
                clock.due, datetime.max.time().replace(microsecond=0), timezone.get_current_timezone()
            )
            cells = [
                {
                    "value": clocks.days_left(clock.due, today),
                    "tone": clocks.day_urgency(clock.due, today),
                    "icon": None,
                },
                {"value": TITLES[clock.code][language], "sub": clock.as_dict()["law"][language]},
                {"value": claim.number, "sub": name_of(claim.company, language)},
                end,
            ]
            rows.append((end, {"cells": cells, "url": address("office", "claim", claim.pk)}))
    return rows


def book(viewer: Viewer, language: str, now: datetime) -> Panel:
    """Where the book is heavy: policies in force by product."""
    held = policies.policies(viewer, at=now).filter(status="in_force").order_by()
    rows = held.values("product", "currency").annotate(
        n=Count("pk"), limit=Sum("aggregate_limit"), premium=Sum("premium")
    )
    names = {code: p.name[language] for code, p in library_on(viewer, on=timezone.localdate(now)).products.items()}
    table = {
        "caption": _("The book by product"),
        "columns": [
            {"label": _("Product")},
            {"label": _("Policies"), "kind": "num"},
            {"label": _("Limits"), "kind": "short", "unit": unit(CURRENCY)},
            {"label": _("Premium"), "kind": "short", "unit": unit(CURRENCY)},
        ],
        "rows": [
            {
                "cells": [
                    {"value": names.get(r["product"], r["product"]), "sub": r["currency"]},
                    r["n"],
                    Money(r["limit"], r["currency"]),
                    Money(r["premium"], r["currency"]),
                ]
            }
            for r in sorted(rows, key=lambda r: -r["limit"])
        ],
        "empty": {"title": _("No policy is in force"), "text": "", "icon": "shield"},
    }
    return {"title": _("The book by product"), "note": "", "table": table, "count": None}


def proposed(viewer: Viewer, language: str, now: datetime) -> Panel | None:
    """Changes of the rating plan that wait for a decision."""
    rows = [
        {
            "cells": [
                {"value": f"{p.plan.release.identifier} {p.plan.release.version}",
                 "sub": p.proposed_by.name if p.proposed_by else "Seawall"},
                p.recorded_at,
                "" if p.proposed.get("factor") is None else f"× {p.proposed['factor']}",
            ],
            "url": address("office", "strategy"),
        }
        for p in proposals(viewer).filter(status="proposed")[:MOST]
    ]  # fmt: skip
    if not rows:
        return None
    table = {
        "caption": _("Proposed changes of the rating plan"),
        "columns": [
            {"label": _("Plan")},
            {"label": _("Proposed"), "kind": "moment"},
            {"label": _("Factor on the premium"), "kind": "num"},
        ],
        "rows": rows,
    }
    return {"title": _("Proposed changes of the rating plan"), "note": "", "table": table, "count": len(rows)}


def decided(viewer: Viewer, language: str, now: datetime) -> Panel | None:
    """What was decided, by whom, and why: for the supervisor."""
    if not viewer.may("journal.read"):
        return None
    verbs = decision_words()
    rows = [
        {
            "cells": [
                {"value": verbs[e.verb], "sub": e.reason[:160]},
                e.user.name if e.user else "Seawall",
                name_of(e.organisation, language) if e.organisation else "–",
                e.recorded_at,
            ],
            "url": address("office", "journal", noun=e.noun, id=e.object_id),
        }
        for e in entries(viewer).filter(verb__in=verbs)[:MOST]
    ]
    table = {
        "caption": _("What was decided last"),
        "columns": [
            {"label": _("Decision")},
            {"label": _("By whom")},
            {"label": pgettext("decision", "For whom")},
            {"label": _("When"), "kind": "moment"},
        ],
        "rows": rows,
        "empty": {"title": _("Nothing has been decided yet"), "text": "", "icon": "gavel"},
    }
    return {
        "title": _("What was decided last"),
        "note": _("every decision with its reason"),
        "table": table,
        "count": None,
    }


# What each role sees, in this order; other stages add their panels here.
BY_ROLE: dict[str, tuple[Maker, ...]] = {
    UNDERWRITER: (decisions,),
    CLAIMS: (running_clocks,),
    PORTFOLIO: (proposed, book),
    SUPERVISOR: (decided, decisions, running_clocks),
    ADMIN: (decided,),
}


def panels(viewer: Viewer, language: str, now: datetime) -> list[Panel]:
    """The panels of all the viewer's roles, each once."""
    makers = dict.fromkeys(maker for role, held in BY_ROLE.items() if role in viewer.roles for maker in held)
    made = [maker(viewer, language, now) for maker in (makers or {decisions: None})]
    return [panel for panel in made if panel is not None]
