"""Effects, changes and states of this stage, in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

EFFECT_TONES = {"now": "bad", "renewal": "warn", "never": "idle"}
SEVERITY_TONES = {"info": "idle", "low": "note", "medium": "warn", "high": "bad", "critical": "bad"}
CHANGE_TONES = {"appeared": "bad", "worsened": "bad", "resolved": "ok", "could_not": "idle"}


def effects() -> dict[str, str]:
    """What an alert does to the contract."""
    return {
        "now": pgettext("effect", "Changes terms now"),
        "renewal": pgettext("effect", "Counts at renewal"),
        "never": pgettext("effect", "Never changes terms"),
    }


def changes() -> dict[str, str]:
    """How a finding moved between two looks."""
    return {
        "appeared": pgettext("change", "Appeared"),
        "worsened": pgettext("change", "Got worse"),
        "resolved": pgettext("change", "Gone"),
        "could_not": pgettext("change", "Could not be checked"),
    }


def severities() -> dict[str, str]:
    """How grave a fault is."""
    return {
        "info": pgettext("severity", "Note"),
        "low": pgettext("severity", "Low"),
        "medium": pgettext("severity", "Medium"),
        "high": pgettext("severity", "High"),
        "critical": pgettext("severity", "Critical"),
    }


def outcomes() -> dict[str, str]:
    """How an alert was settled."""
    return {
        "fixed": pgettext("alert", "Mended"),
        "accepted": pgettext("alert", "Risk accepted"),
        "mistaken": pgettext("alert", "A mistake"),
        "told": pgettext("alert", "For information"),
    }


def endings() -> dict[str, str]:
    """Why a watch ended."""
    return {
        "policy_ended": _("The policy ended."),
        "consent_ended": _("The consent ended or was withdrawn."),
        "by_hand": _("The insurer ended it."),
    }


def states() -> dict[str, str]:
    """What a check found."""
    return {
        "found": pgettext("check", "Fault found"),
        "not_found": pgettext("check", "Not there"),
        "could_not_check": pgettext("check", "Could not be checked"),
    }
