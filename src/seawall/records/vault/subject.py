"""What an original or a leaf is about: a noun and an id, such as an incident."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from seawall.records.rows import Row


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """`noun` is a table's name, `id` the key of its row."""

    noun: str
    id: str

    @classmethod
    def of(cls, row: Row) -> Subject:
        return cls(row._meta.db_table, str(row.pk))


@dataclass(frozen=True, slots=True)
class Scope:
    """What an export holds: everything of `subjects`, or of the whole tenant when `complete`; `title` names it."""

    title: Subject
    subjects: tuple[Subject, ...]
    complete: bool = False

    @classmethod
    def everything(cls, tenant: UUID) -> Scope:
        return cls(Subject("tenant", str(tenant)), (), complete=True)
