"""The settlement statement of a claim as PDF, drawn when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from seawall.core.money import Money
from seawall.entrypoints.jobs.papers import CATALOGUES, SHOWN_IN
from seawall.entrypoints.jobs.protect import name_of
from seawall.entrypoints.words import bridge_words, claim_choice_words, gate_words, line_words
from seawall.lifecycle.recover.actions.paper import keep_statement
from seawall.lifecycle.recover.models import Adjustment, Claim
from seawall.records.parties.actions.tenant import insurer_of
from seawall.records.parties.viewer import Viewer
from seawall.technology import papers as press
from seawall.technology.papers import data


def statement(system: Viewer, *, claim: str, language: str) -> None:
    """Draw up the newest settlement of a claim and keep it in the claim's file."""
    related = ("company", "policy__option__product_release", "policy__wording", "incident", "tenant")
    found = Claim.objects.select_related(*related).get(pk=UUID(claim))
    settled = found.adjustments.select_related("determination", "by").order_by("-position")[0]
    # Drawn from what stands, so that a job that is run again draws the same bytes.
    moments = [settled.recorded_at]
    moments += found.approvals.values_list("recorded_at", flat=True)
    moments += found.payments.values_list("recorded_at", flat=True)
    with override(CATALOGUES[language]):
        content = press.render(
            "settlement", paper(found, settled, max(moments), language), language, made_at=max(moments)
        )
    keep_statement(claim=found.pk, language=language, content=content, by=system, at=timezone.now())


def paper(claim: Claim, settled: Adjustment, as_of: datetime, language: str) -> press.SettlementPaper:
    """What the statement says, in one language; its words follow the language that is active."""
    incident, policy = claim.incident, claim.policy
    covers = {c["code"]: c["name"][language] for c in policy.option.product_release.body["covers"]}
    causes = claim_choice_words()
    cause = str(settled.determination.document["facts"].get("cause", {}).get("value") or "")
    return {
        "number": claim.number,
        "issued_on": policy.day(as_of).isoformat(),
        "issuer": {"name": name_of(insurer_of(claim.tenant), language)},
        "insured": {"name": name_of(claim.company, language), "id": claim.company.credit_code},
        "policy": policy.number,
        "event": incident.number,
        "cause": causes.get(cause, cause) or "–",
        "occurred_at": _moment(incident.occurred_at),
        "discovered_at": _moment(incident.discovered_at),
        "notified_at": _moment(incident.reported_at),
        "gates": list(_gates(settled, policy.wording.body, language)),
        "items": list(_items(settled, covers, policy.wording.body, language)),
        "bridge": _bridge(settled),
        "payable": _amount(Money(settled.total, claim.currency)),
        "payments": [_payment(claim, paid) for paid in claim.payments.order_by("recorded_at")],
        "decided_by": _decided_by(claim, settled),
        "notes": _notes(settled),
    }


def _moment(at: datetime | None) -> str:
    return at.astimezone(SHOWN_IN).strftime("%Y-%m-%dT%H:%M") if at else ""


def _amount(money: Money) -> Any:
    return {"minor": money.minor, "currency": money.currency}


def _gates(settled: Adjustment, body: Mapping[str, Any], language: str) -> Iterator[data.GateRow]:
    """Each gate with the clauses that decided it: those against cover, else those that wait, else that all are met."""
    words = gate_words()
    for gate, outcome in settled.determination.result["gates"].items():
        against: dict[str, str] = {}
        for item in settled.determination.result["items"]:
            for judged in item["gates"]:
                if judged["gate"] == gate:
                    for reason in judged["reasons"]:
                        if reason["outcome"] in ("breached", "unknown"):
                            against.setdefault(reason["clause"], reason["title"][language])
        clauses = _(", ").join(against) or "–"
        said = _(", ").join(against.values()) or _("Every clause of this gate is met.")
        yield {"gate": words[gate], "outcome": outcome, "clause": clauses, "reason": said}


def _items(
    settled: Adjustment, covers: Mapping[str, str], body: Mapping[str, Any], language: str
) -> Iterator[data.ItemRow]:
    lines = line_words()
    for sheet in settled.result["worksheets"]:
        for line in sheet["lines"]:
            claimed = Money.of(line["claimed"], settled.currency)
            if not claimed:
                continue
            kind = body["cost_kinds"].get(line["kind"], {}).get("title", {}).get(language, "")
            yield {
                "cover": covers.get(sheet["cover"], sheet["cover"]),
                "item": lines.get(line["id"]) or (f"{line['id']} ({kind})" if kind else line["id"]),
                "claimed": _amount(claimed),
                "assessed": _amount(Money.of(line["admitted"], settled.currency)),
                "reason": "; ".join(deduction_words(d, body, language) for d in line["deductions"]),
            }


def deduction_words(deduction: Mapping[str, Any], body: Mapping[str, Any], language: str) -> str:
    """Why something is taken off, with its clause."""
    reason = deduction["reason"]
    known = body["deductions"].get(reason) or body["cost_kinds"].get(reason)
    said = known["title"][language] if known else line_words().get(reason, reason)
    return f"{said} ({deduction['clause']})"


def _bridge(settled: Adjustment) -> list[data.BridgeStep]:
    rows = list(settled.covers.values(*bridge_words(), "claimed"))

    def step(label: str, minor: int, kind: Any = "step") -> data.BridgeStep:
        return {"label": label, "amount": _amount(Money(minor, settled.currency)), "kind": kind}

    found = [step(_("Claimed"), sum(row["claimed"] for row in rows), "total")]
    for key, label in bridge_words().items():
        taken = sum(row[key] for row in rows)
        if taken:
            found.append(step(label, -taken))
    if settled.mitigation:
        found += [step(_("Mitigation, paid on top"), settled.mitigation)]
    return [*found, step(_("Payable"), settled.total, "total")]


def _payment(claim: Claim, paid: Any) -> data.PaymentRow:
    due = claim.pay_by.isoformat() if claim.pay_by else claim.policy.day(paid.recorded_at).isoformat()
    return {
        "payee": paid.payee,
        "account": paid.number,
        "amount": _amount(Money(paid.amount, claim.currency)),
        "due_on": due,
    }


def _decided_by(claim: Claim, settled: Adjustment) -> list[str]:
    people = [_("%(name)s (adjustment)") % {"name": settled.by.name}] if settled.by else []
    newest = claim.approvals.select_related("approved_by").order_by("-position").first()
    if newest is not None and newest.adjustment_id == settled.pk:
        people.append(_("%(name)s (second approval)") % {"name": newest.approved_by.name})
    return people


def _notes(settled: Adjustment) -> list[str]:
    return [_("Mitigation is paid on top of the indemnity (Insurance Law art. 57).")] if settled.mitigation else []
