"""The small forms on the claim's page, and how larger ones are put together from rows."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from seawall.core.money import Money, parse_amount
from seawall.core.problems import Refused
from seawall.entrypoints.sentences import by_field
from seawall.entrypoints.web.forms import Shown, amount, choice, day, text, upload
from seawall.lifecycle.recover.models import Claim


class OpenForm(Shown):
    def __init__(self, policies: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        own = ("", _("The one that answers for the day of discovery"))
        self.fields["policy"] = choice(_("Policy"), [own, *policies])
        self.fields["requested_on"] = day(
            _("Claim made on"), help=_("Empty: the day of the notice. The 30 days to assess count from it.")
        )
        self.fields["reserve"] = amount(_("First reserve"), help=_("What is likely to be paid; it can be revised."))


def _plain(money: Money) -> str:
    return f"{money.amount:,.2f}"


class ReserveForm(Shown):
    def __init__(self, held: Claim, data: Any = None) -> None:
        super().__init__(data)
        self.fields["amount"] = amount(_("Still expected to be paid"), currency=held.currency)
        self.fields["reason"] = text(_("Why"), rows=2)


class ApproveForm(Shown):
    def __init__(self, held: Claim, data: Any = None) -> None:
        initial = {"amount": _plain(Money(held.payable, held.currency))}
        super().__init__(data, initial=initial)
        self.fields["amount"] = amount(
            _("Allowed in all"), currency=held.currency, help=_("Including what is paid already")
        )
        self.fields["note"] = text(_("Note"), rows=2, help=_("Seen by the office alone"))


class PayForm(Shown):
    def __init__(self, held: Claim, language: str, data: Any = None) -> None:
        company = held.company.name_en if language == "en" and held.company.name_en else held.company.name_zh
        outstanding = Money(max(0, held.outstanding), held.currency)
        initial = {"amount": _plain(outstanding), "payee": company, "key": str(uuid.uuid4())}
        super().__init__(data, initial=initial)
        self.fields["amount"] = amount(_("Amount"), currency=held.currency, required=True)
        self.fields["payee"] = text(_("Payee"), required=True)
        # The same order sent twice is one payment: the key names it.
        self.fields["key"] = forms.CharField(widget=forms.HiddenInput(), required=False)


class ReasonForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"] = text(_("Why"), rows=3)


class CloseForm(ReasonForm):
    """With a box for the one way in which an unsettled claim ends."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["withdrawn"] = forms.BooleanField(label=_("The insured withdraws the claim"), required=False)


class ProofForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["on"] = day(
            _("Complete on"), help=_("Empty: today. The 60 days to an advance payment count from it.")
        )


class PaperForm(Shown):
    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["upload"] = upload(_("Paper"), help=_("PDF, picture, spreadsheet or text; kept unchanged"))


def blank(held: Claim) -> dict[str, Shown]:
    """Every small form of the page, empty."""
    return {
        "reserve_form": ReserveForm(held),
        "approve_form": ApproveForm(held),
        "close_form": CloseForm(),
        "deny_form": ReasonForm(),
        "reopen_form": ReasonForm(),
        "proof_form": ProofForm(),
        "paper_form": PaperForm(),
    }


class Row(Shown):
    """A row of a larger form; its fields are named prefix.field, as problems are."""

    def add_prefix(self, field_name: str) -> str:
        return f"{self.prefix}.{field_name}" if self.prefix else field_name

    @property
    def begun(self) -> bool:
        """Whether anything that is typed stands in it."""
        return any(
            isinstance(field, forms.CharField) and self.cleaned_data.get(name, "").strip()
            for name, field in self.fields.items()
        )


def grouped(values: Mapping[str, Any], currency: str, *names: str) -> dict[str, Any]:
    """The same with the named amounts written in thousands, however they were typed."""
    shown = dict(values)
    for name in names:
        if shown.get(name):
            plain = parse_amount(shown[name], currency).amount
            shown[name] = f"{plain:,.0f}" if plain == plain.to_integral_value() else f"{plain:,f}"
    return shown


def numbers_of(data: Mapping[str, Any] | None, prefix: str) -> list[int]:
    """Which rows of `prefix` a posted form has, in order."""
    found = (re.match(rf"{re.escape(prefix)}\.(\d{{1,3}})\.", name) for name in data or ())
    return sorted({int(match[1]) for match in found if match})


class Rows:
    """Several forms sent as one: `parts` by prefix. Sentences go to the part and field that `place` names.

    `place` turns a problem's path into (prefix, field); None for what concerns the whole.
    """

    def __init__(self, parts: Mapping[str, Shown]) -> None:
        self.parts = parts
        self.general: list[str] = []

    @property
    def failed(self) -> bool:
        return bool(self.general) or any(part.errors for part in self.parts.values() if part.is_bound)

    @property
    def count(self) -> int:
        bound = (part for part in self.parts.values() if part.is_bound)
        return len(self.general) + sum(len(part.errors) for part in bound)

    @property
    def problems(self) -> list[dict[str, str]]:
        """For the summary on top: where to look."""
        bound = [part for part in self.parts.values() if part.is_bound]
        return [
            {"label": str(part[name].label), "id": part[name].id_for_label or part[name].auto_id}
            for part in bound
            for name in part.errors
            if name in part.fields
        ]

    def attempt(self, work: Callable[[], Any], place: Callable[[str], tuple[str, str] | None]) -> Any:
        """Run `work`; None when it was refused. 403 and 404 pass on."""
        valid = [part.is_valid() for part in self.parts.values()]  # every part, so that each tells its problems
        if not all(valid):
            return None
        try:
            return work()
        except Refused as refused:
            if refused.status in {403, 404} and refused.code in {"forbidden", "not_found"}:
                raise
            for path, lines in by_field(refused).items():
                self._refuse(place(path), lines)
            return None

    def _refuse(self, where: tuple[str, str] | None, lines: Iterable[str]) -> None:
        part = self.parts.get(where[0]) if where else None
        if where is None or part is None:
            self.general += [line for line in lines if line not in self.general]
            return
        for line in lines:
            part.add_error(where[1] if where[1] in part.fields else None, line)
