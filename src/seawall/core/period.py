"""Half-open periods: the first day belongs to the period, the last does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """`start` ≤ day < `end`; an empty or reversed period raises `ValueError`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period must end after it starts: {self.start} … {self.end}")

    @classmethod
    def year_from(cls, start: date) -> Period:
        """Twelve months from `start`; a 29 February ends on 1 March of the next year."""
        try:
            return cls(start, start.replace(year=start.year + 1))
        except ValueError:
            return cls(start, date(start.year + 1, 3, 1))

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def overlaps(self, other: Period) -> bool:
        return self.start < other.end and other.start < self.end
