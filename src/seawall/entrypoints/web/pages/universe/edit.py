"""Other figures for one risk of the draft: each with its source, each problem at its field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from seawall.core.coverage.products import COVERS
from seawall.core.problems import Refused
from seawall.core.universe import rework
from seawall.core.universe.model import UNINSURED
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web import formats
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.charts.parts import locale_now
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.forms import TIMES, Shown, choice, text
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.universe import told, words
from seawall.entrypoints.web.pages.universe.draft import OFFICE, revision_of
from seawall.lifecycle.strategy.actions import universe as actions
from seawall.lifecycle.strategy.models import UniverseDraft
from seawall.lifecycle.strategy.queries import drafting, risks
from seawall.records.parties.viewer import NotFound, Viewer

FAMILY = (
    "frequency.base", "frequency.revenue", "frequency.records", "severity.median", "severity.sigma",
    "severity.revenue", "severity.records", "interruption",
)  # fmt: skip
SCENARIO = ("frequency.rate", "severity.median")
NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{0,15})?([eE][+-]?[0-9]{1,3})?")


class FiguresForm(Shown):
    """The figures of one risk as it is in the draft; `was` is what each says there now."""

    def __init__(
        self, held: UniverseDraft, risk: Mapping[str, Any], names: risks.Names, language: str, data: Any = None
    ):
        super().__init__(data)
        self.was: dict[str, str] = {}
        labels, currency = told.fields(), held.document["currency"]
        base = rework.entry_of(held.base.body, risk["id"])
        before = base[1] if base else {}
        for group in ("frequency", "severity", "interruption"):
            for name in (n for n in (SCENARIO if "family" in risk else FAMILY) if n.split(".")[0] == group):
                self._figure(name, labels[name], _held(held.document, risk, name), _held(held.base.body, before, name))
            if group != "interruption":
                self._basis(group, risk.get(group, {}), labels)
        self.fields["severity.median"].currency = currency  # type: ignore[attr-defined]
        own = rework.covers_of(held.document, risk)
        for cover in (*COVERS, UNINSURED):
            label = words.cover_name(names, cover, language)
            share = own.get(cover)
            self._figure(f"shares.{cover}", label, share * 100 if share else None, None)
        self._basis("shares_source", risk.get("shares_source", {}), labels)

    def _figure(self, name: str, label: str, value: float | None, before: float | None) -> None:
        shown = "" if value is None else plainly(value)
        was = ""
        if before is not None and plainly(before) != shown:
            was = _("%(value)s in what it was made from") % {"value": formats.number(before, locale_now())}
        self.fields[name] = text(label, help=was, required=not name.startswith("shares."))
        self._remember(name, shown)

    def _basis(self, group: str, basis: Mapping[str, Any], labels: Mapping[str, str]) -> None:
        self.fields[f"{group}.source"] = text(labels[f"{group}.source"], rows=2, required="source" in basis)
        self.fields[f"{group}.confidence"] = choice(
            labels[f"{group}.confidence"], [(code, word) for code, (word, _tone) in words.confidences().items()]
        )
        self.fields[f"{group}.confidence"].required = True
        self._remember(f"{group}.source", str(basis.get("source", "")))
        self._remember(f"{group}.confidence", str(basis.get("confidence", "judgement")))

    def _remember(self, name: str, shown: str) -> None:
        self.was[name] = self.fields[name].initial = shown

    def values(self) -> dict[str, Any]:
        """What was typed otherwise than it stood there; shares were typed in per cent."""
        found: dict[str, Any] = {}
        for name, was in self.was.items():
            typed = str(self.cleaned_data.get(name, "")).strip()
            if typed == was.strip() or name not in self.data:
                continue
            if name.endswith((".source", ".confidence")):
                found[name] = typed
            else:
                value = figure(typed)
                share = name.startswith("shares.") and isinstance(value, int | float)
                found[name] = float(Decimal(str(value)) / 100) if share else value
        return found


def _held(document: Mapping[str, Any], risk: Mapping[str, Any], name: str) -> float | None:
    if not risk:
        return None
    if "family" in risk:
        rate, median = rework.figures(document, risk["id"])
        return rate if name == "frequency.rate" else median
    group, _dot, key = name.partition(".")
    value = risk.get(group)
    found = value.get(key) if key and isinstance(value, Mapping) else value
    return None if found is None else float(found)


def plainly(value: float) -> str:
    """A figure as it is typed: six significant digits, no powers of ten."""
    shown = format(Decimal(f"{value:.6g}"), "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def figure(typed: str) -> int | float | str | None:
    """A figure as typed (full-width digits, thousands, 万, 亿), None for nothing, the text itself otherwise."""
    cleaned = unicodedata.normalize("NFKC", typed).replace(",", "").replace(" ", "").removesuffix("%")
    if not cleaned:
        return None
    digits, times = (cleaned[:-1], TIMES[cleaned[-1]]) if cleaned[-1] in TIMES else (cleaned, 1)
    if not NUMBER.fullmatch(digits):
        return typed
    number = Decimal(digits) * times
    return int(number) if number == number.to_integral_value() else float(number)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("strategy", OFFICE)
def page(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """The form, and what was typed into it put into the draft."""
    viewer.require("universe.draft")
    held, language = drafting.need(viewer), language_of(request)
    entry = rework.entry_of(held.document, code)
    if entry is None:
        raise NotFound("risk")
    risk, names = entry[1], risks.names(viewer, on=timezone.localdate())
    form = FiguresForm(held, risk, names, language, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = form.attempt(
            lambda: actions.change(
                risk=code, values=form.values(), revision=revision_of(request), by=viewer, at=timezone.now()
            )
        )
        if done is not None:
            messages.success(request, _("Noted in the draft; nothing is in force yet."))
            return redirect(address("office", "universe-draft"))
    family = rework.entry_of(held.document, risk["family"]) if "family" in risk else None
    context = {
        "heading": _("Change “%(name)s”") % {"name": risk["name"][language]},
        "form": form,
        "draft": held,
        "revision": request.POST.get("revision", held.revision) if request.method == "POST" else held.revision,
        "groups": _groups(form),
        "scenario": family is not None,
        "family_name": family[1]["name"][language] if family else "",
        "split": family is None and bool([s for s in rework.scenarios_of(held.document) if s["family"] == code]),
        "risk_url": address("office", "universe-risk", code),
    }
    return render(request, "universe/edit.html", context, status=422 if form.is_bound else 200)


def _groups(form: FiguresForm) -> list[dict[str, Any]]:
    """The fields in the groups that share a source."""
    titles = {"frequency": _("How often"), "severity": _("How badly"), "shares": _("Which covers it falls on")}
    return [
        {
            "title": title,
            "key": key,
            "fields": [
                form[name]
                for name in form.fields
                if name.startswith((f"{key}.", f"{key}_source.")) or (key == "severity" and name == "interruption")
            ],
        }
        for key, title in titles.items()
    ]


@require_POST
@desk_page("strategy", OFFICE)
def switch(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """Take a risk out of the draft, or put its family back as the base has it."""
    on = request.POST.get("on") == "yes"
    try:
        actions.switch(risk=code, on=on, revision=revision_of(request), by=viewer, at=timezone.now())
    except Refused as refused:
        if refused.status in {403, 404}:
            raise
        for problem in refused.problems:
            messages.error(request, sentence(problem))
    else:
        messages.success(request, _("Back as the base has it.") if on else _("Switched off in the draft."))
    return redirect(address("office", "universe-draft"))
