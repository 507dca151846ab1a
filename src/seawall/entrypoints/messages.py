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
    "document.not_a_map": _("A map of names and values is expected here."),
    "document.unknown_key": _("“%(key)s” is not known here; check the spelling."),
    "document.missing": _("This must be filled in."),
    "document.missing_language": _("The text is missing in the language “%(language)s”."),
    "document.unknown": _("“%(value)s” is not one of the known codes."),
    "document.not_a_number": _("A number is expected here."),
    "document.out_of_range": _("The number must lie between %(low)s and %(high)s."),
    "document.not_yes_or_no": _("Yes or no (true or false) is expected here."),
    "document.not_a_date": _("A day is expected here, written like 2026-11-30."),
    "document.not_a_list": _("A list is expected here."),
    "document.twice": _("“%(value)s” stands here twice."),
    "product.cover_not_offered": _("The product “%(product)s” does not offer the cover “%(cover)s”."),
    "product.cover_required": _("The cover “%(cover)s” is part of the product “%(product)s” and cannot be left out."),
    "product.no_cover": _("Choose at least one cover of the product “%(product)s”."),
}
