"""How long is left until a deadline, in words, and how urgent that is."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SOON, NEAR = 4, 72  # hours


def left(deadline: datetime, now: datetime) -> str:
    """The two largest parts of the time that is left, or by how much the deadline has passed."""
    minutes = int((deadline - now).total_seconds() // 60)
    span = _span(abs(minutes))
    return _("%(span)s overdue") % {"span": span} if minutes < 0 else _("%(span)s left") % {"span": span}


def _span(minutes: int) -> str:
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return _("%(d)s d %(h)s h") % {"d": days, "h": hours}
    return _("%(h)s h %(m)s min") % {"h": hours, "m": rest} if hours else _("%(m)s min") % {"m": rest}


def urgency(deadline: datetime, now: datetime) -> str:
    """A tone: bad when past or within hours, warn within days."""
    hours = (deadline - now).total_seconds() / 3600
    return "bad" if hours < SOON else "warn" if hours < NEAR else "note"


def days_left(due: date, today: date) -> str:
    """Whole days until a last day, which itself still counts."""
    days = (due - today).days
    if days < 0:
        return ngettext("%(n)s day overdue", "%(n)s days overdue", -days) % {"n": -days}
    if days == 0:
        return _("last day")
    return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}


def day_urgency(due: date, today: date) -> str:
    """A tone: bad from the last day on, warn within a week."""
    days = (due - today).days
    return "bad" if days <= 0 else "warn" if days <= 7 else "note"


def now_field() -> str:
    """This minute in the reader's zone, as date-and-time fields write it."""
    return timezone.localtime().strftime("%Y-%m-%dT%H:%M")
