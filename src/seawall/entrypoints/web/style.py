"""The style page: every component with figures a desk would see. Served only where DEBUG is on."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from seawall.core.money import Money
from seawall.entrypoints.web import charts
from seawall.entrypoints.web.stages import STAGES

SAMPLES = Path(__file__).with_name("style.yaml")


def in_language(value: Any, language: str) -> Any:
    """The samples in one language: {zh, en} maps become their text, “CNY 5000” becomes money."""
    if isinstance(value, dict):
        if value.keys() == {"zh", "en"}:
            return value[language]
        return {key: in_language(inner, language) for key, inner in value.items()}
    if isinstance(value, list):
        return [in_language(inner, language) for inner in value]
    if isinstance(value, str) and value.startswith("CNY "):
        return Money.of(value.removeprefix("CNY "), "CNY")
    return value


class Enquiry(forms.Form):
    def __init__(self, words: Mapping[str, Any], data: Mapping[str, str]) -> None:
        super().__init__(data)
        kinds: dict[str, forms.Field] = {
            "name": forms.CharField(),
            "domain": forms.CharField(),
            "industry": forms.ChoiceField(),
            "revenue": forms.CharField(),
            "backup": forms.ChoiceField(widget=forms.RadioSelect),
            "note": forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3})),
            "consent": forms.BooleanField(),
        }
        for name, made in kinds.items():
            made.label, made.help_text = words[name]["label"], words[name]["help_text"]
            if isinstance(made, forms.ChoiceField):
                made.choices = words[name]["choices"]
            self.fields[name] = made


def pictures(samples: Mapping[str, Any]) -> dict[str, charts.Spec]:
    """One chart of every kind."""
    exceedance = samples["exceedance"]
    points = [charts.Part(label, Decimal(str(value))) for label, value in samples["contributions"]]
    options = [charts.Fix(label, Decimal(str(gain)), cost, saved) for label, gain, cost, saved in samples["fixes"]]
    return {
        "exceedance": charts.exceedance(
            [(chance, loss) for chance, loss in exceedance["curve"]],
            [charts.Line(kind, at) for kind, at in exceedance["lines"]],
        ),
        "score": charts.score([charts.Reading(*reading) for reading in samples["score"]], peer=66),
        "contributions": charts.contributions(Decimal(50), points),
        "premium": charts.premium([charts.MoneyPart(label, value) for label, value in samples["premium"]]),
        "bridge": charts.bridge([charts.MoneyPart(label, value) for label, value in samples["bridge"]]),
        "fixes": charts.fixes(options),
        "timeline": charts.timeline([charts.Event(*event) for event in samples["timeline"]]),
    }


def page(request: HttpRequest) -> HttpResponse:
    """Every component once, in the reader's language."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    samples = in_language(yaml.safe_load(SAMPLES.read_text("utf-8")), language)
    unclear = samples["unclear"]
    typed = {"name": samples["heading"], "domain": "jn-precision.cn", "revenue": unclear["revenue"], "backup": "partly"}
    form = Enquiry(samples["form"], typed)
    form.add_error("revenue", unclear["error"])
    stages: list[dict[str, Any]] = [
        {"label": s.label, "url": f"#{s.code}", "stage": s.code, "active": s.code == "protect"} for s in STAGES
    ]
    stages[2] |= {"count": 12, "dock": True}
    stages[4] |= {"count": 2, "alarm": True, "dock": True}
    context = samples | {
        "nav": stages + samples["others"],
        "desk": "office",
        "stage": "protect",
        "charts": pictures(samples["pictures"]),
        "form": form,
        "urls": {"strategy": "#", "identify": "#"},
    }
    return render(request, "style.html", context)
