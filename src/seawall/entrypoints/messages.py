"""Every problem code the platform can answer with, and the sentence a person reads for it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CODES: dict[str, str | Promise] = {
    "refused": _("This cannot be done."),
    "invalid": _("The input has errors."),
    "state.wrong": _("Not possible now: the %(noun)s is “%(state)s”, and “%(verb)s” does not lead on from there."),
    "money.unknown_currency": _(
        "“%(currency)s” is not a currency code of ISO 4217. Write for example CNY, USD or EUR."
    ),
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
    "text.missing": _("The text in “%(language)s” is missing."),
    "reference.unknown": _("No reference document “%(kind)s %(id)s %(version)s” ships with the platform."),
    "reference.ambiguous": _("There are several documents of the kind “%(kind)s”: name one of %(ids)s."),
    "reference.not_a_document": _("A reference document is a mapping with a header and a body."),
    "reference.header_missing": _("The header entry “%(key)s” is missing."),
    "reference.header_form": _("“%(text)s” is not a valid “%(key)s” for a header."),
    "reference.broken": _("“%(text)s” does not fit here."),
    "reference.unknown_control": _("There is no control “%(control)s”."),
    "document.misspelt_key": _("There is no entry “%(key)s”. Did you mean “%(suggestion)s”?"),
    "document.choice": _("“%(text)s” is not one of: %(choices)s."),
    "document.blank": _("This must not be empty."),
    "document.too_long": _("At most %(longest)s characters."),
    "document.too_many": _("At most %(most)s items."),
    "document.form": _("“%(text)s” is not written in the expected form."),
    "document.not_text": _("Text is expected here."),
    "document.not_whole_number": _("A whole number is expected here."),
    "document.not_amount": _("An amount is expected here: a number, text, or an amount with its currency."),
    "document.negative": _("%(text)s is below zero."),
    "document.no_such_day": _("There is no day “%(text)s” in the calendar."),
    "document.absurd_amount": _("%(amount)s cannot be right: at most %(most)s is accepted."),
    "host.form": _("“%(text)s” is not a domain name. Write for example shop.example.com, without http:// or a path."),
    "host.address": _("“%(text)s” is an address. Name the domain instead."),
    "host.private": _("“%(text)s” has no meaning on the public internet."),
    "host.shared_suffix": _("“%(text)s” is a shared suffix under which anybody may register. Name your own domain."),
    "submission.credit_code_missing": _("A company registered in mainland China gives its unified social credit code."),
    "submission.credit_code": _(
        "“%(text)s” is not a unified social credit code: its length, signs or check digit are wrong."
    ),
    "submission.industry": _("“%(text)s” is not an industry of GB/T 4754-2017. Write for example I, I65 or I6513."),
    "submission.country": _("“%(text)s” is not a country code of ISO 3166. Write for example CN, HK or SG."),
    "submission.limit_zero": _("The limit must be more than zero."),
    "submission.retention_over_limit": _("The retention (%(retention)s) must be below the limit (%(limit)s)."),
    "submission.inception_past": _("Cover cannot begin on %(day)s: that is before %(as_of)s."),
    "submission.inception_far": _("Cover cannot begin on %(day)s: that is more than %(days)s days ahead."),
    "submission.answered_in_future": _("The answer is dated %(day)s, which is still to come."),
    "submission.consent_empty": _("The consent names no domain."),
    "submission.consent_not_theirs": _("“%(text)s” is not among the company's domains."),
    "submission.consent_reversed": _("The consent ends (%(last)s) before it begins (%(first)s)."),
    "submission.consent_expired": _("The consent ended on %(last)s."),
    "submission.consent_long": _("A consent runs for at most %(days)s days."),
    "questionnaire.unknown_question": _("There is no question “%(question)s” in this questionnaire."),
    "questionnaire.not_answered": _("This question still needs an answer."),
    "questionnaire.not_asked": _("This question does not arise here, so no answer is expected."),
    "questionnaire.choice": _("“%(text)s” is not one of the answers: %(choices)s."),
    "questionnaire.number": _("“%(text)s” is not a number between %(low)s and %(high)s."),
    "questionnaire.forward_condition": _(
        "The condition looks at “%(question)s”, which is not asked before this question."
    ),
    "questionnaire.impossible_condition": _(
        "The condition asks for answers that “%(question)s” does not have: %(values)s."
    ),
    "questionnaire.dead": _("This question can never be asked."),
    "questionnaire.repeated": _("The question “%(question)s” stands twice."),
}
