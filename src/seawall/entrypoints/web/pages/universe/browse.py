"""Browsing the risk universe: search in both languages, filters, and the whole of it as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from seawall.core.money import Money
from seawall.entrypoints.universe_files import as_stix, as_yaml
from seawall.entrypoints.web import formats
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.charts.parts import locale_now
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.universe import words
from seawall.lifecycle.strategy.queries import drafting, risks
from seawall.lifecycle.strategy.queries.in_force import universe_ref
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.queries import document

PER_PAGE = 40
FILTERS = ("grain", "industry", "actor", "tactic", "control", "cover")
ORDER = ("judgement", "derived", "verified")


@require_safe
@desk_page("strategy")
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every risk that fits what is looked for."""
    today, language, desk = timezone.localdate(), language_of(request), request.desk  # type: ignore[attr-defined]
    held = risks.register(viewer, on=today, release=release_asked(request, viewer))
    names = risks.names(viewer, on=today)
    asked = {name: request.GET.get(name, "")[:100] for name in ("q", *FILTERS, "sort")}
    wanted = risks.Wanted(words=asked["q"], **{name: asked[name] for name in FILTERS})
    found = _sorted(risks.find(held, wanted, names), asked["sort"], language)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    current = universe_ref(viewer, on=today)
    more = {"release": str(held.release.pk)} if current is None or current.row != held.release.pk else {}
    context = {
        "heading": _("Risk universe"),
        "held": held,
        "name": held.release.header["name"][language],
        "in_force": not more,
        "asked": asked,
        "more": more,
        "filters": _filters(held, names, asked, language),
        "counts": _counts(held, desk, more),
        "table": _table(page, held, asked, more, (names, language, desk)),
        "chosen": any(asked[name] for name in ("q", *FILTERS)),
        "draft": drafting.current(viewer) if viewer.office else None,
        "currency": held.universe.currency,
    }
    return render(request, "universe/index.html", context)


def release_asked(request: HttpRequest, viewer: Viewer) -> UUID | None:
    """Another release than the one in force, for the office."""
    asked = request.GET.get("release", "")
    if not asked or not viewer.office:
        return None
    try:
        return UUID(asked)
    except ValueError as error:
        raise Http404 from error


def _filters(held: risks.Register, names: risks.Names, asked: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """The filters with what can be chosen in each; a filter with nothing to choose is left out."""
    used = {name: {code for risk in held.risks for code in getattr(risk, name)} for name in ("controls", "covers")}
    own = {code for risk in held.risks for code in risk.actors}
    tactics = {t for risk in held.risks for code in risk.techniques for t in names.tactics.get(code, ())}
    options: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "grain": (_("Grain"), [(c, n) for c, n in words.grains().items() if any(r.grain == c for r in held.risks)]),
        "industry": (_("Industry"), [(c, pack.name[language]) for c, pack in held.universe.packs.items()]),
        "actor": (
            _("Actor"),
            [*words.actors().items(), *((c, n[language]) for c, n in names.actors.items() if c in own)],
        ),
        "tactic": (_("ATT&CK tactic"), [(c, n[language]) for c, n in names.tactic_names.items() if c in tactics]),
        "control": (_("Control"), [(c, n[language]) for c, n in names.controls.items() if c in used["controls"]]),
        "cover": (
            _("Cover"),
            [(c, words.cover_name(names, c, language)) for c in (*names.covers, "uninsured") if c in used["covers"]],
        ),
    }
    return [
        {"name": name, "label": label, "value": asked[name], "options": choices}
        for name, (label, choices) in options.items()
        if choices
    ]


def _counts(held: risks.Register, desk: str, more: Mapping[str, str]) -> list[dict[str, Any]]:
    """How many risks stand at each grain, each with the way to them."""
    notes = words.grain_notes()
    return [
        {
            "label": label,
            "count": sum(risk.grain == grain for risk in held.risks),
            "note": notes[grain],
            "url": address(desk, "universe", grain=grain, **more),
        }
        for grain, label in words.grains().items()
        if any(risk.grain == grain for risk in held.risks)
    ]


def _sorted(found: Sequence[risks.Risk], sort: str, language: str) -> list[risks.Risk]:
    """By name, frequency, loss or confidence; else as the universe lists them. What has no figure comes last."""
    keys: dict[str, Any] = {
        "name": lambda r: r.name[language],
        "rate": lambda r: r.figures.rate,
        "median": lambda r: r.figures.median,
        "confidence": lambda r: ORDER.index(r.figures.confidence),
    }
    by, back = sort.removeprefix("-"), sort.startswith("-")
    if by not in keys:
        return list(found)
    if by == "name":
        return sorted(found, key=keys[by], reverse=back)
    figured = sorted((r for r in found if r.figures), key=keys[by], reverse=back)
    return figured + [r for r in found if not r.figures]


def _table(
    page: Any, held: risks.Register, asked: Mapping[str, str], more: Mapping[str, str], told: tuple[Any, str, str]
) -> dict[str, Any]:
    names, language, desk = told
    unit = formats.unit_of(held.universe.currency, locale_now())
    columns: list[dict[str, Any]] = [{"label": _("Risk"), "sort": "name"}, {"label": _("Grain")}]
    if held.told:
        columns += [
            {"label": _("Events a year"), "kind": "num", "sort": "rate"},
            {"label": _("Median loss"), "kind": "short", "unit": unit, "sort": "median"},
            {"label": _("One in twenty passes"), "kind": "short", "unit": unit},
            {"label": _("Confidence"), "kind": "badge", "sort": "confidence"},
        ]
    else:
        columns += [{"label": _("Controls")}, {"label": _("Covers")}]
    for column in columns:
        column |= _sort(column.pop("sort", ""), asked, more)
    return {
        "caption": _("Risks"),
        "columns": columns,
        "rows": [
            {
                "cells": [
                    {"value": risk.name[language], "sub": _below(risk, held, names, language)},
                    words.grains()[risk.grain],
                    *(_figures(risk, held.universe.currency) if held.told else _answers(risk, names, language)),
                ],
                "url": address(desk, "universe-risk", risk.code, **more),
            }
            for risk in page
        ],
        "page": page,
        "empty": {
            "title": _("No risk fits"),
            "text": _("Search for a part of a name in Chinese or English, T1486, or MI-07; or take a filter away."),
            "icon": "search",
            "url": address(desk, "universe", **more),
            "label": _("Show all"),
        },
    }


def _below(risk: risks.Risk, held: risks.Register, names: risks.Names, language: str) -> str:
    """Under the name: the pack or family it belongs to."""
    if risk.pack:
        return held.universe.packs[risk.pack].name[language]
    if risk.grain == "scenario":
        return held.universe.family(risk.family).name[language]
    return words.category_name(names, risk.category, language) if risk.category else ""


def _figures(risk: risks.Risk, currency: str) -> list[Any]:
    if risk.figures is None:
        return ["–", "–", "–", words.confidences()[risk.basis.confidence][0] if risk.basis else "–"]
    text, tone = words.confidences()[risk.figures.confidence]
    return [
        {"value": often(risk.figures.rate), "sub": once(risk.figures.rate)},
        Money.of(round(risk.figures.median), currency),
        Money.of(round(risk.figures.tail), currency),
        {"value": text, "tone": tone},
    ]


def _answers(risk: risks.Risk, names: risks.Names, language: str) -> list[str]:
    controls = [words.control_name(names, code, language) for code in risk.controls]
    covers = [words.cover_name(names, code, language) for code in risk.covers]
    return [_cut(controls), _cut(covers)]


def _cut(found: Sequence[str], most: int = 3) -> str:
    """The first few, and how many more."""
    shown = _(", ").join(found[:most])
    rest = len(found) - most
    return (_("%(some)s and %(n)s more") % {"some": shown, "n": rest}) if rest > 0 else shown or "–"


def often(rate: float) -> str:
    """Events a year with three significant figures, never in powers of ten."""
    places = next((n for n in range(2, 9) if rate * 10**n >= 10), 9)
    return formats.number(rate, locale_now(), places + 1 if rate < 1 else 2)


def once(rate: float) -> str:
    """The same as a return period."""
    years = 1 / rate
    if years < 2:
        return ""
    return _("once in %(n)s years") % {"n": formats.number(float(f"{years:.3g}"), locale_now(), 0)}


def _sort(by: str, asked: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    if not by:
        return {}
    now = {by: "ascending", f"-{by}": "descending"}.get(asked["sort"], "")
    following = by if now == "descending" else f"-{by}"
    kept = {key: value for key, value in asked.items() if value} | dict(more)
    return {"sorted": now, "sort_url": "?" + urlencode({**kept, "sort": following})}


@require_safe
@desk_page("strategy", frozenset({"office"}))
def download(request: HttpRequest, viewer: Viewer, form: str) -> HttpResponse:
    """The release as the open file it can be loaded from again, or as a STIX 2.1 bundle."""
    held = risks.register(viewer, on=timezone.localdate(), release=release_asked(request, viewer))
    name, found = f"{held.release.identifier}-{held.release.version}", document(held.release)
    if form == "yaml":
        return _file(as_yaml(found), "application/yaml; charset=utf-8", f"{name}.yaml")
    if form == "stix":
        text = json.dumps(as_stix(found), ensure_ascii=False, indent=1)
        return _file(text, "application/stix+json;version=2.1", f"{name}.stix.json")
    raise Http404


def _file(text: str, kind: str, name: str) -> HttpResponse:
    sent = HttpResponse(text, content_type=kind)
    sent.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return sent
