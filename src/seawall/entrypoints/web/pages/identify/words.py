"""Codes of this stage in people's words. Each function reads the active language when it is called."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from seawall.core.evidence.observations import Checks
from seawall.core.evidence.questionnaire import Questionnaire
from seawall.core.evidence.questions import UNKNOWN, Question
from seawall.core.texts import Text
from seawall.entrypoints.messages import CODES
from seawall.entrypoints.web import formats
from seawall.entrypoints.web.charts.parts import locale_now
from seawall.entrypoints.words import treatment_words

Tone = tuple[str, str]


def submission_status(code: str) -> Tone:
    """How far a submission has come: words and tone."""
    return {
        "draft": (pgettext("submission", "Draft"), "idle"),
        "submitted": (pgettext("submission", "Submitted"), "note"),
        "assessed": (pgettext("submission", "Assessed"), "ok"),
        "declined": (pgettext("submission", "Declined"), "bad"),
        "closed": (pgettext("submission", "Closed"), "idle"),
    }[code]


def scan_status(code: str) -> Tone:
    return {
        "ordered": (pgettext("scan", "Waiting for its turn"), "note"),
        "running": (pgettext("scan", "Under way"), "note"),
        "done": (pgettext("scan", "Finished"), "ok"),
        "failed": (pgettext("scan", "Stopped"), "bad"),
    }[code]


def severity(code: str) -> Tone:
    return {
        "critical": (pgettext("severity", "Critical"), "bad"),
        "high": (pgettext("severity", "High"), "bad"),
        "medium": (pgettext("severity", "Medium"), "warn"),
        "low": (pgettext("severity", "Low"), "note"),
        "info": (pgettext("severity", "For information"), "idle"),
    }[code]


def finding_state(code: str) -> Tone:
    return {
        "found": (pgettext("finding", "Fault found"), "bad"),
        "could_not_check": (pgettext("finding", "Could not be checked"), "idle"),
        "not_found": (pgettext("finding", "In order"), "ok"),
    }[code]


def control_state(code: str) -> str:
    return {
        "absent": pgettext("control", "absent"),
        "partial": pgettext("control", "partial"),
        "present": pgettext("control", "present"),
    }[code]


def treatment(code: str) -> Tone:
    """What should be done about a residual risk."""
    tones = {"reduce": "warn", "transfer": "note", "retain": "ok"}
    return treatment_words()[code], tones.get(code, "idle")


def evidence_source(code: str) -> str:
    return {
        "answer": _("Answer"),
        "observation": _("Seen from outside"),
        "certificate": _("Certificate"),
        "log": _("Log"),
        "import": _("Own tools"),
    }.get(code, code)


def settles(claim: str, *, overstated: bool) -> str:
    """What puts an end to a contradiction between a claim of this source and a sighting."""
    if not overstated:
        return _("Answer anew: what was seen is better than what was said.")
    if claim == "certificate":
        return _("Mend it and have it looked at again, or show that the asset lies outside the certificate's scope.")
    return _("Mend it and have it looked at again, correct the answer, or dispute an asset that is another's.")


def vendor_categories() -> dict[str, str]:
    return {
        "cloud": pgettext("vendor", "Cloud"),
        "hosting": pgettext("vendor", "Hosting and data centre"),
        "saas": pgettext("vendor", "Software as a service"),
        "email": pgettext("vendor", "E-mail"),
        "payment": pgettext("vendor", "Payment"),
        "dns_cdn": pgettext("vendor", "DNS and content delivery"),
        "telecom": pgettext("vendor", "Telecoms and messaging"),
        "security": pgettext("vendor", "Security services"),
        "software": pgettext("vendor", "Software maker"),
        "it_service": pgettext("vendor", "IT services"),
        "other": pgettext("vendor", "Other"),
    }


def certificate_standards() -> dict[str, str]:
    return {
        "iso27001": "ISO/IEC 27001",
        "iso27701": "ISO/IEC 27701",
        "iso22301": "ISO 22301",
        "mlps": pgettext("certificate", "MLPS test report"),
        "soc2": "SOC 2",
        "pci_dss": "PCI DSS",
    }


def unreachable(reason: str) -> str:
    """Why a check could not be made, or why a name server showed no token."""
    if reason == "missing":
        return _("The record is not there, or holds something else.")
    text = CODES.get(reason) or CODES.get(f"outbound.{reason}")
    return str(text) if text else reason


def source_of(ref: str, questionnaire: Questionnaire, checks: Checks, language: str) -> str:
    """What a piece of evidence rests on, in words: a question, a certificate, a check on a host."""
    kind, _colon, name = ref.partition(":")
    if kind == "answer":
        question = questionnaire.question(name)
        return f"{name} {question.text[language]}" if question else name
    if kind == "certificate":
        return certificate_standards().get(name, name)
    code, _at, asset = ref.partition("@")
    check = checks.checks.get(code)
    return f"{check.title[language]} ({asset})" if check else ref


def said(question: Question, value: str, language: str) -> str:
    """An answer as people read it."""
    if value in question.options:
        return question.options[value][language]
    if value == UNKNOWN:
        return unknown()
    if question.kind == "number":
        number = formats.number(_decimal(value), locale_now())
        unit = question.unit[language] if question.unit else ""
        return f"{number} {unit}".strip()
    return value


def _decimal(value: str) -> Decimal:
    try:
        return Decimal(value)
    except InvalidOperation:
        return Decimal(0)


def unknown() -> str:
    return pgettext("answer", "Not known")


def name_of(text: Text | None, language: str, code: str) -> str:
    """A text of the reference data, or the bare code where there is none."""
    return text[language] if text else code
