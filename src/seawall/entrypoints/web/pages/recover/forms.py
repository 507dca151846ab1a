"""The small forms on the claim's page."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from seawall.core.money import Money
from seawall.entrypoints.web.forms import Shown, choice, day, text, upload
from seawall.lifecycle.recover.models import Claim


class OpenForm(Shown):
    def __init__(self, incidents: list[tuple[str, str]], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["incident"] = choice(_("Incident"), incidents)
        self.fields["requested_on"] = day(_("Claim made on"), help=_("Empty: the day of the notice"))
        self.fields["reserve"] = text(_("First reserve"), help=_("In yuan; 120万 is understood"))


class ReserveForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["amount"] = text(_("Reserve"), help=_("In yuan; 120万 is understood"))
        self.fields["reason"] = text(_("Why"), rows=2)


class ApproveForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["amount"] = text(_("Amount approved in all"), help=_("Empty: everything payable"))
        self.fields["note"] = text(_("Note"))


class PayForm(Shown):
    def __init__(self, held: Claim, data: Any = None) -> None:
        outstanding = Money(max(0, held.outstanding), held.currency)
        initial = {"amount": f"{outstanding.amount:f}", "payee": held.company.name_zh, "key": str(uuid.uuid4())}
        super().__init__(data, initial=initial)
        self.fields["amount"] = text(_("Amount"))
        self.fields["payee"] = text(_("Payee"))
        self.fields["key"] = forms.CharField(widget=forms.HiddenInput(), required=False)


class ReasonForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"] = text(_("Why"), rows=2)


class ProofForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["on"] = day(_("Papers complete on"))


class PaperForm(Shown):
    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["upload"] = upload(_("Paper"), help=_("PDF, picture, spreadsheet or text; kept unchanged"))


def blank(held: Claim) -> dict[str, Shown]:
    """Every small form of the page, empty."""
    return {
        "reserve_form": ReserveForm(),
        "approve_form": ApproveForm(),
        "pay_form": PayForm(held),
        "close_form": ReasonForm(),
        "deny_form": ReasonForm(),
        "reopen_form": ReasonForm(),
        "proof_form": ProofForm(),
        "paper_form": PaperForm(),
    }
