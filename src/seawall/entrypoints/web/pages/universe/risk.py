"""One risk, and one control, with everything that hangs on it and the ways to and from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from seawall.core.money import Money
from seawall.core.universe.scenarios import Basis
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.universe import pictures, words
from seawall.entrypoints.web.pages.universe.browse import often, once, release_asked
from seawall.entrypoints.web.pages.universe.pictures import Reader
from seawall.lifecycle.identify.queries.risk_universe import Struck, struck
from seawall.lifecycle.strategy.queries import drafting, risks
from seawall.lifecycle.strategy.queries.in_force import offerings
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.models import Release


@require_safe
@desk_page("strategy")
def page(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """A risk family, a scenario, or a risk of the business."""
    now = timezone.now()
    today, language, desk = timezone.localdate(now), language_of(request), request.desk  # type: ignore[attr-defined]
    held = risks.register(viewer, on=today, release=release_asked(request, viewer))
    risk = held.risk(code)
    reader = Reader(language, desk, risks.names(viewer, on=today))
    draft = drafting.current(viewer) if viewer.office and viewer.may("universe.draft") else None
    quantified = risk.grain != risks.OTHER
    context = {
        "heading": risk.name[language],
        "risk": risk,
        "held": held,
        "description": risk.description[language],
        "grain": words.grains()[risk.grain],
        "grain_note": words.grain_notes()[risk.grain],
        "facts": _facts(held, risk, reader),
        "techniques": [
            {
                "label": words.technique_name(reader.names, t, language),
                "url": pictures.technique_url(t, reader),
                "tactics": _(", ").join(
                    reader.names.tactic_names[k][language] for k in reader.names.tactics.get(t, ())
                ),
            }
            for t in risk.techniques
        ],
        "figures": _figures(held, risk),
        "controls": [_control(held, risk, control, reader) for control in risk.controls],
        "covers": [_cover(risk, cover, reader) for cover in sorted(risk.covers, key=lambda c: -risk.covers[c])],
        "wordings": [_wording(row, risk, reader) for row in _wordings(viewer, today)] if quantified else [],
        "picture": pictures.of_risk(held, risk, reader) if quantified else None,
        "companies": [_company(row, reader, held) for row in struck(viewer, risk.family, at=now)] if quantified else [],
        "by_family": held.universe.family(risk.family).name[language]
        if quantified and risk.code != risk.family
        else "",
        "ways": _ways(held, risk, reader),
        "edit_url": address(desk, "universe-edit", code) if draft and quantified else "",
    }
    return render(request, "universe/risk.html", context)


def _facts(held: risks.Register, risk: risks.Risk, reader: Reader) -> list[dict[str, Any]]:
    language, names = reader.language, reader.names
    own = [names.actors[a][language] for a in risk.actors if a in names.actors]
    facts = [
        {"label": _("Actor"), "value": words.actors().get(risk.actor, ""), "sub": risk.threat[language]},
        {"label": _("Known groups"), "value": _(", ").join(own)},
        {"label": _("Asset"), "value": risk.asset[language]},
        {"label": _("Consequence"), "value": risk.consequence[language]},
        {"label": "VERIS", "value": risk.veris, "lang": "en"},
        {"label": "GB/T 20986", "value": words.category_name(names, risk.category, language) if risk.category else ""},
        {"label": _("Industry"), "value": held.universe.packs[risk.pack].name[language] if risk.pack else ""},
        {"label": _("Accumulation"), "value": _("One event can strike many companies.") if risk.accumulates else ""},
    ]  # fmt: skip
    return [fact for fact in facts if fact["value"]]


def _figures(held: risks.Register, risk: risks.Risk) -> list[dict[str, Any]]:
    """How often and how badly, each with its source and how sure it is."""
    if risk.figures is None:
        return [{"label": _("Source"), "value": "–", **_basis(risk.basis)}] if risk.basis and held.told else []
    figures, currency = risk.figures, held.universe.currency
    return [
        {
            "label": _("Events a year"),
            "value": often(figures.rate),
            "sub": once(figures.rate),
            **_basis(figures.rate_basis),
        },
        {"label": _("Median loss"), "money": Money.of(round(figures.median), currency), **_basis(figures.loss_basis)},
        {
            "label": _("One in twenty passes"),
            "money": Money.of(round(figures.tail), currency),
            "sub": _("lognormal, sigma %(sigma)s") % {"sigma": figures.sigma},
            "text": "",
        },
    ]


def _basis(basis: Basis) -> dict[str, str]:
    text, tone = words.confidences()[basis.confidence]
    return {"source": basis.source, "text": text, "tone": tone}


def _control(held: risks.Register, risk: risks.Risk, control: str, reader: Reader) -> dict[str, Any]:
    kinds = words.effects()
    return {
        "name": words.control_name(reader.names, control, reader.language),
        "url": address(reader.desk, "universe-control", control),
        "effects": [
            {"on": kinds[e.on], "absent": e.absent, "partial": e.partial, "present": e.present, **_basis(e.basis)}
            for e in pictures.effects_on(held, control, risk)
        ],
    }


def _cover(risk: risks.Risk, cover: str, reader: Reader) -> dict[str, Any]:
    return {
        "name": words.cover_name(reader.names, cover, reader.language),
        "share": risk.covers[cover],
        "url": address(reader.desk, "universe", cover=cover),
        "none": cover == "uninsured",
    }


def _wordings(viewer: Viewer, today: Any) -> list[Release]:
    """The wordings of the products on sale, each once."""
    return list({row.wording_id: row.wording for row in offerings(viewer, on=today)}.values())


def _wording(wording: Release, risk: risks.Risk, reader: Reader) -> dict[str, Any]:
    """Which clauses answer for the risk's covers, and which may take the answer away."""
    found = risks.clauses(wording, list(risk.covers))
    language = reader.language
    return {
        "name": wording.header["name"][language],
        "version": wording.version,
        "url": address(reader.desk, "release", wording.pk),
        "answers": [
            {
                "id": c.id,
                "title": c.title[language],
                "text": c.text[language],
                "covers": _(", ").join(words.cover_name(reader.names, k, language) for k in sorted(c.covers or ())),
            }
            for c in found["agreement"]
        ],
        "limits": [{"id": c.id, "title": c.title[language]} for c in found["exclusion"]],
    }


def _company(row: Struck, reader: Reader, held: risks.Register) -> dict[str, Any]:
    return {
        "name": name_of(row.company, reader.language),
        "url": address(reader.desk, "assessment", row.assessment) + "#risks",
        "level": row.level,
        "missing": row.missing,
        "expected": Money.of(round(row.expected), held.universe.currency) if row.expected is not None else None,
        "share": row.share,
    }


def _ways(held: risks.Register, risk: risks.Risk, reader: Reader) -> list[dict[str, Any]]:
    """The risks this one belongs to, is made of, leads to and comes from."""
    code = risk.code
    others = [r for r in held.risks if r.grain != risks.OTHER]
    groups: list[tuple[str, Sequence[risks.Risk]]] = [
        (_("Part of"), [r for r in others if r.code == risk.family and r.code != code]),
        (_("Made of"), [r for r in others if r.family == code and r.code != code]),
        (_("Often turns into"), [r for r in held.risks if r.code in risk.leads_to and risk.grain != risks.OTHER]),
        (_("Can be set off by"), [r for r in held.risks if r.code in risk.leads_to and risk.grain == risks.OTHER]),
        (_("Often comes from"), [r for r in others if code in r.leads_to]),
        (_("Can set off"), [r for r in held.risks if r.grain == risks.OTHER and code in r.leads_to]),
    ]
    return [
        {
            "label": label,
            "risks": [
                {"name": r.name[reader.language], "url": address(reader.desk, "universe-risk", r.code),
                 "pack": held.universe.packs[r.pack].name[reader.language] if r.pack else ""}
                for r in found
            ],
        }
        for label, found in groups
        if found
    ]  # fmt: skip


@require_safe
@desk_page("strategy")
def control(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """A control: the risks it works against and the covers that answer for those."""
    today, language, desk = timezone.localdate(), language_of(request), request.desk  # type: ignore[attr-defined]
    held = risks.register(viewer, on=today, release=release_asked(request, viewer))
    reader = Reader(language, desk, risks.names(viewer, on=today))
    described = next((c for c in held.universe.controls if c.id == code), None)
    if described is None:
        raise Http404
    found = [r for r in held.risks if code in r.controls]
    families = [r for r in found if r.code == r.family]
    context = {
        "heading": words.control_name(reader.names, code, language),
        "held": held,
        "fix": described.fix[language],
        "rows": [
            {
                "name": r.name[language],
                "grain": words.grains()[r.grain],
                "url": address(desk, "universe-risk", r.code),
                "effects": _control(held, r, code, reader)["effects"],
            }
            for r in found
            if r in families or any(r.code in e.scenarios for e in described.effects)
        ],
        "picture": pictures.of_control(held, code, families, reader) if families else None,
    }
    return render(request, "universe/control.html", context)
