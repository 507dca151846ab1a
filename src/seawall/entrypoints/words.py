"""Words that commands, pages and papers share."""

from __future__ import annotations

from django.utils.translation import pgettext


def state_words() -> dict[str, str]:
    """The three states of a control."""
    return {
        "absent": pgettext("control", "absent"),
        "partial": pgettext("control", "partial"),
        "present": pgettext("control", "present"),
    }


def treatment_words() -> dict[str, str]:
    """What to do with a residual risk."""
    return {
        "reduce": pgettext("treatment", "reduce"),
        "transfer": pgettext("treatment", "insure"),
        "retain": pgettext("treatment", "retain"),
    }
