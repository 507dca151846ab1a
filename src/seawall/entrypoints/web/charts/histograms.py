"""Histograms: where one stands among many."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from seawall.entrypoints.web import formats
from seawall.entrypoints.web.charts.parts import Spec, locale_now, sentences, table


def peers(found: Mapping[str, Any], score: Mapping[str, Any], *, title: str = "") -> Spec:
    """Scores of synthetic companies of the same size and industry, and this company's with its interval among them.

    `found` is the `peers` of an assessment's result, `score` its `score`.
    """
    locale = locale_now()

    def whole(value: float) -> str:
        return formats.number(Decimal(str(value)), locale, 0)

    def share(value: float) -> str:
        return formats.percent(Decimal(str(value)), locale, 0)

    step = 100 // len(found["bars"])
    bars = [
        {"from": low, "to": low + step, "share": bar, "text": f"{low}–{low + step}", "said": share(bar)}
        for low, bar in zip(range(0, 100, step), found["bars"], strict=True)
    ]
    quantiles = found["quantiles"]
    said = [
        gettext("Scores higher than %(share)s of companies like it (%(low)s to %(high)s at the ends of its interval).")
        % {"share": share(found["below"]), "low": share(found["below_low"]), "high": share(found["below_high"])},
        gettext("Half of them lie between %(low)s and %(high)s, the middle one at %(middle)s.")
        % {"low": whole(quantiles[2]), "high": whole(quantiles[4]), "middle": whole(quantiles[3])},
        gettext("They are computed from how common controls are, not real companies."),
    ]
    return {
        "kind": "histogram",
        "title": title or gettext("Among companies of its industry and size"),
        "summary": sentences(said),
        "rows": table([gettext("Score"), gettext("Share of companies")], [[b["text"], b["said"]] for b in bars]),
        "axes": {"x": gettext("Score"), "y": gettext("Share of companies")},
        "names": {"score": gettext("This company"), "interval": gettext("Interval of nine in ten")},
        "bars": bars,
        "at": {"score": score["value"], "low": score["low"], "high": score["high"], "text": whole(score["value"])},
    }
