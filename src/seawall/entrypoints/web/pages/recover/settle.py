"""定责 and 定损 as forms: the facts and items of a claim, and the worksheets that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import Shown, choice, text, whole
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.recover.claim import names, papers
from seawall.lifecycle.recover.actions import settlement
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.recover.queries.claim import newest_determination, one
from seawall.records.parties.viewer import NotFound, Viewer

OFFICE = frozenset({"office"})
ROWS = 6
INTERRUPTION = "business_interruption"
# What a handler is asked first; the other facts of the wording stay unknown until stated.
FACTS = (
    "cause", "security_event", "known_before_inception", "disclosure_breach", "security_undertaking_kept",
    "undertaking_breach_contributed", "exclusions_explained", "extortion_demand", "personal_data_affected",
    "third_party_claim", "public_report", "legal_duty_to_notify", "late_notice_fault", "intentional_by_management",
    "war", "state_operation",
)  # fmt: skip
ITEM_FACTS = ("documented", "caused_by_event", "reasonable", "consent", "interruption")
HOURLY = ("hours", "expected_profit", "fixed_cost", "actual", "extra_cost", "saved_cost")


def truths() -> list[tuple[str, str]]:
    """Unknown first: nothing is presumed."""
    return [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]


class DetermineForm(Shown):
    """Facts of the claim, then up to six items; each names the paper it rests on."""

    def __init__(self, held: Claim, files: list[tuple[str, str]], language: str, data: Any = None) -> None:
        super().__init__(data)
        body = held.policy.wording.body
        evidence = [("", "–"), *files]
        self.fields["evidence"] = choice(_("The facts rest on"), evidence)
        for name in FACTS:
            fact = body["facts"].get(name)
            if fact is None:
                continue
            options = (
                truths() if fact["kind"] == "yes_no" else [("", _("Not known")), *((c, c) for c in fact["choices"])]
            )
            self.fields[f"facts.{name}"] = choice(fact["title"][language], options)
        bought = [cover["cover"] for cover in held.policy.terms["covers"]]
        covers = [("", "–"), *((code, names(held)[code][language]) for code in bought)]
        kinds = [("", "–"), *((code, kind["title"][language]) for code, kind in body["cost_kinds"].items())]
        paid = [("money", _("Money")), ("virtual_currency", _("Virtual currency"))]
        for number in range(ROWS):
            row = f"items.{number}"
            self.fields[f"{row}.id"] = text(_("Item"))
            self.fields[f"{row}.cover"] = choice(_("Cover"), covers)
            self.fields[f"{row}.cost_kind"] = choice(_("Kind of cost"), kinds)
            self.fields[f"{row}.amount"] = text(_("Claimed"))
            self.fields[f"{row}.paid_in"] = choice(_("Paid in"), paid)
            self.fields[f"{row}.evidence"] = choice(_("Paper"), evidence)
            for name in ITEM_FACTS:
                title = body["facts"][f"item.{name}"]["title"][language]
                self.fields[f"{row}.{name}"] = choice(title, truths())

    def rows(self) -> list[list[Any]]:
        """The fields of each item row, for the template."""
        return [[self[name] for name in self.fields if name.startswith(f"items.{n}.")] for n in range(ROWS)]

    def facts(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("facts.")]

    def stated(self) -> dict[str, Any]:
        """Facts that were said, each with the paper."""
        paper = [self.cleaned_data["evidence"]] if self.cleaned_data["evidence"] else []
        return {
            name.removeprefix("facts."): {"value": _truth(value), "evidence": paper}
            for name, value in self.cleaned_data.items()
            if name.startswith("facts.") and value
        }

    def items(self) -> list[dict[str, Any]]:
        """Rows that were begun, as the action takes them."""
        found = []
        for number in range(ROWS):
            row = {
                name.removeprefix(f"items.{number}."): value
                for name, value in self.cleaned_data.items()
                if name.startswith(f"items.{number}.")
            }
            if not (row["id"] or row["amount"] or row["cover"]):
                continue
            paper = [row["evidence"]] if row["evidence"] else []
            facts = {n: {"value": _truth(row[n]), "evidence": paper} for n in ITEM_FACTS if row[n]}
            if row["cost_kind"]:
                facts["cost_kind"] = {"value": row["cost_kind"], "evidence": paper}
            found.append({key: row[key] for key in ("id", "cover", "amount", "paid_in")} | {"facts": facts})
        return found


def _truth(value: str) -> Any:
    return {"yes": True, "no": False}.get(value, value)


@page("recover", OFFICE)
def determine(request: HttpRequest, viewer: Viewer, claim: UUID) -> HttpResponse:
    """Judge the claim through the three gates."""
    viewer.require("claim.determine")
    held, language = one(viewer, claim, at=timezone.now()), language_of(request)
    form = DetermineForm(held, references(viewer, held), language, request.POST or None)
    if request.method == "POST":

        def work() -> Any:
            return settlement.determine(
                claim=held.pk, facts=form.stated(), items=form.items(), by=viewer, at=timezone.now()
            )

        if form.attempt(work) is not None:
            messages.success(request, _("The claim has been through the three gates."))
            return redirect(reverse("office:claim", args=[held.pk]))
    context = {"heading": _("Determine cover: %(number)s") % {"number": held.number}, "form": form, "claim": held}
    return render(request, "recover/determine.html", context, status=422 if form.errors else 200)


def references(viewer: Viewer, held: Claim) -> list[tuple[str, str]]:
    """Papers of the claim as evidence references."""
    return [(f"vault:{file.pk}", file.name) for file in papers(viewer, held)]


class AdjustForm(Shown):
    """A worksheet for every item that the gates let through; an interruption by its hourly figures."""

    def __init__(self, held: Claim, judged: Mapping[str, Any], language: str, data: Any = None) -> None:
        super().__init__(data)
        self.sheets: list[dict[str, Any]] = []
        covers, body = names(held), held.policy.wording.body
        reasons = [("", "–"), *((code, d["title"][language]) for code, d in body["deductions"].items())]
        for number, item in enumerate(judged["items"]):
            row = f"worksheets.{number}"
            sheet = {"item": item, "cover": covers[item["cover"]][language], "names": []}
            if item["cover"] == INTERRUPTION:
                labels = interruption_labels()
                for name in HOURLY:
                    self.fields[f"{row}.{name}"] = text(labels[name])
                    sheet["names"].append(f"{row}.{name}")
            else:
                self.fields[f"{row}.deduction"] = text(_("Taken off"))
                self.fields[f"{row}.reason"] = choice(_("Because"), reasons)
                sheet["names"] += [f"{row}.deduction", f"{row}.reason"]
            self.sheets.append(sheet)

    def shown(self) -> list[dict[str, Any]]:
        """The sheets with their bound fields."""
        return [{**sheet, "fields": [self[name] for name in sheet["names"]]} for sheet in self.sheets]

    def worksheets(self) -> list[dict[str, Any]]:
        """One worksheet a cover, as the action takes them."""
        by_cover: dict[str, dict[str, Any]] = {}
        for number, sheet in enumerate(self.sheets):
            item, data = sheet["item"], self.cleaned_data
            evidence = _papers(item)
            if item["cover"] == INTERRUPTION:
                figures = {name: data[f"worksheets.{number}.{name}"] for name in HOURLY}
                by_cover[INTERRUPTION] = {"cover": INTERRUPTION, "interruption": _interruption(figures, evidence)}
                continue
            line: dict[str, Any] = {
                "id": item["id"],
                "kind": item["facts"].get("cost_kind", {}).get("value", "other"),
                "claimed": item["amount"],
                "evidence": evidence,
                "paid_in": item.get("paid_in", "money"),
            }
            taken, reason = data[f"worksheets.{number}.deduction"], data[f"worksheets.{number}.reason"]
            if taken or reason:
                line["deductions"] = [{"reason": reason, "amount": taken}]
            held = by_cover.setdefault(item["cover"], {"cover": item["cover"], "lines": []})
            held["lines"].append(line)
        return list(by_cover.values())


def interruption_labels() -> dict[str, str]:
    """Names of an interruption's figures."""
    return {
        "hours": _("Hours interrupted"),
        "expected_profit": _("Expected net profit an hour"),
        "fixed_cost": _("Continuing fixed cost an hour"),
        "actual": _("Actually earned an hour"),
        "extra_cost": _("Increased cost of working"),
        "saved_cost": _("Cost saved"),
    }


def _papers(item: Mapping[str, Any]) -> list[str]:
    return sorted({ref for fact in item["facts"].values() for ref in fact["evidence"]})


def _interruption(figures: Mapping[str, str], evidence: list[str]) -> dict[str, Any]:
    hours = [
        {
            "repeat": whole(figures["hours"]) or 0,
            **{name: figures[name] or "0" for name in ("expected_profit", "fixed_cost", "actual")},
        }
    ]
    found: dict[str, Any] = {"hours": hours, "evidence": evidence, "extra_evidence": evidence}
    return found | {name: figures[name] for name in ("extra_cost", "saved_cost") if figures[name]}


@page("recover", OFFICE)
def adjust(request: HttpRequest, viewer: Viewer, claim: UUID) -> HttpResponse:
    """Settle what the gates let through, line by line and hour by hour."""
    viewer.require("claim.adjust")
    held, language = one(viewer, claim, at=timezone.now()), language_of(request)
    judged = newest_determination(held)
    if judged is None:
        raise NotFound("determination")
    form = AdjustForm(held, judged.document, language, request.POST or None)
    if request.method == "POST":

        def work() -> Any:
            return settlement.adjust(claim=held.pk, worksheets=form.worksheets(), by=viewer, at=timezone.now())

        if form.attempt(work) is not None:
            messages.success(request, _("The worksheets are settled."))
            return redirect(reverse("office:claim", args=[held.pk]))
    heading = _("Adjust the loss: %(number)s") % {"number": held.number}
    context = {"heading": heading, "form": form, "claim": held, "sheets": form.shown()}
    return render(request, "recover/adjust.html", context, status=422 if form.errors else 200)
