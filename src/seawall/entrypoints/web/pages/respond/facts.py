"""What is known of an incident, told to people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from seawall.core.money import parse_amount
from seawall.core.problems import Refused
from seawall.entrypoints.web.pages.respond import words
from seawall.entrypoints.web.templatetags.seawall import moment, money, number
from seawall.lifecycle.respond.models import Incident
from seawall.records.parties.viewer import Viewer

# Kinds of entries whose words the platform wrote itself, in both languages.
OWN = ("task_done", "duty_done", "duty_waived")


def told(viewer: Viewer, held: Incident, language: str) -> list[dict[str, Any]]:
    """Times, contact and every known fact as {label, value}; a provider is not told of money."""
    found: list[dict[str, Any]] = [
        {"label": _("Discovered"), "value": moment(held.discovered_at)},
        {"label": _("Began"), "value": moment(held.occurred_at) if held.occurred_at else _("not known")},
        {"label": _("Reported"), "value": moment(held.reported_at)},
        {"label": _("Affected"), "value": held.affected or _("not known")},
        {"label": _("Contact"), "value": held.contact},
    ]
    hidden = {"currency", *(("direct_loss", "material", "mlps_level") if viewer.kind == "provider" else ())}
    for name, label in words.fact_labels().items():
        if name in held.facts and name not in hidden:
            found.append({"label": label, "value": _shown(name, held.facts)})
    return found


def _shown(name: str, facts: dict[str, Any]) -> Any:
    value = facts[name]
    if value is True:
        return _("Yes")
    if value is False:
        return _("No")
    if name == "direct_loss":
        try:
            return money(parse_amount(value, facts.get("currency", "CNY")))
        except Refused:
            return value
    if name.endswith("_at"):
        return moment(datetime.fromisoformat(value))
    if isinstance(value, int):
        return number(value)
    choices = words.choice_words()
    if isinstance(value, list):
        return _(", ").join(choices.get(str(code), str(code)) for code in value)
    return choices.get(str(value), value)


def spoken(text: str, kind: str, language: str) -> str:
    """An entry's words; of those the platform wrote, the reader's half."""
    if kind == "accepted":  # the name of who accepted, which stands beside it anyway
        return ""
    if kind in OWN and " / " in text:
        chinese, _slash, english = text.partition(" / ")
        return english if language == "en" else chinese
    return text
