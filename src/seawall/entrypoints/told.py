"""What a submission tells by itself, in the words of the questions that it answers. Follows the active language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from seawall import reference
from seawall.core.evidence.questionnaire import Questionnaire
from seawall.core.evidence.questions import Question
from seawall.core.money import Money
from seawall.core.submission import Submission
from seawall.core.texts import Text


def told(questionnaire: Questionnaire, submission: Submission, products: Mapping[str, Text]) -> dict[str, str]:
    """Question → answer for every question that the facts of the submission answer; `products` are names by code."""
    return {question.id: _told(question, submission, products) for question in questionnaire.told()}


def _told(question: Question, submission: Submission, products: Mapping[str, Text]) -> str:
    if question.fact == "request":
        return _request(submission, products)
    company = submission.company
    value: Any = getattr(company, question.fact.removeprefix("company."))
    match question.fact.removeprefix("company."):
        case "revenue":
            return _money(value)
        case "industry":
            return f"{value} {_industries().get(value[:3], {}).get(_lang(), '')}".strip()
        case "mlps_level":
            return _("Level %(n)s") % {"n": value} if value else pgettext("level", "None")
        case "critical_infrastructure":
            return pgettext("answer", "Yes") if value else pgettext("answer", "No")
        case "certificates":
            return _listed(f"{held.standard} ({held.valid_until.isoformat()})" for held in value)
        case "vendors":
            return _listed(vendor.name for vendor in value)
        case "domains":
            return _listed(value)
    return format_decimal(value, locale=_lang())


def _request(submission: Submission, products: Mapping[str, Text]) -> str:
    asked = submission.request
    parts = [
        products[asked.product][_lang()] if asked.product and asked.product in products else _("product left open"),
        _("limit %(amount)s") % {"amount": _money(asked.limit)},
        _("retention %(amount)s") % {"amount": _money(asked.retention)},
        _("waiting period %(n)s h") % {"n": asked.waiting_hours},
        _("from %(day)s") % {"day": asked.inception.isoformat()},
    ]
    return _listed(parts)


def _listed(parts: Any) -> str:
    return ("；" if _lang() == "zh" else "; ").join(parts) or pgettext("list", "None")


def _money(value: Money) -> str:
    return f"{value.currency} {format_decimal(value.amount, locale=_lang())}"


def _lang() -> str:
    return "zh" if (get_language() or "en").startswith("zh") else "en"


@cache
def _industries() -> dict[str, dict[str, str]]:
    sections = reference.load("industries").body["sections"]
    return {code: dict(name) for section in sections.values() for code, name in section["divisions"].items()}
