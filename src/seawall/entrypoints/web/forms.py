"""Forms that show what an action said of what was typed. They check nothing themselves: the actions do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from seawall.core.problems import Refused
from seawall.entrypoints.sentences import by_field

UNSURE = ""
TIMES = {"万": 10**4, "亿": 10**8}


class Shown(forms.Form):
    """A form whose problems come from an action, at the field of each."""

    def attempt(self, work: Callable[[], Any]) -> Any:
        """Run `work`; None when it was refused, and then every sentence stands at its field. 403 and 404 pass on."""
        if not self.is_valid():
            return None
        try:
            return work()
        except Refused as refused:
            if refused.status in {403, 404} and refused.code in {"forbidden", "not_found"}:
                raise
            self.refuse(by_field(refused))
            return None

    def refuse(self, sentences: Mapping[str, list[str]]) -> None:
        """Put each sentence at its field, or on top where the form has no such field.

        A path that the form lacks is named before the sentence; a bare noun, such as `quote`, is what the page is of.
        """
        for field, lines in sentences.items():
            names = (field, field.rpartition(".")[2], "upload" if field == "file" else "")
            known = next((name for name in names if name in self.fields), None)
            for line in lines:
                self.add_error(known, f"{field}: {line}" if known is None and "." in field else line)


def text(label: Any, *, help: Any = "", rows: int = 0, required: bool = False) -> forms.CharField:
    """A line, or an area of `rows` lines."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, help_text=help, required=required, widget=widget)


def choice(label: Any, options: list[tuple[str, Any]], *, help: Any = "", radio: bool = False) -> forms.ChoiceField:
    """One of several; the first option is chosen when nothing was."""
    widget = forms.RadioSelect() if radio else forms.Select()
    return forms.ChoiceField(label=label, choices=options, help_text=help, required=False, widget=widget)


def yes_no(label: Any, *, help: Any = "") -> forms.ChoiceField:
    """Yes, no, or not known yet: not knowing is an answer."""
    options = [("yes", _("Yes")), ("no", _("No")), (UNSURE, _("Not known yet"))]
    field = choice(label, options, help=help, radio=True)
    field.initial = UNSURE
    return field


def truth(value: str) -> bool | None:
    """What `yes_no` says."""
    return {"yes": True, "no": False}.get(value)


def moment(label: Any, *, help: Any = "", required: bool = False) -> forms.DateTimeField:
    """Day and time in the reader's zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(label=label, help_text=help, required=required, widget=widget, input_formats=formats)


def day(label: Any, *, help: Any = "", required: bool = False) -> forms.DateField:
    """A calendar day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help, required=required, widget=widget, input_formats=["%Y-%m-%d"])


def upload(label: Any, *, help: Any = "") -> forms.FileField:
    """A file, looked at by the vault."""
    return forms.FileField(label=label, help_text=help, required=False, allow_empty_file=True)


def amount(label: Any, *, help: Any = "", currency: str = "CNY", required: bool = False) -> forms.CharField:
    """An amount as typed; the script reads it back beside the field, `core.money.parse_amount` decides."""
    attrs = {"maxlength": "60", "autocomplete": "off", "class": "figure-input", "data-amount": currency}
    widget = forms.TextInput(attrs=attrs)
    made = forms.CharField(label=label, help_text=help, required=required, max_length=60, widget=widget)
    made.currency = currency  # type: ignore[attr-defined]  # templates show the unit behind the control
    return made


def whole(text: str) -> int | str | None:
    """A whole number as typed (full-width digits, commas, 3.6万, 亿), None for nothing, the text itself otherwise."""
    cleaned = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if not cleaned:
        return None
    digits, times = (cleaned[:-1].rstrip(), TIMES[cleaned[-1]]) if cleaned[-1] in TIMES else (cleaned, 1)
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,8})?", digits):
        return text
    number = Decimal(digits) * times
    return int(number) if number == number.to_integral_value() else text
