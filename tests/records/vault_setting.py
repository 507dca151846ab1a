"""A house for the tests of the vault: one tenant, its people, and a busy log."""

from __future__ import annotations

import io
import random
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction

from seawall.records.journal.actions import record
from seawall.records.parties.models import Organisation, Tenant
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.actions.export import export
from seawall.records.vault.actions.file import store_file
from seawall.records.vault.actions.log import append, sign_head
from seawall.records.vault.subject import Scope, Subject

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(40))
INCIDENT = Subject("incident", str(uuid.UUID(int=1)))
OTHER = Subject("incident", str(uuid.UUID(int=2)))


@dataclass(frozen=True, slots=True)
class House:
    tenant: Tenant
    system: Viewer
    admin: Viewer
    claims: Viewer
    insured: Viewer
    broker: Viewer


def house(slug: str = "a") -> House:
    """A tenant with an insurer, an insured company and a broker."""
    tenant = Tenant.objects.create(slug=slug, name_zh=slug, name_en=slug)
    system = Viewer.system(tenant.pk, tenant.pk)
    homes = {}
    with transaction.atomic():
        for kind in ("insurer", "insured", "broker"):
            home = Organisation.objects.create(tenant=tenant, recorded_at=AT, kind=kind, name_zh=f"{slug} {kind}")
            homes[kind] = home.pk
        first = Organisation.objects.get(pk=homes["insurer"])
        record("organisation.register", first, by=replace(system, organisation=first.pk), at=AT)

    def viewer(kind: str, role: str) -> Viewer:
        return Viewer(0, role, tenant.pk, homes[kind], kind, frozenset({role}))

    return House(
        tenant,
        Viewer.system(tenant.pk, homes["insurer"]),
        viewer("insurer", "administrator"),
        viewer("insurer", "claims_handler"),
        viewer("insured", "insured"),
        viewer("broker", "broker"),
    )


def busy(people: House, *, leaves: int = 12, seed: int = 0) -> None:
    """Events, originals and heads in a mixed order."""
    dice = random.Random(seed)
    at = AT
    for number in range(leaves):
        at += timedelta(minutes=7)
        subject = dice.choice((INCIDENT, OTHER))
        if number % 3 == 1:
            content = f"line {number} of {seed}\n".encode() * (1 + number) if number % 2 else PNG + bytes([number])
            store_file(subject=subject, name=f"证据 {number}.txt", content=content, by=people.insured, at=at)
        else:
            append(
                kind="incident.event", subject=subject, payload={"n": number, "text": "海堤"}, by=people.claims, at=at
            )
        if number % 5 == 4:
            sign_head(by=people.system, at=at)


def exported(people: House, *, by: Viewer | None = None, scope: Scope | None = None, hours: int = 9) -> bytes:
    out = io.BytesIO()
    scope = scope or Scope.everything(people.tenant.pk)
    export(scope=scope, out=out, by=by or people.claims, at=AT + timedelta(hours=hours))
    return out.getvalue()


def kept(folder: Path, name: str, content: bytes | str) -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)
