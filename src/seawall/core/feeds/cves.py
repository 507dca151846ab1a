"""CVE records: the programme's own JSON 5 (one record or a list), and pages of the NVD API 2.0.

Formats: https://cveproject.github.io/cve-schema/, https://nvd.nist.gov/developers/vulnerabilities. One record for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from seawall.core.feeds.exploited import CVE
from seawall.core.feeds.reading import Bounds, Feed, Item, Told, gather, json_of, refuse

CVE_BOUNDS = Bounds(bytes=64_000_000, entries=20_000, tolerance=0.01)
NVD_BOUNDS = Bounds(bytes=64_000_000, entries=500_000, tolerance=0.01)
MOST_AFFECTED = 400
_CWE = re.compile(r"CWE-\d{1,5}")
# The newest scheme first.
_CVE_METRICS = ("cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0")
_NVD_METRICS = ("cvssMetricV40", "cvssMetricV31", "cvssMetricV30", "cvssMetricV2")


@dataclass(frozen=True, slots=True)
class Affected:
    """One product and the versions hit: from `start` to `end` (words as given; empty: no bound).

    `included`: `end` is itself hit; `beyond`: `start` is not. A single version stands in both. `version_type` as the
    source names the order.
    """

    vendor: str
    product: str
    start: str = ""
    end: str = ""
    included: bool = False
    version_type: str = ""
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Cve:
    """One CVE; days are ISO. `cvss` in [0, 10], with its scheme's version; `cut`: the list of products was cut."""

    state: str
    published: str
    updated: str
    title: str
    cvss: float | None
    scheme: str
    cwes: tuple[str, ...]
    affected: tuple[Affected, ...]
    cut: bool = False


def read_cve(parts: Sequence[bytes]) -> Feed:
    """Records of the CVE programme (JSON 5.x)."""
    rows: list[tuple[str, Any]] = []
    for index, part in enumerate(parts):
        found = json_of(part, CVE_BOUNDS)
        many = found if isinstance(found, list) else [found]
        rows += [(f"[{index}]" if len(many) == 1 else f"[{index}][{n}]", row) for n, row in enumerate(many)]
        if len(rows) > CVE_BOUNDS.entries:
            raise refuse("feed.too_many", most=CVE_BOUNDS.entries)
    if not any(isinstance(row, dict) and row.get("dataType") == "CVE_RECORD" for _, row in rows):
        raise refuse("feed.not_this_feed", kind="cve")
    entries, told = gather(rows, _cve, CVE_BOUNDS)
    newest = max(entry.updated or entry.published for entry in entries.values())
    return Feed("cve", newest, entries, {}, told.count, tuple(told.problems))


def _cve(row: Item) -> Iterator[tuple[str, Any]]:
    if row.value.get("dataType") != "CVE_RECORD" or not row.text("dataVersion").startswith("5."):
        row.told.add(row.at("dataType"), "feed.unknown_word", text=row.text("dataVersion"))
    meta, maker = row.child("cveMetadata"), row.child("containers").child("cna")
    state = meta.text("state", required=True)
    if state not in ("PUBLISHED", "REJECTED", ""):
        row.told.add(meta.at("state"), "feed.unknown_word", text=state)
    others = list(row.child("containers").items("adp", most=50))
    affected = [a for source in (maker, *others) for product in source.items("affected") for a in _versions(product)]
    cvss, scheme = _cve_score([maker, *others])
    yield (
        meta.name("cveId", CVE),
        Cve(
            state=state.lower(),
            published=meta.day("datePublished", required=False),
            updated=meta.day("dateUpdated", "dateRejected", required=False),
            title=maker.text("title"),
            cvss=cvss,
            scheme=scheme,
            cwes=_cwes(
                d.text("cweId")
                for s in (maker, *others)
                for p in s.items("problemTypes")
                for d in p.items("descriptions")
            ),
            affected=tuple(dict.fromkeys(affected))[:MOST_AFFECTED],
            cut=len(affected) > MOST_AFFECTED,
        ),
    )


def _versions(product: Item) -> Iterator[Affected]:
    vendor, name = product.text("vendor", most=120), product.text("product", most=120)
    if not name or name.lower() == "n/a":
        return
    for version in product.items("versions", most=2_000):
        if version.text("status") != "affected":
            continue
        start = version.text("version", most=100)
        limit = version.text("lessThanOrEqual", "lessThan", most=100)
        included = bool(version.value.get("lessThanOrEqual")) or not limit
        start = "" if start in ("0", "*", "unspecified", "n/a") else start
        end = "" if limit == "*" else limit or start
        yield Affected(vendor, name, start, end, included and bool(end), version.text("versionType", most=20))
    if product.text("defaultStatus") == "affected" and not product.value.get("versions"):
        yield Affected(vendor, name)


def _cve_score(sources: Sequence[Item]) -> tuple[float | None, str]:
    for scheme in _CVE_METRICS:
        for source in sources:
            for metric in source.items("metrics", most=100):
                if scheme in metric.value:
                    return metric.child(scheme).number("baseScore", 0, 10), scheme[5:].replace("_", ".")
    return None, ""


def _cwes(found: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cwe for cwe in found if _CWE.fullmatch(cwe)))


def read_nvd(parts: Sequence[bytes]) -> Feed:
    """Pages of one answer of the NVD API: together they must hold as many CVEs as the answer says there are."""
    told, rows, totals, moments = Told(), [], set(), []
    for index, part in enumerate(parts):
        top = Item(json_of(part, NVD_BOUNDS), f"[{index}]", told)
        if top.value.get("format") != "NVD_CVE" or "vulnerabilities" not in top.value:
            raise refuse("feed.not_this_feed", kind="nvd")
        found = top.list("vulnerabilities", most=NVD_BOUNDS.entries, required=True)
        if top.value.get("resultsPerPage") != len(found):
            told.add(
                top.at("resultsPerPage"), "feed.count", said=str(top.value.get("resultsPerPage")), found=len(found)
            )
        totals.add(top.number("totalResults", 0, 10_000_000, whole=True))
        moments.append(top.day("timestamp"))
        rows += [(f"{top.at('vulnerabilities')}[{n}]", row) for n, row in enumerate(found)]
    if totals != {len(rows)} and not told.count:
        told.add("totalResults", "feed.count", said=", ".join(str(t) for t in totals), found=len(rows))
    if told.count:
        told.refuse()
    entries, left = gather(rows, _nvd, NVD_BOUNDS)
    return Feed("nvd", max(moments), entries, {}, left.count, tuple(left.problems))


def _nvd(outer: Item) -> Iterator[tuple[str, Any]]:
    row = outer.child("cve")
    described = [d.text("value") for d in row.items("descriptions", most=50) if d.text("lang", most=10) == "en"]
    cvss, scheme = _nvd_score(row.child("metrics"))
    status = row.text("vulnStatus", most=40)
    affected = tuple(dict.fromkeys(_criteria(row)))
    yield (
        row.name("id", CVE),
        Cve(
            state="rejected" if status == "Rejected" else "published",
            published=row.day("published"),
            updated=row.day("lastModified", required=False),
            title=described[0] if described else "",
            cvss=cvss,
            scheme=scheme,
            cwes=_cwes(d.text("value") for w in row.items("weaknesses") for d in w.items("description")),
            affected=affected[:MOST_AFFECTED],
            cut=len(affected) > MOST_AFFECTED,
        ),
    )


def _nvd_score(metrics: Item) -> tuple[float | None, str]:
    for scheme in _NVD_METRICS:
        for metric in metrics.items(scheme, most=100):
            data = metric.child("cvssData")
            return data.number("baseScore", 0, 10), data.text("version", most=5)
    return None, ""


def _criteria(row: Item) -> Iterator[Affected]:
    """Vulnerable CPE names with their ranges; what a node needs besides (an operating system, say) is not kept."""
    for place in row.items("configurations", most=2_000):
        for node in place.items("nodes", most=2_000):
            for match in node.items("cpeMatch", most=5_000):
                name = split_cpe(match.text("criteria", most=500, required=True))
                if match.value.get("vulnerable") is not True:
                    continue
                if name is None:
                    match.told.add(match.at("criteria"), "feed.form", text=match.text("criteria"))
                    continue
                end = match.text("versionEndIncluding", "versionEndExcluding", most=100)
                single = "" if name[2] in ("*", "-") else name[2]
                start = match.text("versionStartIncluding", "versionStartExcluding", most=100) or single
                included = bool(match.value.get("versionEndIncluding")) or (bool(single) and not end)
                beyond = "versionStartExcluding" in match.value
                yield Affected(name[0], name[1], start, end or single, included, beyond=beyond)


def split_cpe(text: str) -> tuple[str, str, str] | None:
    """(vendor, product, version) of a CPE 2.3 name, quoting undone; None for another form."""
    parts = [re.sub(r"\\(.)", r"\1", p) for p in re.split(r"(?<!\\):", text)]
    return (parts[3], parts[4], parts[5]) if len(parts) == 13 and parts[:2] == ["cpe", "2.3"] else None
