"""CycloneDX bills of materials (JSON, 1.4 to 1.6): components, and the vulnerabilities they are said to have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seawall.core.evidence.items import SEVERITIES, Severity
from seawall.core.imports.notation import listed, load, mapping, words
from seawall.core.imports.records import (
    AssetKind,
    Gatherer,
    Imported,
    TooMuch,
    Weakness,
    WrongKind,
    clean,
    cve_day,
    cves_of,
    day_of,
    moment_of,
    severity_of,
)

VERSIONS = ("1.4", "1.5", "1.6")
MOST_COMPONENTS, DEEPEST = 50_000, 20
# What the maker of the bill has judged not to matter (CycloneDX, vulnerability analysis states).
_SETTLED = ("resolved", "resolved_with_pedigree", "false_positive", "not_affected")
_KINDS: dict[str, AssetKind] = {"device": "device", "firmware": "device", "device-driver": "device"}


def read_cyclonedx(content: bytes) -> Imported:
    """The product described is the asset; its components are counted and carry the vulnerabilities that affect them."""
    document = mapping(load(content))
    if document.get("bomFormat") != "CycloneDX":
        raise WrongKind("file", seen=clean(words(document.get("bomFormat")), 40))
    found = Gatherer()
    version = words(document.get("specVersion"))
    if version not in VERSIONS:
        found.trouble(0, "imports.version", text=version, known=", ".join(VERSIONS))
    metadata = mapping(document.get("metadata"))
    product = mapping(metadata.get("component"))
    main = _product(product, found)
    names = {words(product.get("bom-ref")): main}
    for index, component in enumerate(_components(document.get("components")), 1):
        if index > MOST_COMPONENTS:
            raise TooMuch("file", most=MOST_COMPONENTS)
        found.records += 1
        named = _named(component)
        if not named:
            found.trouble(0, "imports.name", text=words(component.get("name")))
            continue
        names[words(component.get("bom-ref"))] = named
    for vulnerability in listed(document.get("vulnerabilities")):
        _vulnerability(vulnerability, main, names, found)
    return found.done("cyclonedx", _tool(metadata), moment_of(words(metadata.get("timestamp"))))


def _components(value: Any) -> Iterator[Mapping[str, Any]]:
    """Components and those within them, without recursion."""
    waiting = [(component, 1) for component in listed(value)][::-1]
    while waiting:
        component, depth = waiting.pop()
        yield component
        if depth < DEEPEST:
            waiting += [(inner, depth + 1) for inner in listed(component.get("components"))][::-1]


def _named(component: Mapping[str, Any]) -> str:
    """Name and version; the group before the name where it has one."""
    name, group = words(component.get("name")), words(component.get("group"))
    whole = f"{group}/{name}" if group and name else name
    version = words(component.get("version"))
    return clean(f"{whole} {version}" if version else whole, 253) if name else ""


def _product(product: Mapping[str, Any], found: Gatherer) -> str:
    named = _named(product)
    if not named:
        found.trouble(0, "imports.no_product")
        return ""
    kind = _KINDS.get(words(product.get("type")), "application")
    supplier = words(mapping(product.get("supplier")).get("name")) or words(product.get("publisher"))
    return found.asset(kind, named, 0, version=words(product.get("version")), vendor=supplier)


def _vulnerability(entry: Mapping[str, Any], main: str, names: Mapping[str, str], found: Gatherer) -> None:
    id = clean(words(entry.get("id")), 100)
    if not id:
        found.trouble(0, "imports.no_id")
        return
    if words(mapping(entry.get("analysis")).get("state")) in _SETTLED:
        return
    severity = _severity(entry)
    if severity == "info":
        return
    affected = [names[ref] for part in listed(entry.get("affects")) if (ref := words(part.get("ref"))) in names]
    cves = cves_of([id, *(words(r.get("id")) for r in listed(entry.get("references")))])
    title = f"{id}: {', '.join(affected)}" if affected else id
    if not main:
        found.trouble(0, "imports.no_product")
        return
    found.weakness(
        Weakness(
            asset=main,
            id=f"cyclonedx:{id}",
            title=clean(title, 300),
            severity=severity,
            line=0,
            cves=cves,
            known_since=day_of(words(entry.get("published"))) or cve_day(cves),
        )
    )


def _severity(entry: Mapping[str, Any]) -> Severity:
    """The gravest of its ratings."""
    levels: list[Severity] = ["info"]
    for rating in listed(entry.get("ratings")):
        said = words(rating.get("severity")).lower()
        levels += [known for known in SEVERITIES if known == said]
        score, method = rating.get("score"), words(rating.get("method"))
        if isinstance(score, int | float) and 0 <= score <= 10 and method.startswith("CVSS"):
            levels.append(severity_of(float(score)))
    return max(levels, key=SEVERITIES.index)


def _tool(metadata: Mapping[str, Any]) -> str:
    """The first tool named, in the form of 1.4 (a list) or of 1.5 (components)."""
    tools = metadata.get("tools")
    named = next(iter(listed(tools if isinstance(tools, list) else mapping(tools).get("components"))), {})
    text = f"{words(named.get('name'))} {words(named.get('version'))}".strip()
    return text or "CycloneDX"
