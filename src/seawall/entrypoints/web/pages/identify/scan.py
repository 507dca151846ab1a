"""A look from outside: ordered, followed while it runs, and what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from seawall.core.evidence.items import SEVERITIES, Finding
from seawall.core.evidence.observations import Checks
from seawall.core.problems import Problem, Refused
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.identify import words
from seawall.entrypoints.web.pages.identify.sightings import evidence_detail
from seawall.lifecycle.identify.actions import scan as actions
from seawall.lifecycle.identify.models import ScanOrder
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.file import findings_of
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer

NOT_APPLICABLE = "scan.not_applicable"
STATES = ("found", "could_not_check", "not_found")


@require_POST
@desk_page("identify")
def order(request: HttpRequest, viewer: Viewer, submission: UUID) -> HttpResponse:
    """Order a scan of the domains that a submission names, and follow it."""
    at, desk = timezone.now(), request.desk  # type: ignore[attr-defined]
    viewer.require("scan.order")
    found = scope.submission(viewer, submission, at=at)
    try:
        made = actions.order(
            company=found.company_id,
            domains=actions.domains_of(found),
            purpose="assess",
            submission=found.pk,
            by=viewer,
            at=at,
        )
    except Refused as refused:
        if refused.status in {403, 404}:
            raise
        for problem in refused.problems:
            messages.error(request, sentence(problem))
        return redirect(address(desk, "submission", found.pk))
    return redirect(address(desk, "scan", made.pk))


def work_of(found: ScanOrder, desk: str) -> dict[str, Any]:
    """The scan for components/progress.html."""
    told = found.progress or {}
    total = int(told.get("total") or 1)
    done = total if found.status == "done" else int(told.get("done") or 0)
    now = {
        "ordered": _("waits for a free worker"),
        "running": _("looked at last: %(asset)s") % {"asset": told.get("asset") or "–"},
        "done": _faults(found) if found.status == "done" else "",
        "failed": sentence(Problem("", found.error)) if found.error else _("stopped"),
    }[found.status]
    return {
        "id": "scan",
        "title": _("Scan of %(domains)s") % {"domains": _(", ").join(found.domains)},
        "now": now,
        "done": done,
        "total": total,
        "state": {"done": "done", "failed": "failed"}.get(found.status, "running"),
        "url": address(desk, "scan-progress", found.pk),
        "result_url": address(desk, "scan", found.pk) if found.status == "done" else "",
        "result_label": _("Show what was found"),
        "started": found.started_at,
    }


def _faults(found: ScanOrder) -> str:
    n = found.findings.filter(state="found").count()
    return ngettext("%(n)s fault found", "%(n)s faults found", n) % {"n": n}


@require_safe
@desk_page("identify")
def progress(request: HttpRequest, viewer: Viewer, order: UUID) -> HttpResponse:
    """How far; asked for every two seconds while it runs."""
    found = scope.scan_order(viewer, order, at=timezone.now())
    return render(request, "components/progress.html", {"work": work_of(found, request.desk)})  # type: ignore[attr-defined]


@require_safe
@desk_page("identify")
def page(request: HttpRequest, viewer: Viewer, order: UUID) -> HttpResponse:
    """One scan: its progress, then asset by asset what was found, could not be checked, and is in order."""
    at, language, desk = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    found = scope.scan_order(viewer, order, at=at)
    findings = findings_of(found) if found.status == "done" else ()
    chosen = request.GET.get("state", "found")
    chosen = chosen if chosen in STATES else "found"
    checks = library_on(viewer, on=timezone.localdate(at)).checks
    shown = [f for f in findings if _state(f) == chosen]
    shown.sort(key=lambda f: (-SEVERITIES.index(f.severity), f.asset, f.check))
    text, tone = words.scan_status(found.status)
    context = {
        "heading": _("Scan from outside"),
        "order": found,
        "company_name": name_of(found.company, language),
        "status": {"text": text, "tone": tone},
        "work": work_of(found, desk) if found.status != "done" else None,
        "tabs": _tabs(findings, chosen),
        "chosen": chosen,
        "findings": [finding(f, checks, language) for f in shown],
        "assets": found.assets,
    }
    return render(request, "identify/scan.html", context)


def _state(found: Finding) -> str:
    """A check that does not arise for an asset is no gap in what was seen, and is not shown."""
    return "" if found.reason == NOT_APPLICABLE else found.state


def _tabs(findings: Sequence[Finding], chosen: str) -> list[dict[str, Any]]:
    return [
        {
            "label": words.finding_state(state)[0],
            "url": f"?state={state}",
            "active": state == chosen,
            "count": sum(_state(f) == state for f in findings),
            "alarm": state == "found",
        }
        for state in STATES
    ]


def finding(found: Finding, checks: Checks, language: str) -> dict[str, Any]:
    """One finding as asset, evidence and fix."""
    check = checks.checks.get(found.check)
    severity = words.severity(found.severity)
    state = words.finding_state(found.state)
    badge = severity if found.state == "found" else state
    return {
        "code": found.check,
        "title": words.name_of(check.title if check else None, language, found.check),
        "about": words.name_of(check.description if check else None, language, ""),
        "fix": words.name_of(check.fix if check else None, language, "") if found.state == "found" else "",
        "asset": found.asset,
        "evidence": evidence_detail(found.detail),
        "why_not": words.unreachable(found.reason) if found.state == "could_not_check" else "",
        "at": found.observed_at,
        "badge": {"text": badge[0], "tone": badge[1], "icon": "eye-off" if found.state == "could_not_check" else ""},
    }
