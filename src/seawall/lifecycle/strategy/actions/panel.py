"""The panel: providers the insurer has agreed to work with, for which service and at which price."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from seawall.core.money import Money
from seawall.core.problems import Refused
from seawall.lifecycle.strategy.models import PanelProvider
from seawall.records.journal.actions import record
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Viewer


class NotAProvider(Refused):
    code = "panel.not_a_provider"
    status = 422


class AlreadyOnPanel(Refused):
    code = "panel.already_appointed"


@transaction.atomic
def appoint(
    *, organisation: Organisation, service: str, price: Money, response_minutes: int, by: Viewer, at: datetime
) -> PanelProvider:
    """Put `organisation` on the panel for `service` at `price` per engagement; raises `AlreadyOnPanel`."""
    by.require("panel.appoint")
    if organisation.kind != Organisation.Kind.PROVIDER:
        raise NotAProvider("organisation", name=organisation.name_zh)
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
