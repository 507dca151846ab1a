"""Leaked credentials: how many, when, of which domain, and nothing else.

Formats: Have I Been Pwned's API v3, `breaches` (a list) and `breacheddomain` (alias → breaches, for one domain); see
https://haveibeenpwned.com/API/v3. Aliases are counted and forgotten; no field with a password, a hash or an address is
ever looked at, so none can be kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seawall.core.feeds.reading import Bounds, Feed, Item, Told, gather, json_of, refuse

BOUNDS = Bounds(bytes=64_000_000, entries=1_000_000)
_NAME = re.compile(r"[\w.()&+' -]{1,100}")
_DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")


@dataclass(frozen=True, slots=True)
class Leak:
    """Accounts of `domain` in one breach. In a list of breaches it is the domain of the breached service itself.

    `held`: what kinds of data the breach held, in the source's words ("Passwords" is such a word, not a password).
    """

    breach: str
    domain: str
    accounts: int
    happened: str = ""
    added: str = ""
    held: tuple[str, ...] = ()
    scope: str = "service"


def read_leaks(data: bytes, *, domain: str = "") -> Feed:
    """Breaches of services, or with `domain` the accounts under that domain by breach."""
    found = json_of(data, BOUNDS)
    if domain:
        return _under(found, domain.strip().lower().rstrip("."))
    if not isinstance(found, list) or not any(isinstance(r, Mapping) and "PwnCount" in r for r in found[:100]):
        raise refuse("feed.not_this_feed", kind="leaks")
    entries, _ = gather(((f"[{n}]", row) for n, row in enumerate(found)), _breach, BOUNDS)
    return Feed("leaks", max(leak.added for leak in entries.values()), entries)


def _breach(row: Item) -> Iterator[tuple[str, Any]]:
    name = row.name("Name", _NAME)
    accounts = row.number("PwnCount", 0, 10**11, whole=True)
    if accounts is None and "PwnCount" not in row.value:
        row.told.add(row.at("PwnCount"), "feed.missing")
    leak = Leak(
        breach=name,
        domain=row.text("Domain", most=253),
        accounts=int(accounts or 0),
        happened=row.day("BreachDate"),
        added=row.day("AddedDate"),
        held=row.texts("DataClasses"),
    )
    yield f"service:{name}", leak


def _under(found: Any, domain: str) -> Feed:
    if not _DOMAIN.fullmatch(domain):
        raise refuse("feed.form", "domain", text=domain[:100])
    if not isinstance(found, Mapping):
        raise refuse("feed.not_this_feed", kind="leaks")
    if len(found) > BOUNDS.entries:
        raise refuse("feed.too_many", most=BOUNDS.entries)
    told, counts = Told(), Counter[str]()
    for n, breaches in enumerate(found.values()):
        # The place is a number: the alias in front of the @ is a person and stays out of every message.
        place = f"alias {n + 1}"
        if not isinstance(breaches, list) or not breaches or len(breaches) > 10_000:
            told.add(place, "feed.not_a_list")
        elif not all(isinstance(name, str) and _NAME.fullmatch(name) for name in breaches):
            told.add(place, "feed.not_text")
        elif len(set(breaches)) != len(breaches):
            told.add(place, "feed.twice", name=f"{len(breaches) - len(set(breaches))}")
        else:
            counts.update(breaches)
    if told.count:
        told.refuse()
    if not counts:
        raise refuse("feed.empty")
    entries = {f"{domain}:{name}": Leak(name, domain, count, scope="domain") for name, count in sorted(counts.items())}
    return Feed("leaks", "", entries, {"domain": domain})
