"""The panel: providers the insurer has agreed to work with, for which service and at which price."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from seawall.core.coverage.products import SERVICES
from seawall.core.money import Money
from seawall.core.problems import Collector, Refused
from seawall.lifecycle.strategy.models import PanelProvider
from seawall.records.journal.actions import record
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import NotFound, Viewer

LONGEST_RESPONSE = 30 * 24 * 60


class NotAProvider(Refused):
    code = "panel.not_a_provider"
    status = 422


class AlreadyOnPanel(Refused):
    code = "panel.already_appointed"


@transaction.atomic
def appoint(
    *, organisation: Organisation, service: str, price: Money, response_minutes: int, by: Viewer, at: datetime
) -> PanelProvider:
    """Put `organisation` on the panel for `service` at `price` per engagement.

    Raises `Invalid` for an unknown service, a price below zero or a response time out of range; `NotAProvider`,
    `AlreadyOnPanel`.
    """
    by.require("panel.appoint")
    if organisation.tenant_id != by.tenant:
        raise NotFound("organisation")
    if organisation.kind != Organisation.Kind.PROVIDER:
        raise NotAProvider("organisation", name=organisation.name_zh)
    problems = Collector()
    if service not in SERVICES:
        problems.add("service", "document.choice", text=service[:40], choices=", ".join(SERVICES))
    if price.minor < 0:
        problems.add("price", "document.negative", text=str(price))
    if not 0 < response_minutes <= LONGEST_RESPONSE:
        problems.add("response_minutes", "document.out_of_range", low=1, high=LONGEST_RESPONSE)
    problems.raise_if_any()
    made = PanelProvider(
        tenant_id=by.tenant,
        recorded_at=at,
        organisation=organisation,
        service=service,
        currency=price.currency,
        price=price.minor,
        response_minutes=response_minutes,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyOnPanel("organisation", name=organisation.name_zh, service=service) from error
    new = {"organisation": organisation.name_zh, "service": service, "price": str(price)}
    record("panel.appoint", made, by=by, at=at, new=new)
    return made


@transaction.atomic
def dismiss(*, place: UUID, by: Viewer, at: datetime) -> PanelProvider:
    """Take a provider off the panel for a service; engagements under way go on. Raises `NotFound` once it is off."""
    by.require("panel.appoint")
    found = PanelProvider.objects.select_for_update().filter(tenant_id=by.tenant, pk=place, ended_at=None).first()
    if found is None:
        raise NotFound("panel")
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    record("panel.dismiss", found, by=by, at=at, new={"ended_at": at})
    return found
