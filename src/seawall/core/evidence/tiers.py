"""Which form of the questionnaire a company is asked: short for small ones, whole for large ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seawall.core.conditions import ALWAYS, Condition, judge, read_condition
from seawall.core.documents import Node
from seawall.core.problems import Collector
from seawall.core.texts import Text


@dataclass(frozen=True, slots=True)
class Tier:
    """One form, for companies of which `when` holds; `note` says in words which these are."""

    id: str
    name: Text
    note: Text
    when: Condition


# A questionnaire that names no tiers asks everybody everything.
WHOLE = Tier("", {"zh": "完整问卷", "en": "Full form"}, {"zh": "适用于所有企业。", "en": "For everybody."}, ALWAYS)


def tier_of(tiers: Sequence[Tier], facts: Mapping[str, Any]) -> Tier:
    """The first whose condition holds; a condition that cannot be judged leads on, so that nothing is left out."""
    return next((tier for tier in tiers if judge(tier.when, facts).value), tiers[-1])


def read_tiers(node: Node, wrong: Callable[[Condition, str, Collector], None]) -> tuple[Tier, ...]:
    """The tiers of a questionnaire, smallest first; only the last, for all others, goes without a condition.

    `wrong` adds a problem for every part of a condition that no submission can be judged by.
    """
    entries = list(node.children("tiers", default=True))
    tiers = []
    for entry in entries:
        entry.only("id", "name", "note", "when")
        given = entry.value.get("when")
        condition = ALWAYS if given is None else read_condition(given, entry.at("when"), node.problems)
        wrong(condition, entry.at("when"), node.problems)
        if (given is None) is not (entry is entries[-1]):
            node.problems.add(entry.at("when"), "questionnaire.last_tier")
        tiers.append(Tier(entry.string("id"), entry.text("name"), entry.text("note"), condition))
    node.unique("tiers", [tier.id for tier in tiers])
    return tuple(tiers) or (WHOLE,)
