"""Words for what a risk universe says in codes."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from seawall.core.universe.model import UNINSURED
from seawall.lifecycle.strategy.queries.risks import Names


def grains() -> dict[str, str]:
    """At which grain a risk is described."""
    return {
        "industry": pgettext("grain", "Industry scenario"),
        "enterprise": pgettext("grain", "Risk family"),
        "scenario": pgettext("grain", "Scenario"),
        "other": pgettext("grain", "Business risk"),
    }


def grain_notes() -> dict[str, str]:
    """What stands at that grain."""
    return {
        "industry": _("met by companies of some industries only"),
        "enterprise": _("the grain at which losses are calculated"),
        "scenario": _("what exactly happens, as a part of a family"),
        "other": _("named and linked, but quantified by no cyber model"),
    }


def confidences() -> dict[str, tuple[str, str]]:
    """How sure a figure is: word and tone."""
    return {
        "verified": (pgettext("confidence", "Verified"), "ok"),
        "derived": (pgettext("confidence", "Derived"), "note"),
        "judgement": (pgettext("confidence", "Judgement"), "warn"),
    }


def actors() -> dict[str, str]:
    """The three kinds of actor of VERIS."""
    return {
        "external": pgettext("actor", "Outsiders"),
        "internal": pgettext("actor", "Own people"),
        "partner": pgettext("actor", "Partners"),
    }


def effects() -> dict[str, str]:
    """What a control works on."""
    return {
        "frequency": pgettext("effect", "how often"),
        "severity": pgettext("effect", "how badly"),
    }


def cover_name(names: Names, cover: str, language: str) -> str:
    """A cover as it is called, or that there is none."""
    if cover == UNINSURED:
        return _("Under no cover")
    found = names.covers.get(cover)
    return found[language] if found else cover


def control_name(names: Names, control: str, language: str) -> str:
    found = names.controls.get(control)
    return found[language] if found else control


def technique_name(names: Names, technique: str, language: str) -> str:
    """Its number with its name where it is known."""
    found = names.techniques.get(technique)
    return f"{technique} {found[language]}" if found else technique


def category_name(names: Names, category: str, language: str) -> str:
    found = names.categories.get(category)
    return f"{category} {found[language]}" if found else category
