"""What the claim's page is made of: the course with its money, the gates, the worksheets, the bridge, the papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from seawall.core.money import Money, parse_amount
from seawall.entrypoints.web import charts
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.pages.recover import words
from seawall.entrypoints.words import bridge_words, gate_words, line_words, outcome_words
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.recover.queries.course import Step
from seawall.lifecycle.recover.queries.paper import is_statement
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.models import File

# Clauses that decide come before those that are met.
WEIGHT = {"breached": 0, "unknown": 1, "not_effective": 2, "met": 3}


@dataclass(frozen=True, slots=True)
class Page:
    """Whose page it is: the claim, the desk, the language, and the papers its reader may open, by id."""

    held: Claim
    here: str
    language: str
    files: Mapping[str, File]

    @property
    def body(self) -> Mapping[str, Any]:
        body: Mapping[str, Any] = self.held.policy.wording.body
        return body

    def money(self, amount: Any) -> Money:
        """From minor units, or from text in major units as it was typed."""
        currency = self.held.currency
        return Money(amount, currency) if isinstance(amount, int) else parse_amount(amount, currency)

    def pin(self, reference: str) -> dict[str, str]:
        """A reference to evidence as something to open, or at least to read."""
        if reference.startswith("incident:"):
            url = address(self.here, "incident", self.held.incident_id)
            return {"label": reference.partition(":")[2], "url": url, "icon": "siren"}
        file = self.files.get(reference.removeprefix("vault:"))
        if file is not None:
            return {
                "label": file.name,
                "url": address(self.here, "claim-file", self.held.pk, file.pk),
                "icon": "file-text",
            }
        return {
            "label": _("paper in the vault") if reference.startswith("vault:") else reference,
            "url": "",
            "icon": "",
        }


def course(page: Page, steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The chronology; each step with its money and what that money is."""
    labels, ends = words.steps(), words.endings()
    money_is = {"adjusted": _("payable"), "approved": _("allowed in all"), "reserved": _("still expected")}
    told = []
    for step in steps:
        said = ends.get(step.outcome) or outcome_words().get(step.outcome, "")
        told.append(
            {
                "at": step.at,
                "title": labels.get(step.kind, step.kind),
                "tone": "note" if step.kind == "opened" else words.TONES.get(step.outcome or step.kind, "idle"),
                "said": said if step.kind in ("determined", "closed", "denied") else "",
                "note": step.note,
                "reference": step.reference if step.kind == "paid" else "",
                "who": step.who,
                "amount": step.amount,
                "minus": step.kind == "paid",
                "money_is": money_is.get(step.kind, ""),
            }
        )
    return told


def gates(page: Page, found: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Each item with its three gates and the clauses behind them, those that decide first."""
    if found is None:
        return []
    newest = page.held.determinations.order_by("-position")[0]
    claimed = {i["id"]: i for i in newest.document["items"]}
    labels = gate_words()
    told = []
    for item in found["result"]["items"]:
        asked = claimed.get(item["item"], {})
        told.append(
            {
                "name": words.item_name(page.held, item["item"], page.language),
                "cover": words.cover_name(page.held, item["cover"], page.language),
                "amount": page.money(asked["amount"]) if asked else None,
                "virtual": asked.get("paid_in") == "virtual_currency",
                **words.badge(item["outcome"]),
                "outcome": item["outcome"],
                "gates": [_gate(page, gate, labels) for gate in item["gates"]],
            }
        )
    return told


def _gate(page: Page, gate: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    reasons = sorted(gate["reasons"], key=lambda r: WEIGHT.get(r["outcome"], 0))
    clauses = [_clause(page, reason) for reason in reasons]
    return {
        "label": labels.get(gate["gate"], gate["gate"]),
        **words.badge(gate["outcome"]),
        "deciding": [c for c in clauses if c["outcome"] != "met"],
        "met": [c for c in clauses if c["outcome"] == "met"],
    }


def _clause(page: Page, reason: Mapping[str, Any]) -> dict[str, Any]:
    """One clause: what it says, what it found, on which facts and papers, and what would change it."""
    texts = {c["id"]: c["text"][page.language] for c in page.body["clauses"]}
    reduces = reason["outcome"] == "breached" and reason["effect"] == "reduce"
    open_facts = reason["outcome"] == "unknown"
    finding = words.badge("reduced" if reduces else reason["outcome"])
    return {
        "number": reason["clause"],
        "title": reason["title"][page.language],
        "text": texts.get(reason["clause"], ""),
        "outcome": reason["outcome"],
        "said": finding["text"],
        "tone": finding["tone"],
        "facts": [
            (words.fact_name(page.body, name, page.language), words.fact_value(page.held, name, value, page.language))
            for name, value in reason["facts"].items()
        ],
        "missing": _(", ").join(words.fact_name(page.body, name, page.language) for name in reason["missing"]),
        "burden": _("for the insurer to prove") if open_facts and reason["burden"] == "insurer" else "",
        "change": reason["would_change"][page.language]
        if reason["would_change"] and reason["outcome"] != "met"
        else "",
        "law": reason["law"][page.language] if reason["law"] else "",
        "pins": [page.pin(ref) for ref in reason.get("evidence", ())],
    }


def refusals(page: Page, found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What is not payable whatever the worksheets say: a plain sentence, the clause with its text, the law."""
    texts = {c["id"]: c["text"][page.language] for c in page.body["clauses"]}
    newest = page.held.determinations.order_by("-position").first()
    claimed = {i["id"]: i for i in newest.document["items"]} if newest else {}
    told = []
    for item in found:
        asked = claimed.get(item["item"])
        told.append(
            {
                "name": words.item_name(page.held, item["item"], page.language),
                "cover": words.cover_name(page.held, item["cover"], page.language),
                "amount": page.money(asked["amount"]) if asked else None,
                "virtual": any(c["clause"] == "CN-02" for c in item["clauses"]),
                "clauses": [
                    {
                        "number": c["clause"],
                        "title": c["title"][page.language],
                        "text": texts.get(c["clause"], ""),
                        "law": c["law"][page.language] if c["law"] else "",
                        "change": c["would_change"][page.language] if c["would_change"] else "",
                    }
                    for c in item["clauses"]
                ],
            }
        )
    return told


def sheets(page: Page, found: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The worksheets cover by cover, line by line: claimed, taken off with reason and clause, admitted."""
    if found is None:
        return []
    zero = Money.zero(page.held.currency)
    told = []
    for sheet in found["worksheets"]:
        lines = [_line(page, line) for line in sheet["lines"]]
        shown = [line for line in lines if line["claimed"] or line["deductions"]]
        told.append(
            {
                "cover": words.cover_name(page.held, sheet["cover"], page.language),
                "lines": shown,
                "claimed": sum((line["claimed"] for line in shown), zero),
                "admitted": sum((line["admitted"] for line in shown), zero),
            }
        )
    return told


def _line(page: Page, line: Mapping[str, Any]) -> dict[str, Any]:
    own = line_words().get(line["id"])
    return {
        "name": own or words.item_name(page.held, line["id"], page.language),
        "kind": "" if own else words.kind_name(page.body, line["kind"], page.language),
        "claimed": page.money(line["claimed"]),
        "admitted": page.money(line["admitted"]),
        "pins": [page.pin(ref) for ref in line.get("evidence", ())],
        "deductions": [
            {
                "reason": words.deduction_name(page.body, d["reason"], page.language),
                "clause": d["clause"],
                "amount": page.money(d["amount"]),
            }
            for d in line["deductions"]
        ],
    }


def bridge(page: Page, found: Mapping[str, Any] | None) -> dict[str, Any]:
    """The chart from the loss to what is payable, and the same as a table by cover without empty columns."""
    if found is None or not found["bridge"]:
        return {"chart": None, "columns": [], "rows": [], "total": []}
    rows, labels = found["bridge"], bridge_words()
    totals = {key: sum(row[key] for row in rows) for key in ("claimed", *labels, "mitigation", "payable")}
    parts = [charts.MoneyPart(_("Claimed"), page.money(totals["claimed"]))]
    parts += [charts.MoneyPart(label, -page.money(totals[key])) for key, label in labels.items() if totals[key]]
    columns = [("claimed", _("Claimed")), *((key, label) for key, label in labels.items() if totals[key])]
    if totals["mitigation"]:
        on_top = _("Mitigation, paid on top")
        parts.append(charts.MoneyPart(on_top, page.money(totals["mitigation"])))
        columns.append(("mitigation", on_top))
    columns.append(("payable", _("Payable")))

    def line(row: Mapping[str, int]) -> list[Money]:
        figures = {**row, "payable": row["payable"] + row["mitigation"]}
        return [page.money(figures[key]) for key, _label in columns]

    return {
        "chart": charts.bridge(parts) if totals["claimed"] else None,
        "columns": [label for _key, label in columns],
        "rows": [{"cover": words.cover_name(page.held, r["cover"], page.language), "figures": line(r)} for r in rows],
        "total": line(totals) if len(rows) > 1 else [],
    }


def papers(viewer: Viewer, held: Claim) -> list[File]:
    """The files of a claim that the viewer may open, statements apart; a broker sees no evidence."""
    files = File.objects.filter(tenant_id=viewer.tenant, noun="claim", subject=str(held.pk)).select_related("key")
    files = files.defer("content").order_by("recorded_at")
    if viewer.kind == "insured":
        files = files.filter(organisation_id=viewer.organisation)
    elif not viewer.office:
        return []
    return [file for file in files if not is_statement(held, file)]
