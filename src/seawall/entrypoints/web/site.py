"""Pages that belong to no desk: the way home, the search box, health."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import desk_of
from seawall.lifecycle.identify.queries.scope import submissions
from seawall.lifecycle.protect.queries.policy import policies
from seawall.lifecycle.protect.queries.quote import quotes
from seawall.lifecycle.recover.queries.claim import claims
from seawall.lifecycle.respond.queries.incident import incidents
from seawall.records import walls
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import Viewer

MOST_FOUND = 30


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To the desk of whoever is signed in."""
    viewer: Viewer | None = request.viewer  # type: ignore[attr-defined]
    if viewer is None:
        return render(request, "no_role.html", status=403)
    return redirect(f"{desk_of(viewer)}:home")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The process can work: database reached, schema up to date, walls in force, durable commits, worker alive."""
    checks: dict[str, bool] = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('fsync'), current_setting('synchronous_commit')")
            fsync, commit = cursor.fetchone()
            cursor.execute("select count(*) from procrastinate_workers where last_heartbeat > now() - interval '60 s'")
            workers = cursor.fetchone()[0]
            cursor.execute("select abs(extract(epoch from now() - %s))", [timezone.now()])
            skew = cursor.fetchone()[0]
        checks = {
            "database": True,
            "durable": fsync == "on" and commit != "off",
            "walls": not walls.bypassed(),
            "clock": skew < 5,
            "queue": workers > 0,
        }
    except DatabaseError:
        checks["database"] = False
    ready = all(checks.values())
    return JsonResponse({"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


@require_safe
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Companies by name or credit code; papers by their number. A number that names one paper leads straight to it."""
    viewer: Viewer | None = request.viewer  # type: ignore[attr-defined]
    if viewer is None:
        return render(request, "no_role.html", status=403)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    at, desk = timezone.now(), desk_of(viewer)
    papers = _papers(viewer, text, desk, at) if text else []
    exact = [paper for paper in papers if paper["number"].lower() == text.lower() and paper["url"]]
    if len(exact) == 1:
        return redirect(exact[0]["url"])
    companies = visible_companies(viewer, at=at)
    found = companies.filter(
        Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(credit_code__iexact=text)
    ).order_by("name_zh")[:MOST_FOUND]
    context = {"q": text, "companies": found if text else [], "papers": papers}
    return render(request, "search.html", context)


def _papers(viewer: Viewer, text: str, desk: str, at: datetime) -> list[dict[str, Any]]:
    """Submissions, quotes, policies, incidents and claims whose number holds `text`, of what the viewer may know of."""
    kinds: list[tuple[str, Any, str]] = [
        ("submission", submissions(viewer, at=at), "company"),
        ("quote", quotes(viewer, at=at), "insured"),
        ("policy", policies(viewer, at=at), "insured"),
        ("incident", incidents(viewer, at=at), "company"),
        ("claim", claims(viewer, at=at), "company"),
    ]
    return [
        {"kind": kind, "number": row.number, "company": getattr(row, owner), "url": address(desk, kind, row.pk)}
        for kind, rows, owner in kinds
        for row in rows.filter(number__icontains=text)[:MOST_FOUND]
    ]
