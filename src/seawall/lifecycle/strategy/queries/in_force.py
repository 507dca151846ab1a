"""What applies on a day. People outside the insurer see what is on sale, not the appetite or the plan."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from seawall.core.library import Library
from seawall.lifecycle.strategy.models import Appetite, Offering, PanelProvider, RatingPlan, RatingProposal
from seawall.records.parties.viewer import Forbidden, Viewer
from seawall.records.releases.queries import library


def offerings(viewer: Viewer, *, on: date) -> QuerySet[Offering]:
    """The products on sale on a day."""
    return (
        Offering.objects.filter(tenant_id=viewer.tenant, effective__contains=on)
        .select_related("release", "wording")
        .order_by("product")
    )


def appetite(viewer: Viewer, *, on: date) -> Appetite | None:
    """The appetite in force; the system and the office read it."""
    return Appetite.objects.filter(tenant_id=viewer.tenant, effective__contains=on).select_related("release").first()


def rating_plan(viewer: Viewer, *, on: date, currency: str = "CNY") -> RatingPlan | None:
    """The rating plan in force for a currency."""
    plans = RatingPlan.objects.filter(tenant_id=viewer.tenant, currency=currency, effective__contains=on)
    return plans.select_related("release").first()


def library_on(viewer: Viewer, *, on: date, currency: str = "CNY") -> Library:
    """Everything an assessment of that day draws on: the offered products and the plan in force, the newest else."""
    plan = rating_plan(viewer, on=on, currency=currency)
    pinned = [offering.release for offering in offerings(viewer, on=on)]
    return library(viewer, [*pinned, *([plan.release] if plan else [])])


def panel(viewer: Viewer, *, service: str = "") -> QuerySet[PanelProvider]:
    """The panel, for one service when named."""
    found = PanelProvider.objects.filter(tenant_id=viewer.tenant, ended_at=None).select_related("organisation")
    return (found.filter(service=service) if service else found).order_by("service", "response_minutes")


def proposals(viewer: Viewer) -> QuerySet[RatingProposal]:
    """Proposed changes of rating plans, open ones first; the office's alone."""
    if not viewer.office:
        raise Forbidden("", verb="rating_plan.propose")
    found = RatingProposal.objects.filter(tenant_id=viewer.tenant).select_related("plan__release", "proposed_by")
    return found.order_by("-status", "-recorded_at")
