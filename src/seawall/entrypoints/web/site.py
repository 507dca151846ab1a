"""Pages that belong to no desk: the way home, the search box, health."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from seawall.entrypoints.web.desks import desk_of
from seawall.records import walls
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import Viewer


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
    """Companies by name or credit code; numbers of papers lead to their page."""
    viewer: Viewer | None = request.viewer  # type: ignore[attr-defined]
    if viewer is None:
        return render(request, "no_role.html", status=403)
    text = request.GET.get("q", "").strip()[:100]
    companies = visible_companies(viewer, at=timezone.now())
    found = companies.filter(
        Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(credit_code__iexact=text)
    ).order_by("name_zh")[:50]
    return render(request, "search.html", {"q": text, "companies": found if text else []})
