"""States, gates and steps of a claim, in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

TONES = {
    "opened": "warn", "determined": "note", "adjusted": "note", "approved": "note", "part_paid": "note",
    "paid": "ok", "closed": "ok", "denied": "bad", "reopened": "warn",
    "passed": "ok", "failed": "bad", "partly": "warn", "needs_evidence": "warn",
    "met": "ok", "breached": "bad", "unknown": "idle", "not_effective": "idle", "reduced": "warn",
}  # fmt: skip


def statuses() -> dict[str, str]:
    """What each state of a claim is called."""
    return {
        "opened": pgettext("claim", "Opened"),
        "determined": pgettext("claim", "Determined"),
        "adjusted": pgettext("claim", "Adjusted"),
        "approved": pgettext("claim", "Approved"),
        "part_paid": pgettext("claim", "Paid in part"),
        "paid": pgettext("claim", "Paid"),
        "closed": pgettext("claim", "Closed"),
        "denied": pgettext("claim", "Denied"),
        "reopened": pgettext("claim", "Reopened"),
    }


def outcomes() -> dict[str, str]:
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
        "reduced": pgettext("outcome", "Reduced"),
    }


def gates() -> dict[str, str]:
    """The three gates in their order."""
    return {
        "liable": pgettext("gate", "Liable"),
        "proven": pgettext("gate", "Loss proven"),
        "scope": pgettext("gate", "Within the cover"),
    }


def badge(code: str) -> dict[str, str]:
    """Text and tone of a state or an outcome."""
    return {"text": {**outcomes(), **statuses()}.get(code, code), "tone": TONES.get(code, "idle")}


def bridge_labels() -> dict[str, str]:
    """What takes a loss down to what is paid, in the order of the terms."""
    return {
        "disallowed": _("Not admitted"),
        "retained": _("Retention"),
        "coinsured": _("Insured's share"),
        "above_sub_limit": _("Above the sub-limit"),
        "above_aggregate": _("Above what is left of the limit"),
    }
