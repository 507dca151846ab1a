"""On what ground intelligence from leaks and the dark web may be taken in at all.

Practice after the United States Department of Justice, "Legal Considerations when Gathering Online Cyber Threat
Intelligence and Purchasing Data from Illicit Sources" (version 1.0, February 2020), in our words: decide beforehand and
in writing what is gathered, how and for what; gather passively; use nobody's stolen credentials; pay no criminal; let
somebody who is not the gatherer approve. In China the Personal Information Protection Law asks for a ground (art. 13)
and a purpose (art. 6) besides. This is the record of a decision that people with legal training take; it is no legal
advice and makes nothing lawful.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from seawall.core.problems import Collector

GROUNDS = ("consent", "contract", "legal_duty", "legitimate_interest", "lawfully_public")
# Buying from criminals and using stolen access are not in this list, so they cannot be recorded as a way.
WAYS = ("provider", "public_service", "handed_over")
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Basis:
    """`ground` of the processing, `way` the data come ("provider": under contract; "public_service": an open service;
    "handed_over": by the company they concern), for which `purpose`; good from `start` until before `end`."""

    ground: str
    way: str
    purpose: str
    start: date
    end: date

    def holds(self, day: date) -> bool:
        return self.start <= day < self.end


def check_basis(basis: Basis) -> None:
    """Raise `Invalid` with everything that is missing or out of bounds."""
    problems = Collector()
    if basis.ground not in GROUNDS:
        problems.add("ground", "feed.unknown_ground", text=basis.ground)
    if basis.way not in WAYS:
        problems.add("way", "feed.unknown_way", text=basis.way)
    if not 10 <= len(basis.purpose.strip()) <= 1_000:
        problems.add("purpose", "feed.no_purpose")
    if not timedelta(0) < basis.end - basis.start <= LONGEST:
        problems.add("end", "feed.basis_span", days=LONGEST.days)
    problems.raise_if_any()
