"""States and kinds of this stage, in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

TONES = {
    "notified": "bad", "triaged": "warn", "contained": "note", "closed": "ok",
    "due": "warn", "needs_facts": "note", "done": "ok", "waived": "idle", "lapsed": "idle",
    "engaged": "warn", "accepted": "note", "reported": "ok", "declined": "idle",
    "open": "idle", "started": "note",
}  # fmt: skip


def statuses() -> dict[str, str]:
    """What each state is called."""
    return {
        "notified": pgettext("incident", "Notified"),
        "triaged": pgettext("incident", "Under way"),
        "contained": pgettext("incident", "Contained"),
        "closed": pgettext("incident", "Closed"),
        "due": pgettext("duty", "Due"),
        "needs_facts": pgettext("duty", "Waits for facts"),
        "done": pgettext("duty", "Done"),
        "waived": pgettext("duty", "Does not apply"),
        "lapsed": pgettext("duty", "Lapsed"),
        "engaged": pgettext("engagement", "Called in"),
        "accepted": pgettext("engagement", "At work"),
        "reported": pgettext("engagement", "Reported"),
        "declined": pgettext("engagement", "Declined"),
        "open": pgettext("task", "Open"),
        "started": pgettext("task", "Started"),
    }


def badge(status: str) -> dict[str, str]:
    """Text and tone of a state."""
    return {"text": statuses().get(status, status), "tone": TONES.get(status, "idle")}


def events() -> dict[str, str]:
    """What each kind of line in the timeline is called."""
    return {
        "notified": _("Incident reported"),
        "triaged": _("Triage"),
        "contained": _("Contained"),
        "closed": _("Closed"),
        "reopened": _("Reopened"),
        "note": _("Note"),
        "task_done": _("Step done"),
        "engaged": _("Provider called in"),
        "accepted": _("Provider accepted"),
        "declined": _("Provider declined"),
        "reported": _("Provider reported"),
        "duty_done": _("Notice given"),
        "duty_waived": _("Duty set aside"),
    }


def grades() -> dict[int, str]:
    """The four grades of GB/T 20986-2023."""
    return {
        1: pgettext("grade", "I, especially grave"),
        2: pgettext("grade", "II, grave"),
        3: pgettext("grade", "III, considerable"),
        4: pgettext("grade", "IV, ordinary"),
    }
