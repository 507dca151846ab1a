"""The forms on the incident's page."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from seawall.entrypoints.web.forms import Shown, choice, moment, text, upload, yes_no
from seawall.entrypoints.web.templatetags.seawall import local
from seawall.lifecycle.respond.models import Incident
from seawall.lifecycle.respond.queries import rules


def fact_labels() -> dict[str, str]:
    """Facts that people read and correct on this page."""
    return {
        "encrypted": _("Systems encrypted"),
        "backups_hit": _("Back-ups hit"),
        "ransom_note": _("Money demanded"),
        "personal_data": _("Personal data involved"),
        "people_affected": _("People whose data is affected"),
        "whole_outage_minutes": _("Whole outage, minutes"),
        "direct_loss": _("Loss so far"),
    }


class EventForm(Shown):
    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["words"] = text(_("What happened"), rows=2)
        self.fields["happened_at"] = moment(_("When"))
        self.fields["upload"] = upload(_("Evidence"), help=_("Kept unchanged in the vault"))


class TriageForm(Shown):
    """Category, facts and the two scales of the grade; what is left as it is stays."""

    def __init__(self, held: Incident, data: Any = None) -> None:
        super().__init__(data, initial={"category": held.category, **_initial(held)})
        named = [(code, f"{code} {local(found.name)}") for code, found in rules.categories().items() if found.parent]
        self.fields["category"] = choice(_("Category"), named, help=_("GB/T 20986-2023"))
        labels = fact_labels()
        for name in ("encrypted", "backups_hit", "ransom_note", "personal_data"):
            self.fields[name] = yes_no(labels[name])
        for name in ("people_affected", "whole_outage_minutes", "direct_loss"):
            self.fields[name] = text(labels[name])
        self.fields["words"] = text(_("What triage found"), rows=2)


def _initial(held: Incident) -> dict[str, Any]:
    words = {True: "yes", False: "no"}
    return {name: words.get(value, value) if isinstance(value, bool) else value for name, value in held.facts.items()}


class ReasonForm(Shown):
    """One text: a lesson, a reason, a brief, findings."""

    def __init__(self, name: str, label: str, data: Any = None, *, help: str = "", rows: int = 2) -> None:
        super().__init__(data)
        self.fields[name] = text(label, help=help, rows=rows)


class ContainForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"when": timezone.localtime().strftime("%Y-%m-%dT%H:%M")})
        self.fields["when"] = moment(_("Contained at"))
        self.fields["words"] = text(_("How"), rows=2)


class DutyForm(Shown):
    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"when": timezone.localtime().strftime("%Y-%m-%dT%H:%M")})
        self.fields["when"] = moment(_("Notice given at"))
        self.fields["upload"] = upload(_("Receipt"))
        self.fields["note"] = text(_("Note"))


class FindingsForm(Shown):
    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["findings"] = text(_("Findings in brief"), rows=3)
        self.fields["upload"] = upload(_("Report"))


def blank(held: Incident) -> dict[str, Shown]:
    """Every form of the page, empty."""
    return {
        "event_form": EventForm(),
        "triage_form": TriageForm(held),
        "contain_form": ContainForm(),
        "close_form": ReasonForm("lesson", _("What is learnt"), help=_("Goes to the risk universe and the price.")),
        "duty_form": DutyForm(),
        "waive_form": ReasonForm("reason", _("Why it does not apply")),
        "engage_form": ReasonForm("brief", _("Brief for the provider")),
        "decline_form": ReasonForm("reason", _("Why you decline")),
        "findings_form": FindingsForm(),
        "reopen_form": ReasonForm("reason", _("Why it is reopened")),
    }
