"""From a problem's code to the sentence that a person reads, in the language that is active."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from seawall.core.problems import Problem, Refused
from seawall.entrypoints.messages import CODES


class _Lenient(dict[str, Any]):
    """A parameter that a code forgot shows as a dash, instead of hiding the sentence behind a crash."""

    def __missing__(self, key: str) -> str:
        return "–"


def sentence(problem: Problem) -> str:
    """One line that says what was wrong and what would be right."""
    text = CODES.get(problem.code)
    if text is None:
        return _("Refused: %(code)s.") % {"code": problem.code}
    return str(text) % _Lenient({key: _plain(value) for key, value in problem.params.items()})


def by_field(refused: Refused) -> Mapping[str, list[str]]:
    """Sentences under the field that each concerns; an empty field means the whole form."""
    found: dict[str, list[str]] = {}
    for problem in refused.problems:
        found.setdefault(problem.field, []).append(sentence(problem))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple | set | frozenset):
        return _(", ").join(str(v) for v in value)
    return value
