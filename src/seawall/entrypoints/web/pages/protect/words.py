"""States of quotes, policies and fixes, accounts, and the facts of the appetite, in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

TONES = {
    "quote": {"offered": "note", "referred": "warn", "bound": "ok", "declined": "bad", "expired": "idle"},
    "policy": {"bound": "warn", "in_force": "ok", "cancelled": "bad", "expired": "idle"},
    "outcome": {"accept": "ok", "refer": "warn", "decline": "bad"},
    "referral": {"open": "warn", "approved": "ok", "declined": "bad"},
    "fix": {"open": "idle", "promised": "note", "done": "warn", "verified": "ok"},
}


def statuses(noun: str) -> dict[str, str]:
    """What each state of `noun` is called."""
    found: dict[str, dict[str, str]] = {
        "quote": {
            "offered": pgettext("quote", "Offered"),
            "referred": pgettext("quote", "Referred"),
            "bound": pgettext("quote", "Bound"),
            "declined": pgettext("quote", "Declined"),
            "expired": pgettext("quote", "Expired"),
        },
        "policy": {
            "bound": pgettext("policy", "Bound, not issued"),
            "in_force": pgettext("policy", "In force"),
            "cancelled": pgettext("policy", "Cancelled"),
            "expired": pgettext("policy", "Expired"),
        },
        "outcome": {
            "accept": pgettext("quote", "Can be bound"),
            "refer": pgettext("quote", "Refer"),
            "decline": pgettext("quote", "Decline"),
        },
        "referral": {
            "open": pgettext("referral", "Open"),
            "approved": pgettext("referral", "Approved"),
            "declined": pgettext("referral", "Declined"),
        },
        "fix": {
            "open": pgettext("fix", "Open"),
            "promised": pgettext("fix", "Promised"),
            "done": pgettext("fix", "Done, to be verified"),
            "verified": pgettext("fix", "Verified"),
        },
    }
    return found[noun]


def badge(noun: str, code: str) -> dict[str, str]:
    """Text and tone of a state."""
    return {"text": statuses(noun).get(code, code), "tone": TONES[noun].get(code, "idle")}


def accounts() -> dict[str, str]:
    """Names of the ledger's accounts."""
    return {
        "premium_receivable": _("Premium receivable"),
        "premium_written": _("Premium written"),
        "tax_payable": _("Tax payable"),
        "commission_expense": _("Commission expense"),
        "commission_payable": _("Commission payable"),
        "claims_paid": _("Claims paid"),
        "bank": _("Bank"),
    }


def memos() -> dict[str, str]:
    """What a booking was for."""
    return {
        "premium": pgettext("booking", "Premium at binding"),
        "return_premium": pgettext("booking", "Premium returned on cancellation"),
        "claim_payment": pgettext("booking", "Claim payment"),
        "payment": pgettext("booking", "Claim payment"),
        "reversal": pgettext("booking", "Booked back"),
    }


def technical_parts() -> dict[str, str]:
    """What the technical price is made of."""
    return {
        "pure": _("Expected loss through the terms"),
        "risk_load": _("Risk load on the tail"),
        "fixed_expense": _("Fixed expense"),
        "variable_expense": _("Variable expense"),
        "profit": _("Profit"),
    }


def fact_names() -> dict[str, str]:
    """Facts that rules of the appetite look at, beside controls."""
    return {
        "score": _("Score"),
        "limit": _("Limit"),
        "retention": _("Retention"),
        "revenue": _("Revenue"),
        "records": _("Personal records held"),
        "section": _("Industry section"),
        "industry": _("Industry"),
        "mlps_level": _("MLPS level"),
        "critical_infrastructure": _("Critical infrastructure"),
    }
