"""Whoever looks or acts: one person (or token) in one organisation. Every query and action takes one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from seawall.core.problems import Refused
from seawall.records.parties.roles import OFFICE, SYSTEM, VERBS


class Forbidden(Refused):
    """The viewer's roles do not include this verb."""

    code = "forbidden"
    status = 403


class NotFound(Refused):
    """There is no such object, or the viewer may not know of it: the two look the same on purpose."""

    code = "not_found"
    status = 404


@dataclass(frozen=True, slots=True)
class Viewer:
    """`roles` are those held in `organisation`; `authority` is the largest limit this person may bind (minor units)."""

    user: int
    name: str
    tenant: UUID
    organisation: UUID
    kind: str
    roles: frozenset[str]
    authority: int = 0

    @classmethod
    def system(cls, tenant: UUID, organisation: UUID) -> Viewer:
        """The platform acting by itself for the insurer `organisation`."""
        return cls(0, "Seawall", tenant, organisation, "insurer", frozenset({SYSTEM}))

    def may(self, verb: str) -> bool:
        return not self.roles.isdisjoint(VERBS.get(verb, frozenset()))

    def require(self, verb: str) -> None:
        """Raise `Forbidden` unless one of the roles may use `verb`."""
        if not self.may(verb):
            raise Forbidden("", verb=verb)

    @property
    def office(self) -> bool:
        """The insurer's own staff and its supervisor see the whole tenant."""
        return not self.roles.isdisjoint(OFFICE | {SYSTEM})
