"""定损: a worksheet for every cover, line by line, and an interruption by its hours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from seawall.core.coverage.terms import CoverTerms
from seawall.core.money import Money, parse_amount
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import amount, choice, text, whole
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.recover import words
from seawall.entrypoints.web.pages.recover.determine import INTERRUPTION, OFFICE, references
from seawall.entrypoints.web.pages.recover.forms import Row, Rows, grouped, numbers_of
from seawall.entrypoints.web.templatetags.seawall import money, percent
from seawall.lifecycle.protect.queries.policy import terms_of
from seawall.lifecycle.recover.actions import settlement
from seawall.lifecycle.recover.models import Claim, Determination
from seawall.lifecycle.recover.queries.claim import newest_adjustment, newest_determination, one
from seawall.records.parties.viewer import NotFound, Viewer

HOURLY = ("expected_profit", "fixed_cost", "actual")
# Taken off by the platform itself wherever they apply; a handler need not choose them.
BY_THEMSELVES = ("virtual_currency", "waiting_period", "beyond_indemnity_period", "not_documented", "uneconomic")


class LineRow(Row):
    """A line of a worksheet: the paper that supports it."""

    def __init__(self, evidence: list[tuple[str, str]], prefix: str, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, prefix=prefix, initial=initial)
        self.fields["evidence"] = choice(_("Supported by"), evidence)


class TakeRow(Row):
    """Something taken off a line, with the clause that says so."""

    def __init__(self, held: Claim, language: str, prefix: str, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, prefix=prefix, initial=initial)
        reasons = held.policy.wording.body["deductions"]
        told = [(c, f"{d['title'][language]} ({d['clause']})") for c, d in reasons.items() if c not in BY_THEMSELVES]
        self.fields["amount"] = amount(_("Taken off"), currency=held.currency)
        self.fields["reason"] = choice(_("Because"), [("", _("Choose")), *told])

    def clean(self) -> None:
        super().clean()
        if self.begun and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Choose the clause it is taken off by."))


class RunRow(Row):
    """A run of equal hours of an interruption."""

    def __init__(self, held: Claim, prefix: str, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, prefix=prefix, initial=initial)
        self.fields["repeat"] = text(_("Hours"))
        self.fields["repeat"].widget.attrs |= {"class": "figure-input", "autocomplete": "off"}
        labels = {
            "expected_profit": _("Expected net profit an hour"),
            "fixed_cost": _("Continuing fixed cost an hour"),
            "actual": _("Actually earned an hour"),
        }
        for name in HOURLY:
            self.fields[name] = amount(labels[name], currency=held.currency)


class InterruptionRow(Row):
    """What stands beside the hours."""

    def __init__(self, held: Claim, evidence: list[tuple[str, str]], prefix: str, data: Any = None,
                 initial: Any = None) -> None:  # fmt: skip
        super().__init__(data, prefix=prefix, initial=initial)
        currency = held.currency
        self.fields["extra_cost"] = amount(_("Increased cost of working"), currency=currency)
        self.fields["avoided"] = amount(
            _("Loss it avoided"), currency=currency, help=_("Empty: not questioned. Extra cost above it is taken off.")
        )
        self.fields["saved_cost"] = amount(_("Cost saved"), currency=currency)
        self.fields["evidence"] = choice(_("Hourly figures supported by"), evidence)
        self.fields["extra_evidence"] = choice(_("Extra cost supported by"), evidence)


class Sheets:
    """The worksheets of a claim as rows; what was settled last comes back, so that a correction is a small change."""

    def __init__(self, viewer: Viewer, held: Claim, judged: Determination, language: str, data: Any = None) -> None:
        self.held, self.language, self.data = held, language, data
        self.evidence = [("", _("No paper")), *references(viewer, held)]
        self.terms = terms_of(held.policy)
        before = newest_adjustment(held)
        self.before = before.document["worksheets"] if before else []
        outcomes = {item["item"]: item for item in judged.result["items"]}
        self.parts: dict[str, Row] = {}
        self.sheets = [self._sheet(n, i, outcomes.get(i["id"], {})) for n, i in enumerate(judged.document["items"])]

    def _sheet(self, number: int, item: Mapping[str, Any], judged: Mapping[str, Any]) -> dict[str, Any]:
        prefix = f"sheets.{number}"
        terms = self.terms.cover(item["cover"])
        sheet: dict[str, Any] = {
            "number": number,
            "item": item,
            "name": words.item_name(self.held, item["id"], self.language),
            "cover": words.cover_name(self.held, item["cover"], self.language),
            "claimed": parse_amount(item["amount"], self.held.currency),
            "virtual": item.get("paid_in") == "virtual_currency",
            "kind": self._kind(item),
            "judged": words.badge(judged.get("outcome", "needs_evidence")),
            "outcome": judged.get("outcome", ""),
            "terms": said(terms) if terms else [],
            "reductions": self._reductions(judged),
        }
        if item["cover"] == INTERRUPTION:
            return {**sheet, **self._interruption(prefix, item)}
        return {**sheet, **self._lines(prefix, item, judged)}

    def _kind(self, item: Mapping[str, Any]) -> str:
        code = item["facts"].get("cost_kind", {}).get("value", "other")
        return words.kind_name(self.held.policy.wording.body, code, self.language)

    def _reductions(self, judged: Mapping[str, Any]) -> list[str]:
        """Clauses that take away a part: the worksheet has to say how much."""
        return [
            f"{reason['clause']} {reason['title'][self.language]}"
            for gate in judged.get("gates", ())
            for reason in gate["reasons"]
            if reason["outcome"] == "breached" and reason["effect"] == "reduce"
        ]

    def _keep(self, row: Row) -> Row:
        self.parts[row.prefix or ""] = row
        return row

    def _lines(self, prefix: str, item: Mapping[str, Any], judged: Mapping[str, Any]) -> dict[str, Any]:
        line: Mapping[str, Any] = next(
            (x for s in self.before for x in s.get("lines", ()) if x["id"] == item["id"]), {}
        )
        paper = next(iter(line.get("evidence") or _papers(item)), "")
        taken = [grouped(d, self.held.currency, "amount") for d in line.get("deductions", ())] or self._asked_for(
            judged
        )
        rows = self._rows(f"{prefix}.take", taken, lambda p, i: TakeRow(self.held, self.language, p, self.data, i))
        pattern = TakeRow(self.held, self.language, f"{prefix}.take.__i__")
        line_row = self._keep(LineRow(self.evidence, prefix, self.data, {"evidence": paper}))
        return {"line": line_row, "takes": rows, "pattern": pattern, "prefix": f"{prefix}.take", "next": _after(rows)}

    def _asked_for(self, judged: Mapping[str, Any]) -> list[dict[str, str]]:
        """A deduction to fill in for each clause that reduces."""
        reasons = self.held.policy.wording.body["deductions"]
        clauses = [text.split(" ")[0] for text in self._reductions(judged)]
        return [{"reason": code} for clause in clauses for code, d in reasons.items() if d["clause"] == clause][:3]

    def _interruption(self, prefix: str, item: Mapping[str, Any]) -> dict[str, Any]:
        known: Mapping[str, Any] = next((s["interruption"] for s in self.before if s.get("interruption")), {})
        paper = next(iter(known.get("evidence") or _papers(item)), "")
        extra = next(iter(known.get("extra_evidence") or ()), paper)
        sums = grouped(known, self.held.currency, "extra_cost", "saved_cost", "avoided")
        initial = {**sums, "evidence": paper, "extra_evidence": extra}
        runs = [
            {**grouped(run, self.held.currency, *HOURLY), "repeat": run.get("repeat", 1)}
            for run in known.get("hours", ())
        ] or [{}]
        rows = self._rows(f"{prefix}.run", runs, lambda p, i: RunRow(self.held, p, self.data, i))
        return {
            "besides": self._keep(InterruptionRow(self.held, self.evidence, prefix, self.data, initial)),
            "runs": rows,
            "pattern": RunRow(self.held, f"{prefix}.run.__i__"),
            "next": _after(rows),
        }

    def _rows(self, prefix: str, initials: list[dict[str, Any]], make: Any) -> list[Row]:
        """Rows as they were posted, or as they were settled."""
        if self.data is not None:
            return [self._keep(make(f"{prefix}.{n}", None)) for n in numbers_of(self.data, prefix)]
        return [self._keep(make(f"{prefix}.{n}", initial)) for n, initial in enumerate(initials)]

    def worksheets(self) -> list[dict[str, Any]]:
        """One worksheet a cover, as the action takes them; `places` remembers where each part stands on the page."""
        by_cover: dict[str, dict[str, Any]] = {}
        self.places: dict[str, str] = {}
        for sheet in self.sheets:
            cover = sheet["item"]["cover"]
            if cover == INTERRUPTION:
                by_cover[cover] = {"cover": cover, "interruption": self._interrupted(sheet)}
                continue
            held = by_cover.setdefault(cover, {"cover": cover, "lines": []})
            self.places[f"{cover}.{len(held['lines'])}"] = f"sheets.{sheet['number']}"
            held["lines"].append(self._line(sheet))
        self.order = list(by_cover)
        return list(by_cover.values())

    def _line(self, sheet: Mapping[str, Any]) -> dict[str, Any]:
        item, data = sheet["item"], sheet["line"].cleaned_data
        taken = [row.cleaned_data for row in sheet["takes"] if row.begun]
        return {
            "id": item["id"],
            "kind": item["facts"].get("cost_kind", {}).get("value", "other"),
            "claimed": item["amount"],
            "evidence": [data["evidence"]] if data["evidence"] else [],
            "paid_in": item.get("paid_in", "money"),
            "deductions": [{"reason": row["reason"], "amount": row["amount"]} for row in taken],
        }

    def _interrupted(self, sheet: Mapping[str, Any]) -> dict[str, Any]:
        data = sheet["besides"].cleaned_data
        hours = [
            {"repeat": whole(row.cleaned_data["repeat"]), **{n: row.cleaned_data[n] or "0" for n in HOURLY}}
            for row in sheet["runs"]
            if row.begun
        ]
        found: dict[str, Any] = {
            "hours": hours,
            "evidence": [data["evidence"]] if data["evidence"] else [],
            "extra_evidence": [data["extra_evidence"]] if data["extra_evidence"] else [],
        }
        return found | {name: data[name] for name in ("extra_cost", "saved_cost", "avoided") if data[name]}

    def place(self, path: str) -> tuple[str, str] | None:
        """Where a problem of the settlement stands on the page."""
        run = re.search(r"interruption\.hours\.(\d+)\.([a-z_]+)", path)
        besides = re.search(r"interruption\.([a-z_]+)$", path)
        for sheet in self.sheets:
            if sheet["item"]["cover"] == INTERRUPTION and run:
                begun = [row for row in sheet["runs"] if row.begun]
                return (begun[int(run[1])].prefix or "", run[2]) if int(run[1]) < len(begun) else None
            if sheet["item"]["cover"] == INTERRUPTION and besides:
                return sheet["besides"].prefix or "", besides[1]
            name = re.escape(sheet["item"]["id"])
            if re.search(rf"(?:^|\.){name}(?:\.|$)", path):
                return f"sheets.{sheet['number']}", "evidence"
        return self._place_of_line(path)

    def _place_of_line(self, path: str) -> tuple[str, str] | None:
        line = re.search(r"worksheets\.(\d+)\.lines\.(\d+)\.(?:deductions\.(\d+)\.)?([a-z_]+)", path)
        if not line or int(line[1]) >= len(self.order):
            return None
        prefix = self.places.get(f"{self.order[int(line[1])]}.{line[2]}", "")
        if line[3] is None:
            return prefix, line[4]
        sheet = next(s for s in self.sheets if f"sheets.{s['number']}" == prefix)
        begun = [row for row in sheet["takes"] if row.begun]
        return begun[int(line[3])].prefix or "", line[4]


def _after(rows: list[Row]) -> int:
    return max((int((row.prefix or "0").rpartition(".")[2]) for row in rows), default=-1) + 1


def _papers(item: Mapping[str, Any]) -> list[str]:
    return sorted({ref for fact in item["facts"].values() for ref in fact.get("evidence") or ()})


def said(terms: CoverTerms) -> list[str]:
    """A cover's terms in short: what is applied by itself."""
    told = [_("sub-limit %(limit)s") % {"limit": money(terms.limit, 0)}]
    if terms.retention:
        told.append(_("retention %(amount)s") % {"amount": money(terms.retention, 0)})
    if terms.coinsurance:
        told.append(_("the insured bears %(share)s") % {"share": percent(terms.coinsurance, 0)})
    if terms.waiting_hours:
        told.append(_("waiting period %(hours)s h") % {"hours": terms.waiting_hours})
    if terms.indemnity_days:
        told.append(_("indemnity period %(days)s days") % {"days": terms.indemnity_days})
    return told


@require_http_methods(["GET", "HEAD", "POST"])
@page("recover", OFFICE)
def adjust(request: HttpRequest, viewer: Viewer, claim: UUID) -> HttpResponse:
    """Settle what the gates let through, line by line and hour by hour."""
    viewer.require("claim.adjust")
    held, language = one(viewer, claim, at=timezone.now()), language_of(request)
    judged = newest_determination(held)
    if judged is None:
        raise NotFound("determination")
    sheets = Sheets(viewer, held, judged, language, request.POST or None)
    form = Rows(sheets.parts)
    if request.method == "POST":

        def work() -> Any:
            return settlement.adjust(claim=held.pk, worksheets=sheets.worksheets(), by=viewer, at=timezone.now())

        made = form.attempt(work, sheets.place)
        if made is not None:
            total = money(Money(made.total, made.currency))
            messages.success(request, _("The worksheets are settled: %(amount)s is payable.") % {"amount": total})
            return redirect(reverse("office:claim", args=[held.pk]))
    context = {
        "heading": _("Adjust the loss: %(number)s") % {"number": held.number},
        "claim": held,
        "form": form,
        "sheets": sheets.sheets,
        "again": bool(sheets.before),
    }
    return render(request, "recover/adjust.html", context, status=422 if form.failed else 200)
