"""What pydantic finds wrong, said in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SENTENCES: Mapping[str, str | Promise] = {
    "missing": gettext_lazy("This must be filled in."),
    "extra_forbidden": gettext_lazy("There is no such field here; check the spelling."),
    "string_type": gettext_lazy("Text is expected here."),
    "string_too_long": gettext_lazy("At most %(max_length)s characters."),
    "string_too_short": gettext_lazy("At least %(min_length)s characters."),
    "string_pattern_mismatch": gettext_lazy("This is not written in the expected form."),
    "too_long": gettext_lazy("At most %(max_length)s items."),
    "too_short": gettext_lazy("At least %(min_length)s items."),
    "int_type": gettext_lazy("A whole number is expected here."),
    "int_parsing": gettext_lazy("A whole number is expected here."),
    "int_parsing_size": gettext_lazy("The number is too large."),
    "int_from_float": gettext_lazy("A whole number is expected here."),
    "greater_than_equal": gettext_lazy("At least %(ge)s."),
    "less_than_equal": gettext_lazy("At most %(le)s."),
    "bool_type": gettext_lazy("Yes or no (true or false) is expected here."),
    "bool_parsing": gettext_lazy("Yes or no (true or false) is expected here."),
    "literal_error": gettext_lazy("Write one of: %(expected)s."),
    "enum": gettext_lazy("Write one of: %(expected)s."),
    "list_type": gettext_lazy("A list is expected here."),
    "dict_type": gettext_lazy("A map of names and values is expected here."),
    "model_type": gettext_lazy("A map of names and values is expected here."),
    "model_attributes_type": gettext_lazy("A map of names and values is expected here."),
    "uuid_type": gettext_lazy("An id is expected here, as the API gave it."),
    "uuid_parsing": gettext_lazy("An id is expected here, as the API gave it."),
    "date_type": gettext_lazy("A day is expected here, written like 2026-11-30."),
    "date_parsing": gettext_lazy("A day is expected here, written like 2026-11-30."),
    "date_from_datetime_parsing": gettext_lazy("A day is expected here, written like 2026-11-30."),
    "date_from_datetime_inexact": gettext_lazy("A day is expected here, written like 2026-11-30."),
    "datetime_type": gettext_lazy("A time with its zone is expected here, written like 2026-11-30T09:00:00+08:00."),
    "datetime_parsing": gettext_lazy("A time with its zone is expected here, written like 2026-11-30T09:00:00+08:00."),
    "datetime_from_date_parsing": gettext_lazy(
        "A time with its zone is expected here, written like 2026-11-30T09:00:00+08:00."
    ),
    "timezone_aware": gettext_lazy("A time with its zone is expected here, written like 2026-11-30T09:00:00+08:00."),
    "out_of_time": gettext_lazy("The day must lie between 1990 and 2100."),
    "unreadable": gettext_lazy("The text holds signs that cannot be shown. Type it in anew."),
}
_OTHER = gettext_lazy("This does not have the form that the API describes.")


def say(kind: str, context: Mapping[str, Any] | None) -> str:
    """The sentence for one kind of error with its limits."""
    text = str(SENTENCES.get(kind, _OTHER))
    try:
        return text % dict(context or {})
    except KeyError:
        return str(_OTHER)


def form() -> str:
    return _("The request does not have the form that the API describes.")
