"""Registering organisations and giving a broker the mandate for a client."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from seawall.core.problems import Collector, Refused
from seawall.core.submission.codes import COUNTRIES
from seawall.core.submission.fields import LONGEST_TEXT, READABLE
from seawall.records.journal.actions import record
from seawall.records.journal.models import Entry
from seawall.records.parties.models import Mandate, Organisation
from seawall.records.parties.viewer import Forbidden, NotFound, Viewer

HOTLINE = re.compile(r"\+?[0-9][0-9 ()-]{2,38}")


class AlreadyRegistered(Refused):
    code = "organisation.already_registered"


class AnotherBroker(Refused):
    """Another broker holds the mandate for this client in that period."""

    code = "mandate.another_broker"


class NotRunning(Refused):
    """The mandate does not run on the day before its end, or the day has passed."""

    code = "mandate.not_running"
    status = 422


class NotANumber(Refused):
    """A hotline is digits, with +, spaces, hyphens or brackets between them."""

    code = "organisation.not_a_number"
    status = 422


@transaction.atomic
def register(
    *, kind: str, names: tuple[str, str], country: str, credit_code: str, by: Viewer, at: datetime
) -> Organisation:
    """A new organisation (`names` are zh, en); a broker registers insured companies alone.

    Raises `Invalid` with everything wrong, `AlreadyRegistered` when the kind has its credit code.
    """
    by.require("organisation.register")
    _check(kind, names, country, credit_code)
    if by.kind == Organisation.Kind.BROKER and kind != Organisation.Kind.INSURED:
        raise Forbidden("kind", verb="organisation.register")
    organisation = Organisation(
        tenant_id=by.tenant,
        recorded_at=at,
        kind=kind,
        name_zh=names[0],
        name_en=names[1],
        country=country,
        credit_code=credit_code,
    )
    try:
        with transaction.atomic():
            organisation.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyRegistered("credit_code", credit_code=credit_code) from error
    record(
        "organisation.register",
        organisation,
        by=by,
        at=at,
        new={"kind": kind, "name_zh": names[0], "credit_code": credit_code},
    )
    return organisation


def _check(kind: str, names: tuple[str, str], country: str, credit_code: str) -> None:
    problems = Collector()
    if kind not in Organisation.Kind.values:
        problems.add("kind", "document.choice", text=kind[:40], choices=", ".join(Organisation.Kind.values))
    if not names[0].strip():
        problems.add("name_zh", "document.blank")
    for field, name in zip(("name_zh", "name_en"), names, strict=True):
        if len(name) > LONGEST_TEXT:
            problems.add(field, "document.too_long", longest=LONGEST_TEXT)
        elif not re.search(READABLE, name):
            problems.add(field, "document.unreadable")
    if country not in COUNTRIES:
        problems.add("country", "submission.country", text=country[:40])
    try:
        if credit_code and uscc.validate(credit_code) != credit_code:
            raise ValidationError
    except ValidationError:
        problems.add("credit_code", "submission.credit_code", text=credit_code[:40])
    problems.raise_if_any()


@transaction.atomic
def set_hotline(*, organisation: UUID, hotline: str, by: Viewer, at: datetime) -> Organisation:
    """The number at which somebody answers day and night; the insured sees it where incidents are reported.

    The office sets any, a provider its own; empty takes it away. Raises `NotANumber`, `NotFound`.
    """
    by.require("organisation.hotline")
    held = Organisation.objects.select_for_update().filter(tenant_id=by.tenant, pk=organisation)
    found = (held if by.office else held.filter(pk=by.organisation)).first()
    if found is None:
        raise NotFound("organisation")
    number = unicodedata.normalize("NFKC", hotline).strip()
    if number and not HOTLINE.fullmatch(number):
        raise NotANumber("hotline", text=hotline)
    old, found.hotline = found.hotline, number
    found.save(update_fields=["hotline"])
    record("organisation.hotline", found, by=by, at=at, old={"hotline": old}, new={"hotline": number})
    return found


@transaction.atomic
def mandate(*, broker: Organisation, client: Organisation, start: date, end: date, by: Viewer, at: datetime) -> Mandate:
    """Make `broker` the broker of record of `client` from `start` until before `end`.

    A broker takes a mandate for itself alone, and only of a company that it has brought here and nobody has held since.
    Raises `NotFound` for other kinds of party, `Forbidden`, `AnotherBroker`, and `NotRunning`
    for an end that is not after the start.
    """
    by.require("organisation.register")
    for field, party, kind in (("broker", broker, "broker"), ("client", client, "insured")):
        if party.tenant_id != by.tenant or party.kind != kind:
            raise NotFound(field)
    if by.kind == Organisation.Kind.BROKER and not (broker.pk == by.organisation and _brought(client, by)):
        raise Forbidden("client", verb="mandate.give")
    if not start < end:
        raise NotRunning("end", day=end.isoformat(), start=start.isoformat(), end=end.isoformat())
    given = Mandate(tenant_id=by.tenant, recorded_at=at, broker=broker, client=client, period=(start, end))
    try:
        with transaction.atomic():
            given.save(force_insert=True)
    except IntegrityError as error:
        raise AnotherBroker("broker", client=client.name_zh) from error
    record(
        "mandate.give",
        given,
        by=by,
        at=at,
        new={"broker": str(broker.pk), "client": str(client.pk), "start": start, "end": end},
    )
    return given


def _brought(client: Organisation, by: Viewer) -> bool:
    registered = Entry.objects.filter(verb="organisation.register", noun="organisation", object_id=str(client.pk))
    held = Mandate.objects.filter(client=client).exists()
    return registered.filter(organisation_id=by.organisation).exists() and not held


@transaction.atomic
def revoke(*, mandate: UUID, on: date, reason: str, by: Viewer, at: datetime) -> Mandate:
    """End a mandate: from `on` the broker sees nothing of the client any more. A client revokes its own.

    Raises `NotRunning` for a day that has passed, is the mandate's first or earlier, or lies after its end; `NotFound`.
    """
    by.require("mandate.revoke")
    held = Mandate.objects.select_for_update().filter(tenant_id=by.tenant, pk=mandate)
    found = held.first() if by.office else held.filter(client_id=by.organisation).first()
    if found is None:
        raise NotFound("mandate")
    start, end = found.period.lower, found.period.upper
    if not (timezone.localdate(at) <= on and start < on < end):
        raise NotRunning("on", day=on.isoformat(), start=start.isoformat(), end=end.isoformat())
    found.period = (start, on)
    found.save(update_fields=["period"])
    record("mandate.revoke", found, by=by, at=at, old={"end": end}, new={"end": on}, reason=reason.strip())
    return found
