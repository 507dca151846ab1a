"""States of quotes, policies and fixes, in the reader's words."""

from __future__ import annotations

from django.utils.translation import pgettext

TONES = {
    "offered": "note", "referred": "warn", "bound": "ok", "declined": "bad", "expired": "idle",
    "in_force": "ok", "cancelled": "bad", "accept": "ok", "refer": "warn", "decline": "bad",
    "open": "idle", "promised": "note", "done": "note", "verified": "ok", "approved": "ok",
}  # fmt: skip


def statuses() -> dict[str, str]:
    """What each state is called."""
    return {
        "offered": pgettext("quote", "Offered"),
        "referred": pgettext("quote", "Referred"),
        "bound": pgettext("quote", "Bound"),
        "declined": pgettext("quote", "Declined"),
        "expired": pgettext("quote", "Expired"),
        "in_force": pgettext("policy", "In force"),
        "cancelled": pgettext("policy", "Cancelled"),
        "accept": pgettext("quote", "Can be bound"),
        "refer": pgettext("quote", "Refer"),
        "decline": pgettext("quote", "Decline"),
        "open": pgettext("fix", "Open"),
        "promised": pgettext("fix", "Promised"),
        "done": pgettext("fix", "Done"),
        "verified": pgettext("fix", "Verified"),
        "approved": pgettext("referral", "Approved"),
    }


def badge(code: str) -> dict[str, str]:
    """Text and tone of a state."""
    return {"text": statuses().get(code, code), "tone": TONES.get(code, "idle")}
