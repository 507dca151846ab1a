"""States, kinds, facts and services of this stage, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from seawall import reference
from seawall.lifecycle.respond.queries import rules
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.queries import newest

TONES = {
    "notified": "bad", "triaged": "warn", "contained": "note", "closed": "ok",
    "due": "warn", "needs_facts": "note", "not_started": "idle", "done": "ok", "waived": "idle", "lapsed": "idle",
    "engaged": "warn", "accepted": "note", "reported": "ok", "declined": "idle",
    "open": "idle", "started": "note",
}  # fmt: skip


def statuses() -> dict[str, str]:
    """What each state is called."""
    return {
        "notified": pgettext("incident", "Notified"),
        "triaged": pgettext("incident", "Under way"),
        "contained": pgettext("incident", "Contained"),
        "closed": pgettext("incident", "Closed"),
        "due": pgettext("duty", "Due"),
        "needs_facts": pgettext("duty", "Waits for facts"),
        "not_started": pgettext("duty", "Not started"),
        "done": pgettext("duty", "Done"),
        "waived": pgettext("duty", "Does not apply"),
        "lapsed": pgettext("duty", "Lapsed"),
        "engaged": pgettext("engagement", "Called in"),
        "accepted": pgettext("engagement", "At work"),
        "reported": pgettext("engagement", "Reported"),
        "declined": pgettext("engagement", "Declined"),
        "open": pgettext("task", "Open"),
        "started": pgettext("task", "Started"),
    }


def badge(status: str) -> dict[str, str]:
    """Text and tone of a state."""
    return {"text": statuses().get(status, status), "tone": TONES.get(status, "idle")}


def events() -> dict[str, str]:
    """What each kind of line in the timeline is called."""
    return {
        "notified": _("Incident reported"),
        "triaged": pgettext("event", "Triage"),
        "contained": pgettext("incident", "Contained"),
        "closed": pgettext("incident", "Closed"),
        "reopened": pgettext("incident", "Reopened"),
        "note": pgettext("event", "Entry"),
        "task_done": _("Step done"),
        "engaged": _("Provider called in"),
        "accepted": _("Provider accepted"),
        "declined": _("Provider declined"),
        "reported": _("Provider reported"),
        "duty_done": _("Notice given"),
        "duty_waived": _("Duty set aside"),
    }


NUMERALS = {1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ"}


def grade_name(level: int | None, language: str) -> str:
    """The level of GB/T 20986-2023 with the standard's own name; "" before there is one."""
    if level is None:
        return ""
    name = reference.load("standards", "gbt20986-2023").body["grading"]["levels"][str(level)][language]
    return _("Level %(level)s: %(name)s") % {"level": NUMERALS[level], "name": name}


def grade_tone(level: int | None) -> str:
    return {1: "bad", 2: "bad", 3: "warn", 4: "note"}.get(level or 0, "idle")


def category_name(code: str, language: str) -> str:
    """The kind of incident in the standard's words."""
    return str(rules.known_category(code).name[language])


def fact_labels() -> dict[str, str]:
    """Every fact that may be known of an incident, as people say it."""
    return {
        "encrypted": _("Systems encrypted"),
        "backups_hit": _("Back-ups hit"),
        "ransom_note": _("Money demanded"),
        "personal_data": _("Personal data involved"),
        "people_affected": _("People whose data is affected"),
        "sensitive_people_affected": _("of them with sensitive data"),
        "high_risk_to_people": _("High risk to the people affected"),
        "whole_outage_minutes": _("Whole outage, minutes"),
        "main_function_outage_minutes": _("Outage of main functions, minutes"),
        "public_site_outage_minutes": _("Outage of a public site, minutes"),
        "daily_life_people": _("People whose daily life is affected"),
        "population_share": _("Share of the population affected (0 to 1)"),
        "population_span": _("Where that population lives"),
        "significant": _("Significant in the sense of NIS2"),
        "major_ict": _("Major ICT incident in the sense of DORA"),
        "material": _("Material to investors"),
        "public_interest_at_risk": _("National security or public interest at risk"),
        "extortion_paid": _("An extortion payment was made"),
        "extortion_paid_at": _("Extortion payment made at"),
        "determined_at": _("Determined to be reportable at"),
        "material_at": _("Determined to be material at"),
        "mlps_level": _("MLPS level of the system"),
        "operator": _("Kind of operator"),
        "direct_loss": _("Loss so far"),
        "currency": _("Currency of the loss"),
        "jurisdictions": _("Laws that apply"),
        "sectors": _("Regulated sectors"),
    }


def choice_words() -> dict[str, str]:
    """What the codes in facts are called."""
    return {
        "critical_infrastructure": _("Operator of critical information infrastructure"),
        "central_body": _("Central party or state body"),
        "other": pgettext("operator", "Other operator"),
        "none": pgettext("span", "Not a whole prefecture"),
        "prefecture": pgettext("span", "A prefecture or more"),
        "province": pgettext("span", "A province or more"),
        "CN": _("China"),
        "EU": _("European Union"),
        "US": _("United States"),
        "US-NY": _("New York"),
    }


def is_at_once(basis: Mapping[str, Any]) -> bool:
    """Whether a duty's rule gives no hours: its deadline is then the discovery itself."""
    return str(basis.get("amount", "")) in ("0", "0.0")


def named_facts(names: Iterable[str]) -> str:
    """A list of facts in words."""
    labels = fact_labels()
    return _(", ").join(labels.get(name, name) for name in names)


def phases() -> dict[str, str]:
    """The parts of a playbook, in order."""
    return {
        "first_hour": _("First hour"),
        "contain": _("Contain"),
        "eradicate": _("Eradicate"),
        "recover": pgettext("phase", "Recover"),
        "report": pgettext("phase", "Report"),
        "learn": _("Learn"),
    }


def bearers() -> dict[str, str]:
    """Who does a step or bears a duty."""
    return {
        "insured": pgettext("bearer", "Insured"),
        "insurer": pgettext("bearer", "Insurer"),
        "provider": pgettext("bearer", "Provider"),
        "broker": pgettext("bearer", "Broker"),
    }


def services(viewer: Viewer) -> dict[str, Any]:
    """The panel's services by code, {zh, en}, from the newest products."""
    found: dict[str, Any] = {}
    for product in newest(viewer, "products").values():
        found |= {service["code"]: service["name"] for service in product.body["services"]}
    return found
