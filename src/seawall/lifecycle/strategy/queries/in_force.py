"""What applies on a day: what an assessment or a quote is computed from, whoever asks for it.

`appetite` and `rating_plan` serve computations; a page that shows them goes through `page`, which is the office's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, Min, QuerySet, Value, When

from seawall.core.library import Library
from seawall.lifecycle.strategy.models import (
    Appetite,
    Offering,
    PanelProvider,
    RatingPlan,
    RatingProposal,
    RiskUniverse,
)
from seawall.lifecycle.strategy.models.rating_plan import PROPOSAL
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Forbidden, Viewer
from seawall.records.releases.models import Release
from seawall.records.releases.queries import Ref, library, refs
from seawall.reference import Document

CURRENCY = "CNY"


def offerings(viewer: Viewer, *, on: date) -> QuerySet[Offering]:
    """The products on sale on a day."""
    return (
        Offering.objects.filter(tenant_id=viewer.tenant, effective__contains=on)
        .select_related("release", "wording")
        .order_by("product")
    )


def appetite(viewer: Viewer, *, on: date) -> Appetite | None:
    """The appetite in force."""
    return Appetite.objects.filter(tenant_id=viewer.tenant, effective__contains=on).select_related("release").first()


def rating_plan(viewer: Viewer, *, on: date, currency: str = CURRENCY) -> RatingPlan | None:
    """The rating plan in force for a currency."""
    plans = RatingPlan.objects.filter(tenant_id=viewer.tenant, currency=currency, effective__contains=on)
    return plans.select_related("release").first()


def universe_ref(viewer: Viewer, *, on: date) -> Ref | None:
    """Which release of the risk universe assessments of a day draw on.

    Before the first decision it is the newest that was loaded; one decided for a later day waits for that day.
    """
    decided = RiskUniverse.objects.filter(tenant_id=viewer.tenant)
    held = _in_force(decided.filter(effective__contains=on))
    if held:
        return held[0]
    waiting = decided.values_list("release_id", flat=True)
    loaded = refs(viewer, ["universe"], without=waiting) or refs(viewer, ["universe"])
    return loaded[0] if loaded else None


def risk_universe(viewer: Viewer, *, on: date) -> Release | None:
    """That release with its content."""
    held = universe_ref(viewer, on=on)
    return Release.objects.get(tenant_id=viewer.tenant, pk=held.row) if held else None


def library_on(
    viewer: Viewer,
    *,
    on: date,
    currency: str = CURRENCY,
    instead: Iterable[Release] = (),
    universe: Document | None = None,
) -> Library:
    """Everything an assessment of that day draws on: what is on sale and in force, the newest else.

    Where no product is on sale yet the newest of each is taken; where no plan is in force nothing is priced.
    `instead` take the place of their namesakes (a rating plan, that of every plan), to try out what is not in force;
    `universe` that of the risk universe, though it be no release yet.
    """
    tried = [Ref.of(release) for release in instead]
    taken = {(ref.kind, ref.id) for ref in tried}
    sold = _in_force(Offering.objects.filter(tenant_id=viewer.tenant, effective__contains=on))
    plans = RatingPlan.objects.filter(tenant_id=viewer.tenant, currency=currency, effective__contains=on)
    priced = [] if any(ref.kind == "rating" for ref in tried) else _in_force(plans)
    feared = None if universe or any(ref.kind == "universe" for ref in tried) else universe_ref(viewer, on=on)
    pinned = [
        *tried,
        *(ref for ref in (*sold, *priced, *([feared] if feared else ())) if (ref.kind, ref.id) not in taken),
    ]
    only = ("rating", "products") if sold else ("rating",)
    return library(viewer, pinned, only=only, universe=universe)


def _in_force(rows: QuerySet[Offering] | QuerySet[RatingPlan] | QuerySet[RiskUniverse]) -> list[Ref]:
    """The releases that rows point to, without reading their content."""
    parts = ("pk", "kind", "identifier", "version", "sha256")
    return [Ref(*row) for row in rows.values_list(*(f"release__{part}" for part in parts))]


def panel(viewer: Viewer, *, service: str = "") -> QuerySet[PanelProvider]:
    """The panel, for one service when named: whole for the office, its own places for a provider, else none."""
    found = PanelProvider.objects.filter(tenant_id=viewer.tenant, ended_at=None).select_related("organisation")
    if not viewer.office:
        found = found.filter(organisation_id=viewer.organisation, organisation__kind=Organisation.Kind.PROVIDER)
    return (found.filter(service=service) if service else found).order_by("service", "response_minutes")


def hotlines(viewer: Viewer) -> list[Organisation]:
    """Whom anybody in need may call: the insurer, then the panel by how fast it answers; no prices, no terms."""
    called = Organisation.objects.filter(tenant_id=viewer.tenant).exclude(hotline="")
    standing = called.filter(panel__ended_at=None, kind=Organisation.Kind.PROVIDER)
    fastest = standing.annotate(minutes=Min("panel__response_minutes")).order_by("minutes", "name_zh")
    return [*called.filter(kind=Organisation.Kind.INSURER), *fastest]


def proposals(viewer: Viewer) -> QuerySet[RatingProposal]:
    """Proposed changes of rating plans, open ones first, then the newest; the office's alone."""
    _office(viewer, "rating_plan.propose")
    found = RatingProposal.objects.filter(tenant_id=viewer.tenant)
    open_first = Case(When(status=PROPOSAL.initial, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.select_related("plan__release", "proposed_by", "decided_by").order_by(open_first, "-recorded_at")


@dataclass(frozen=True, slots=True)
class Strategy:
    """The strategy page: what is in force on the day, what was and will be, the panel, and what waits for a decision.

    The histories are newest first and hold the coming ones too.
    """

    day: date
    appetite: Appetite | None
    offerings: tuple[Offering, ...]
    plans: tuple[RatingPlan, ...]
    appetite_history: tuple[Appetite, ...]
    offering_history: tuple[Offering, ...]
    plan_history: tuple[RatingPlan, ...]
    panel: tuple[PanelProvider, ...]
    proposals: tuple[RatingProposal, ...]


def page(viewer: Viewer, *, on: date) -> Strategy:
    """The strategy page of a day; raises `Forbidden` outside the office."""
    _office(viewer, "appetite.adopt")
    appetites = Appetite.objects.filter(tenant_id=viewer.tenant).select_related("release")
    sold = Offering.objects.filter(tenant_id=viewer.tenant).select_related("release", "wording")
    plans = RatingPlan.objects.filter(tenant_id=viewer.tenant).select_related("release")
    return Strategy(
        day=on,
        appetite=appetite(viewer, on=on),
        offerings=tuple(offerings(viewer, on=on)),
        plans=tuple(plans.filter(effective__contains=on).order_by("currency")),
        appetite_history=tuple(appetites.order_by("-effective")),
        offering_history=tuple(sold.order_by("product", "-effective")),
        plan_history=tuple(plans.order_by("currency", "-effective")),
        panel=tuple(panel(viewer)),
        proposals=tuple(proposals(viewer)),
    )


def _office(viewer: Viewer, verb: str) -> None:
    if not viewer.office:
        raise Forbidden("", verb=verb)
