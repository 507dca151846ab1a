"""Strategy as brokers and insured companies see it: what is on sale, and what stands between them and a policy."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.strategy import office
from seawall.entrypoints.web.pages.strategy.matrix import matrix
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.exposure import exposure
from seawall.lifecycle.strategy.queries.appetite import sayings
from seawall.lifecycle.strategy.queries.in_force import library_on, offerings
from seawall.records.parties.viewer import Viewer


@require_safe
@desk_page("strategy")
def strategy(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The strategy page of each desk."""
    if viewer.office:
        return office.shown(request, viewer)
    now, language, desk = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    today = timezone.localdate(now)
    context: dict[str, Any] = {
        "heading": _("What is on sale") if desk == "broker" else _("Products and your own risk"),
        "matrix": matrix(library_on(viewer, on=today).products, language),
        "wordings": [
            {
                "product": row.release.header["name"][language],
                "wording": row.wording.header["name"][language],
                "version": row.wording.version,
                "since": row.effective.lower,
                "url": address(desk, "release", row.wording_id),
            }
            for row in offerings(viewer, on=today)
        ],
        "new_url": address(desk, "submission-new") if viewer.may("submission.file") else "",
    }
    if desk == "broker":
        context["sayings"] = [
            {"outcome": s.outcome, "reason": s.reason[language], "remedy": s.remedy[language]}
            for s in sayings(viewer, on=today)
        ]
    else:
        newest = scope.assessments(viewer, at=now).first()
        context["assessment"] = newest
        context["passed"] = _passed(viewer, newest, now) if newest else []
    return render(request, "strategy/shop.html", context)


def _passed(viewer: Viewer, newest: Any, now: Any) -> list[dict[str, Any]]:
    """How often a year's loss passes what the company named itself."""
    names = {
        "retention": pgettext("chart line", "Retention"),
        "tolerance": pgettext("chart line", "Risk tolerance"),
        "limit": pgettext("chart line", "Limit"),
    }
    about = {
        "retention": _("Below it the company bears a loss itself."),
        "tolerance": _("Beyond it a year's loss would hurt more than the company says it can bear."),
        "limit": _("Beyond it the company bears the rest itself."),
    }
    return [
        {"name": names[p.kind], "about": about[p.kind], "amount": p.amount, "years": p.years}
        for p in exposure(viewer, newest.pk, at=now)
    ]
