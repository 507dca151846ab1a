"""Words that commands, pages and papers share."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def state_words() -> dict[str, str]:
    """The three states of a control."""
    return {
        "absent": pgettext("control", "absent"),
        "partial": pgettext("control", "partial"),
        "present": pgettext("control", "present"),
    }


def evidence_words() -> dict[str, str]:
    """The kinds of evidence still to be had."""
    return {
        "answer": _("Answer, with a file that bears it out"),
        "file": _("File that bears out the answer given"),
        "scan": _("Look from outside"),
    }


def treatment_words() -> dict[str, str]:
    """What to do with a residual risk."""
    return {
        "reduce": pgettext("treatment", "Reduce first"),
        "transfer": pgettext("treatment", "Insure"),
        "retain": pgettext("treatment", "Retain"),
        "no_cover": pgettext("treatment", "No cover to be had"),
    }


def method_words() -> dict[str, str]:
    """The two methods of calculation of GB/T 20984."""
    return {"matrix": pgettext("method", "matrix"), "multiplication": pgettext("method", "multiplication")}


def gate_words() -> dict[str, str]:
    """The three gates of a claim, in their order."""
    return {
        "liable": pgettext("gate", "Liable"),
        "proven": pgettext("gate", "Loss proven"),
        "scope": pgettext("gate", "Within the cover"),
    }


def outcome_words() -> dict[str, str]:
    """What a gate, an item or a clause comes to."""
    return {
        "passed": pgettext("outcome", "Passed"),
        "failed": pgettext("outcome", "Not passed"),
        "partly": pgettext("outcome", "In part"),
        "needs_evidence": pgettext("outcome", "Needs evidence"),
        "met": pgettext("outcome", "Met"),
        "breached": pgettext("outcome", "Against cover"),
        "unknown": pgettext("outcome", "Not known"),
        "not_effective": pgettext("outcome", "Not effective"),
        "reduced": pgettext("outcome", "Reduces"),
    }


def bridge_words() -> dict[str, str]:
    """What takes a loss down to what is paid, in the order of the terms."""
    return {
        "disallowed": _("Not admitted"),
        "retained": _("Retention"),
        "coinsured": _("Insured's share"),
        "above_sub_limit": _("Above the sub-limit"),
        "above_aggregate": _("Above what is left of the limit"),
    }


def line_words() -> dict[str, str]:
    """The lines of an interruption's worksheet, and deductions that the platform takes by itself."""
    return {
        "lost_income": _("Lost income"),
        "increased_cost_of_working": _("Increased cost of working"),
        "saved_cost": _("Cost saved"),
        "pending": _("waits for evidence"),
        "liable": _("not liable"),
        "proven": _("loss not proven"),
        "scope": _("outside the cover"),
    }


def claim_choice_words() -> dict[str, str]:
    """What the codes in the facts of a claim are called."""
    return {
        "yes": _("Yes"),
        "no": _("No"),
        "ransomware": pgettext("cause", "Ransomware"),
        "intrusion": pgettext("cause", "Intrusion"),
        "denial_of_service": pgettext("cause", "Denial of service"),
        "data_leak": pgettext("cause", "Data leak"),
        "insider": pgettext("cause", "Insider"),
        "human_error": pgettext("cause", "Human error"),
        "system_failure": pgettext("cause", "System failure"),
        "supplier_failure": pgettext("cause", "Failure of a supplier"),
        "social_engineering": pgettext("cause", "Social engineering"),
        "infrastructure_failure": pgettext("cause", "Failure of infrastructure"),
        "natural_peril": pgettext("cause", "Natural peril"),
        "other": pgettext("cause", "Other"),
        "none": pgettext("fault", "None"),
        "minor": pgettext("fault", "Minor"),
        "gross_negligence": pgettext("fault", "Gross negligence"),
        "intentional": pgettext("fault", "Intent"),
        "money": pgettext("paid in", "Money"),
        "virtual_currency": _("Virtual currency"),
    }


def priority_words() -> dict[str, str]:
    """Why a vulnerability has the priority it has."""
    return {
        "listed": _("known to be exploited"),
        "ransomware": _("used in ransomware"),
        "forecast": _("forecast"),
        "unknown": _("nothing known"),
    }
