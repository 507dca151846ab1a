"""How the core says no: problems with a place and a code, never with prose.

A door (page, API operation, command) turns the code into a sentence in the
reader's language; see `seawall.entrypoints.messages`, which must know every code.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `field` is a dotted path ("company.credit_code"), `code` names the sentence."""

    field: str
    code: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class Refused(Exception):
    """A request that cannot be carried out; nothing has been changed.

    Named exceptions subclass it, set `code`, and live beside the action that raises them.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    problems: tuple[Problem, ...]

    def __init__(self, field: str = "", **params: Any) -> None:
        self.problems = (Problem(field, self.code, params),)
        super().__init__(self.code)


class Invalid(Refused):
    """Input that breaks rules, with every problem found, not only the first."""

    code = "invalid"
    status = 422

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        if not self.problems:
            raise ValueError("Invalid needs at least one problem")
        Exception.__init__(self, "; ".join(f"{p.field}: {p.code}" for p in self.problems))


class Collector:
    """Gathers problems while a document is read, so that all are told at once."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._problems: list[Problem] = []

    def add(self, field: str, code: str, **params: Any) -> None:
        path = f"{self._prefix}.{field}" if self._prefix and field else self._prefix or field
        self._problems.append(Problem(path, code, params))

    def extend(self, problems: Iterable[Problem]) -> None:
        self._problems.extend(problems)

    def __bool__(self) -> bool:
        return bool(self._problems)

    def raise_if_any(self) -> None:
        """Raise `Invalid` with everything gathered, or do nothing."""
        if self._problems:
            raise Invalid(self._problems)
