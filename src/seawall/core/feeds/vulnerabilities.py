"""Which holes matter: known exploitation (CISA KEV) and the forecast of it (FIRST EPSS), looked up and joined.

EPSS is the probability that exploitation is seen within 30 days; KEV is exploitation that has been seen. A forecast
does not outweigh a fact, so the priority is the greater of the two, with every listed hole at 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
LISTED = 1.0


@dataclass(frozen=True, slots=True)
class Vulnerability:
    """One CVE. `listed`: it is in KEV; `added`: ISO day, empty when the source does not give it.

    `ransomware` None where the source does not say; `epss` and `percentile` in [0, 1], None where there is no score.
    KEV names no versions: a listed product has had an exploited hole, which does not mean that a given copy has it.
    """

    cve: str
    vendor: str = ""
    product: str = ""
    listed: bool = False
    added: str = ""
    ransomware: bool | None = None
    epss: float | None = None
    percentile: float | None = None


@dataclass(frozen=True, slots=True)
class Priority:
    """`value` in [0, 1], None when nothing is known of the CVE (which is not 0).

    `reasons` among "listed" (in KEV), "ransomware" (known use in ransomware), "forecast" (the EPSS), "unknown"; the
    first one is what the value comes from.
    """

    value: float | None
    reasons: tuple[str, ...]


def priority(found: Vulnerability | None) -> Priority:
    """max(KEV → 1, EPSS)."""
    if found is None or not (found.listed or found.epss is not None):
        return Priority(None, ("unknown",))
    reasons = ["listed"] if found.listed else []
    if found.listed and found.ransomware:
        reasons.append("ransomware")
    if found.epss is not None:
        reasons.append("forecast")
    return Priority(max(LISTED if found.listed else 0.0, found.epss or 0.0), tuple(reasons))


def word(name: str) -> str:
    """A vendor or product as CPE ("http_server"), KEV ("HTTP Server") and banners ("HTTP-Server") share it."""
    return _NOT_A_WORD.sub("", name.lower())


@dataclass(frozen=True, slots=True)
class Vulnerabilities:
    """All CVEs of a release by number. `taken` is the ISO day of the newest source in it."""

    entries: Mapping[str, Vulnerability]
    taken: str = ""
    _products: dict[str, dict[str, list[Vulnerability]]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, entries: Iterable[Vulnerability], taken: str = "") -> Vulnerabilities:
        made = cls({entry.cve: entry for entry in entries}, taken)
        for entry in made.entries.values():
            if entry.vendor and entry.product:
                made._products.setdefault(word(entry.vendor), {}).setdefault(word(entry.product), []).append(entry)
        return made

    def by_cve(self, cve: str) -> Vulnerability | None:
        return self.entries.get(cve.strip().upper())

    def by_product(self, vendor: str, product: str) -> tuple[Vulnerability, ...]:
        """Every CVE of a product, greatest priority first, ransomware before others; spelt as in CPE or as in KEV."""
        found = self._products.get(word(vendor), {}).get(word(product), ())
        return tuple(
            sorted(found, key=lambda v: (-(priority(v).value or 0.0), not v.ransomware, -(v.epss or 0.0), v.cve))
        )

    def products(self) -> Iterator[tuple[str, str]]:
        """(vendor, product) in the common spelling (see `word`)."""
        for vendor, found in self._products.items():
            for product in found:
                yield vendor, product

    def priority(self, cve: str) -> Priority:
        return priority(self.by_cve(cve))


def from_table(body: Mapping[str, Any]) -> Vulnerabilities:
    """The shipped release `vulnerabilities/kev-epss`: rows of text; an empty cell is what the source does not say."""
    return Vulnerabilities.of(
        (
            Vulnerability(
                cve=row["cve"],
                vendor=row["vendor"],
                product=row["product"],
                listed=True,
                added=row["added"],
                ransomware={"Known": True, "Unknown": False}.get(row["ransomware"]),
                epss=float(row["epss"]) if row["epss"] else None,
                percentile=float(row["percentile"]) if row["percentile"] else None,
            )
            for row in body["entries"]
        ),
        taken=str(body["scored_on"]),
    )
