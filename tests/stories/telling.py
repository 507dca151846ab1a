"""What both stories share: a house, a submission dated today, and short ways to ask for what the tests look at."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
from django.db import connection
from django.utils import timezone

from seawall.entrypoints.verify import verify_export
from seawall.lifecycle.identify.actions import consent as consents
from seawall.lifecycle.identify.models import Consent
from seawall.lifecycle.protect.actions.policy import local_day
from seawall.lifecycle.protect.models import Policy
from seawall.records.parties.actions.person import invite
from seawall.records.parties.models import Organisation, User
from seawall.records.parties.queries.viewers import of_user
from seawall.records.parties.roles import ADMIN
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.actions.export import export
from seawall.records.vault.actions.file import deliver
from seawall.records.vault.subject import Scope
from seawall.technology.lab import Lab
from tests.factories import House, submission_document

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def document(example: str, at: datetime, says: Mapping[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    """An example submission with its dates moved to `at` and cover wanted from that day; `says` changes answers."""
    made = submission_document(example, **changes)
    made["request"]["inception"] = local_day(at).isoformat()
    for certificate in made["company"]["certificates"]:
        certificate["valid_until"] = timezone.localdate(at + 400 * DAY).isoformat()
    for answer in made["answers"]:
        answer["answered_on"] = timezone.localdate(at).isoformat()
        answer["value"] = (says or {}).get(answer["question"], answer["value"])
    made.pop("consent", None)
    return made


def person(home: House, organisation: Organisation, role: str, email: str, authority: int = 0) -> Viewer:
    """Somebody new in an organisation, invited by the house's administrator."""
    name, now = email.split("@")[0], timezone.now()
    invite(email=email, name=name, organisation=organisation, role=role, authority=authority, by=home[ADMIN], at=now)
    viewer = of_user(User.objects.get(email=email))
    assert viewer is not None
    return viewer


def consented(company: Organisation, domains: list[str], by: Viewer, at: datetime) -> Consent:
    """A consent that has been given and not verified yet."""
    until = timezone.localdate(at + 380 * DAY)
    words = "同意在保险期间内对上述域名进行外部、非侵入式安全检测。"
    return consents.give(company=company.pk, domains=domains, statement=words, until=until, by=by, at=at)


def show_tokens(lab: Lab, consent: Consent) -> None:
    """The company puts the consent's token into its zone."""
    for domain in consent.domains:
        lab.dns(f"{consents.TOKEN_NAME}.{domain}", "TXT", consent.token)


def jobs(name: str) -> int:
    """How many jobs of a name there have been."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where task_name = %s", [name])
        return int(cursor.fetchone()[0])


def schedule_text(policy: Policy, language: str, by: Viewer, at: datetime) -> str:
    """The words of the policy's schedule as they are printed, without white space."""
    file = policy.documents.get(kind="schedule", language=language).file
    pdf = pypdfium2.PdfDocument(deliver(file=file, by=by, at=at))
    pages = [pdf[i].get_textpage().get_text_bounded() for i in range(len(pdf))]
    pdf.close()
    return re.sub(r"[\s\u200b]+", "", "\n".join(pages))


def facts(paper: str, **values: Any) -> dict[str, Any]:
    """Facts of the claim that all rest on one paper in the vault."""
    common = {
        "security_event": True,
        "known_before_inception": False,
        "disclosure_breach": "none",
        "security_undertaking_kept": True,
        "exclusions_explained": True,
    }
    return {name: {"value": value, "evidence": [paper]} for name, value in {**common, **values}.items()}


def item(id: str, cover: str, amount: str, kind: str, paper: str, **more: Any) -> dict[str, Any]:
    """An item claimed, with its paper in the vault."""
    stated = {"documented": True, "caused_by_event": True, "reasonable": True, "consent": True, **more}
    paid_in = stated.pop("paid_in", "money")
    values = {name: {"value": value, "evidence": [paper]} for name, value in stated.items()}
    values["cost_kind"] = {"value": kind, "evidence": []}
    return {"id": id, "cover": cover, "amount": amount, "paid_in": paid_in, "facts": values}


def line(id: str, kind: str, amount: str, paper: str, **more: Any) -> dict[str, Any]:
    """A line of a worksheet, with its paper in the vault."""
    return {"id": id, "kind": kind, "claimed": amount, "evidence": [paper], **more}


def gates_of(determination: Any, item: str) -> dict[str, tuple[str, list[str]]]:
    """Gate → (outcome, clauses that stop the item there) of one item of a determination."""
    judged = next(found for found in determination.result["items"] if found["item"] == item)
    return {
        gate["gate"]: (gate["outcome"], [r["clause"] for r in gate["reasons"] if r["outcome"] == "breached"])
        for gate in judged["gates"]
    }


def exported(by: Viewer, at: datetime) -> bytes:
    """The whole vault of the tenant as it is handed out."""
    out = io.BytesIO()
    export(scope=Scope.everything(by.tenant), out=out, by=by, at=at)
    return out.getvalue()


def problems_with(content: bytes, folder: Path, key: str) -> list[str]:
    """What the stand-alone verifier finds wrong with an export of the tenant whose log has this public key."""
    path = folder / "export.jsonl"
    path.write_bytes(content)
    return verify_export.verify(str(path), key=key)
