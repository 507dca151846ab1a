"""Market and loss figures with their sources, and the house's own book beside them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from seawall import reference
from seawall.core.figures import MONEY, Figure, Source, beside
from seawall.core.money import Money
from seawall.entrypoints.web import formats
from seawall.entrypoints.web.charts.parts import locale_now
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.lifecycle.recover.queries.book import LEAST_YEARS, book
from seawall.lifecycle.strategy.queries.in_force import CURRENCY
from seawall.records.parties.viewer import Viewer


def unit_words() -> dict[str, str]:
    return {
        "rate": _("a policy and year"),
        "year": _("a year"),
        "times": pgettext("figure", "times"),
        "hours": _("hours"),
        "gb_s": _("GB a second"),
        "tb_day": _("TB a day"),
    }


def evidence_words() -> dict[str, str]:
    return {
        "verified": _("Read in a public page"),
        "derived": _("Computed from such figures"),
        "general": _("General knowledge, not read again"),
    }


def own_words() -> dict[str, str]:
    """The figures of `core.figures.BESIDE`."""
    return {
        "rate_on_line": _("Rate on line"),
        "mean_premium": _("Mean premium of a policy"),
        "mean_limit": _("Mean limit of a policy"),
        "claim_frequency": _("Claims a policy and year"),
    }


def kind_words() -> dict[str, str]:
    return {
        "market": _("Market"),
        "claims": _("Claims studies"),
        "survey": _("Surveys"),
        "event": _("Events"),
        "law": _("Law"),
        "exposure": _("Exposure"),
    }


def figure_text(value: Decimal, unit: str) -> str:
    """A figure with its unit, as the reader's language writes it."""
    locale = locale_now()
    if unit in MONEY:
        return formats.money_short(Money.of(round(value), unit), locale)
    if unit in ("share", "rate", "year"):
        text = formats.percent(value, locale, 2 if value < Decimal("0.1") else 0)
    else:
        text = formats.number(value, locale, 0 if value == value.to_integral_value() else 2)
    words = unit_words().get(unit, "")
    return f"{text} {words}".strip()


def _stated(figure: Figure) -> str:
    text = figure_text(figure.value, figure.unit)
    return {"about": _("about %(figure)s"), "over": _("over %(figure)s")}.get(figure.relation, "%(figure)s") % {
        "figure": text
    }


def _told(source: Source, language: str) -> dict[str, Any]:
    words = evidence_words()
    where = _("2022 white paper, section %(number)s") % {"number": source.paper} if source.paper else source.read_in
    return {
        "name": source.name[language],
        "where": f"{source.period} · {where}",
        "says": source.says[language] if source.says else "",
        "figures": [
            {
                "name": f.name[language],
                "text": _stated(f),
                "evidence": "" if f.evidence == "paper" else words[f.evidence],
            }
            for f in source.figures
        ],
    }


@require_safe
@desk_page("strategy")
def figures(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every published figure with its source; for the office the own book beside the market's."""
    language, now = language_of(request), timezone.now()
    sources = reference.market_figures()
    kinds = dict.fromkeys(source.kind for source in sources)
    context: dict[str, Any] = {
        "heading": _("Market and loss figures"),
        "kinds": [(kind_words()[kind], [_told(s, language) for s in sources if s.kind == kind]) for kind in kinds],
    }
    if viewer.office:
        own = book(viewer, on=timezone.localdate(now), at=now, currency=CURRENCY)
        names = own_words()
        context["book"], context["least_years"] = own, LEAST_YEARS
        context["beside"] = [
            {
                "name": names[row.code],
                "own": None if row.own is None else figure_text(row.own, row.figure.unit),
                "published": _stated(row.figure),
                "source": row.source.name[language],
                "ratio": None if row.ratio is None else formats.factor(row.ratio, locale_now()),
            }
            for row in beside(own.figures, sources)
        ]
    return render(request, "strategy/figures.html", context)
