"""Every problem code the platform can answer with, and the sentence a person reads for it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CODES: dict[str, str | Promise] = {
    "refused": _("This cannot be done."),
    "invalid": _("The input has errors."),
    "state.wrong": _("Not possible now: the %(noun)s is “%(state)s”, and “%(verb)s” does not lead on from there."),
    "money.unknown_currency": _("“%(currency)s” is not a currency code of ISO 4217. Write for example CNY, USD or EUR."),
    "money.not_an_amount": _("“%(text)s” is not an amount. Write for example 1200000, 1,200,000.50 or 120万."),
    "money.mixed_currencies": _("Amounts in %(left)s and %(right)s cannot be added."),
}
