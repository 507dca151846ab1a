"""The forms on the incident's page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from seawall import reference
from seawall.entrypoints.web.clocks import now_field
from seawall.entrypoints.web.forms import Shown, amount, choice, moment, text, truth, upload, whole, yes_no
from seawall.entrypoints.web.pages.respond import words
from seawall.lifecycle.respond.actions.triage import Findings
from seawall.lifecycle.respond.models import Incident
from seawall.lifecycle.respond.queries import rules

YES_NO = ("encrypted", "backups_hit", "ransom_note", "personal_data")
# The facts of the triage form in groups; what is asked of each follows from its kind in `rules.FACTS`.
GROUPS = (
    ("seen", (*YES_NO, "people_affected", "sensitive_people_affected", "high_risk_to_people")),
    ("outage", ("whole_outage_minutes", "main_function_outage_minutes", "public_site_outage_minutes",
                "daily_life_people", "population_share", "population_span")),
    ("law", ("operator", "mlps_level", "jurisdictions", "sectors", "public_interest_at_risk", "significant",
             "major_ict", "material", "determined_at", "material_at")),
    ("money", ("direct_loss", "extortion_paid", "extortion_paid_at")),
)  # fmt: skip
SCALES = {"importance": "importance", "business_loss": "severity", "social_harm": "severity"}


class EventForm(Shown):
    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"happened_at": now_field()})
        self.fields["words"] = text(_("What happened"), rows=2, required=True)
        self.fields["happened_at"] = moment(_("When"))
        self.fields["upload"] = upload(_("Evidence"), help=_("Kept unchanged in the vault"))


class TriageForm(Shown):
    """Category, the three scales of the grade, and every fact a duty or the grade may depend on.

    The form shows what is held, so what it brings back is the whole truth: an emptied fact is taken back.
    """

    def __init__(self, held: Incident, language: str, data: Any = None) -> None:
        super().__init__(data, initial=_initial(held))
        self.held, self.language = held, language
        kinds = [
            (code, f"{found.name[language]} ({code})") for code, found in rules.categories().items() if found.parent
        ]
        self.fields["category"] = choice(_("Category"), kinds, help=_("GB/T 20986-2023"))
        scales = reference.load("standards", "gbt20986-2023").body["grading"]["scales"]
        labels = {
            "importance": _("Importance of what is affected"),
            "business_loss": _("Business loss"),
            "social_harm": _("Social harm"),
        }
        for name, scale in SCALES.items():
            options = [(code, named[language]) for code, named in scales[scale].items()]
            self.fields[name] = choice(labels[name], options)
        for _group, names in GROUPS:
            for name in names:
                self.fields[name] = _field(name)
        self.fields["words"] = text(_("What triage found"), rows=3, help=_("Stands in the course of events."))

    def group(self, code: str) -> list[forms.BoundField]:
        return [self[name] for name in dict(GROUPS)[code]]

    def findings(self) -> Findings:
        """As the action takes them; only facts that differ from what is held are brought."""
        data, facts = self.cleaned_data, dict[str, Any]()
        for _group, names in GROUPS:
            for name in names:
                value = _value(name, data[name])
                if value != self.held.facts.get(name) or isinstance(value, datetime):
                    facts[name] = value
        codes = {name: data[name] for name in SCALES}
        return Findings(facts=facts, category=data["category"], words=data["words"], **codes)


def _field(name: str) -> forms.Field:
    label, kind = words.fact_labels()[name], rules.FACTS[name]
    choices = words.choice_words()
    if kind is bool:
        return yes_no(label)
    if kind is datetime:
        return moment(label)
    if name == "direct_loss":
        return amount(label)
    if name == "jurisdictions":
        options = [(code, choices[code]) for code in rules.JURISDICTIONS]
        widget = forms.CheckboxSelectMultiple()
        return forms.MultipleChoiceField(label=label, choices=options, required=False, widget=widget)
    if isinstance(kind, tuple):
        return choice(label, [("", _("Not known yet")), *((code, choices[code]) for code in kind)])
    if name == "sectors":
        return text(label, help=_("Separated by commas, e.g. finance, health"))
    field = text(label)
    field.widget.attrs |= {"class": "figure-input", "autocomplete": "off"}
    return field


def _value(name: str, given: Any) -> Any:
    """What a field says, as `rules.read_facts` takes it."""
    kind = rules.FACTS[name]
    if kind is bool:
        return truth(given)
    if kind is int:
        return whole(given)
    if name == "sectors":
        return sorted({part.strip() for part in given.replace("，", ",").split(",") if part.strip()}) or None
    if name == "jurisdictions":
        return sorted(given) or None
    return given or None


def _initial(held: Incident) -> dict[str, Any]:
    said = {True: "yes", False: "no"}
    shown: dict[str, Any] = {"category": held.category, **{name: held.grading.get(name, "") for name in SCALES}}
    for name, value in held.facts.items():
        if isinstance(value, bool):
            shown[name] = said[value]
        elif name == "sectors":
            shown[name] = ", ".join(value)
        elif rules.FACTS.get(name) is datetime:
            shown[name] = timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%dT%H:%M")
        else:
            shown[name] = value
    return {"jurisdictions": ["CN"], **shown}


class ReasonForm(Shown):
    """One text: a lesson, a reason, a brief."""

    def __init__(self, name: str, label: str, data: Any = None, *, help: str = "", rows: int = 3) -> None:
        super().__init__(data)
        self.fields[name] = text(label, help=help, rows=rows)


class ContainForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"when": now_field()})
        self.fields["when"] = moment(_("Spreads no further since"))
        self.fields["words"] = text(_("How it was contained"), rows=3)


class DutyForm(Shown):
    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"when": now_field()})
        self.fields["when"] = moment(_("Notice given at"))
        self.fields["upload"] = upload(_("Receipt"), help=_("The proof, such as the authority's receipt"))
        self.fields["note"] = text(_("Note"))


class FindingsForm(Shown):
    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["findings"] = text(_("Findings in brief"), rows=4)
        self.fields["upload"] = upload(_("Report"), help=_("PDF, document or text; kept unchanged in the vault"))


def blank() -> Mapping[str, Shown]:
    """Every small form of the page, empty."""
    return {
        "event_form": EventForm(),
        "contain_form": ContainForm(),
        "close_form": ReasonForm(
            "lesson", _("What is learnt"), help=_("One lesson that would have prevented or shortened it.")
        ),
        "duty_form": DutyForm(),
        "waive_form": ReasonForm("reason", _("Why it does not apply")),
        "engage_form": ReasonForm("brief", _("What they should do")),
        "decline_form": ReasonForm("reason", _("Why you cannot take it")),
        "findings_form": FindingsForm(),
        "reopen_form": ReasonForm("reason", _("Why it is reopened")),
    }
