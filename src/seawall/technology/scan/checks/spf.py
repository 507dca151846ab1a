"""Sender policies: SPF (RFC 7208) and DMARC (RFC 7489) records, read without asking anyone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network

MAX_LOOKUPS = 10
MAX_VOID = 2
_VERSION = re.compile(r"v=spf1(?: |\Z)", re.IGNORECASE)
_TERM = re.compile(
    r"(?P<sign>[+?~-]?)(?P<name>[a-z][a-z0-9._-]*)(?:(?P<mark>[:=])(?P<value>\S*?))?(?P<cidr>(?:/\d{1,3})?(?://\d{1,3})?)\Z",
    re.IGNORECASE,
)
_MECHANISMS = frozenset({"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"})
_COUNTED = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})


@dataclass(frozen=True, slots=True)
class Spf:
    """One record: the sign of its `all` ("" without one), where it leads, its own lookups, what is wrong with it."""

    all_sign: str
    includes: tuple[str, ...]
    redirect: str
    lookups: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class SpfResult:
    """`kind` is "none", "error" (with `error`), or "policy"; `all_sign` is what happens to everyone else."""

    kind: str
    all_sign: str = ""
    lookups: int = 0
    error: str = ""


def spf_records(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in texts if _VERSION.match(text))


def read_spf(text: str) -> Spf:
    """The terms of one record; the first fault is named in `error` ("syntax", "redirect_twice")."""
    sign, redirect, lookups = "", "", 0
    includes: list[str] = []
    for word in text.split()[1:]:
        match = _TERM.match(word)
        if match is None:
            return Spf(sign, tuple(includes), redirect, lookups, "syntax")
        name, mark, value = match["name"].lower(), match["mark"] or "", match["value"] or ""
        lookups += name in _COUNTED
        if mark == "=":
            if name == "redirect" and redirect:
                return Spf(sign, tuple(includes), redirect, lookups, "redirect_twice")
            if name == "redirect":
                redirect = value
            if match["sign"] or (name in ("redirect", "exp") and not value):
                return Spf(sign, tuple(includes), redirect, lookups, "syntax")
            continue
        if not _mechanism_ok(name, mark, value, match["cidr"]):
            return Spf(sign, tuple(includes), redirect, lookups, "syntax")
        if name == "include":
            includes.append(value)
        if name == "all" and not sign:
            sign = match["sign"] or "+"
    return Spf(sign, tuple(includes), redirect, lookups)


def _mechanism_ok(name: str, mark: str, value: str, cidr: str) -> bool:
    if name not in _MECHANISMS:
        return False
    if name in ("include", "exists"):
        return bool(mark and value) and not cidr
    if name == "all":
        return not mark and not cidr
    if name in ("ip4", "ip6"):
        try:
            network = ip_network(value + cidr, strict=False)
        except ValueError:
            return False
        return network.version == (4 if name == "ip4" else 6)
    return not (mark and not value)


def follows(record: Spf) -> tuple[str, ...]:
    """Names whose records this one needs; macros cannot be followed from outside."""
    further = (*record.includes, *((record.redirect,) if record.redirect and not record.all_sign else ()))
    return tuple(name.lower().rstrip(".") for name in further if "%" not in name)


def evaluate_spf(domain: str, records: Mapping[str, tuple[str, ...]]) -> SpfResult:
    """What a receiver makes of the domain. `records` maps each name reached to its TXT strings."""
    found = spf_records(records.get(domain, ()))
    if not found:
        return SpfResult("none")
    lookups, voids, error = _walk(domain, records, ())
    if not error and lookups > MAX_LOOKUPS:
        error = "too_many_lookups"
    if not error and voids > MAX_VOID:
        error = "too_many_void_lookups"
    if error:
        return SpfResult("error", lookups=lookups, error=error)
    return SpfResult("policy", _final_sign(domain, records), lookups)


def _walk(name: str, records: Mapping[str, tuple[str, ...]], above: tuple[str, ...]) -> tuple[int, int, str]:
    if name in above:
        return 0, 0, "loop"
    texts = records.get(name, ())
    found = spf_records(texts)
    if not found:
        return 0, int(not texts), "include_without_record" if above else ""
    if len(found) > 1:
        return 0, 0, "two_records"
    record = read_spf(found[0])
    if record.error:
        return record.lookups, 0, record.error
    lookups, voids = record.lookups, 0
    if lookups > MAX_LOOKUPS:
        return lookups, voids, ""
    for further in follows(record):
        if further not in records:
            continue
        more, void, error = _walk(further, records, (*above, name))
        lookups, voids = lookups + more, voids + void
        if error or lookups > MAX_LOOKUPS:
            return lookups, voids, error
    return lookups, voids, ""


def _final_sign(name: str, records: Mapping[str, tuple[str, ...]]) -> str:
    for _ in range(MAX_LOOKUPS):
        record = read_spf(spf_records(records[name])[0])
        if record.all_sign or not record.redirect:
            return record.all_sign
        name = record.redirect.lower().rstrip(".")
        if not spf_records(records.get(name, ())):
            return ""
    return ""


@dataclass(frozen=True, slots=True)
class Dmarc:
    """`kind` is "none", "error" (with `error`) or "policy" with the effective `policy` and `pct`."""

    kind: str
    policy: str = ""
    pct: int = 100
    error: str = ""


def read_dmarc(texts: tuple[str, ...]) -> Dmarc:
    """The policy in force at ``_dmarc.<domain>``; two records or an unreadable one count as none, with the reason."""
    found = [text for text in texts if _DMARC.match(text)]
    if not found:
        return Dmarc("error", error="syntax") if any("dmarc" in t.lower() for t in texts) else Dmarc("none")
    if len(found) > 1:
        return Dmarc("error", error="two_records")
    tags = dmarc_tags(texts)
    policy = tags.get("p", "").lower()
    if policy not in ("none", "quarantine", "reject"):
        return Dmarc("policy", "none") if tags.get("rua") else Dmarc("error", error="no_policy")
    pct = tags.get("pct", "100")
    return Dmarc("policy", policy, min(int(pct), 100) if re.match(r"[0-9]{1,3}\Z", pct) else 100)


_DMARC = re.compile(r"v\s*=\s*DMARC1\s*(?:;|\Z)")


def dmarc_tags(texts: tuple[str, ...]) -> dict[str, str]:
    """The tags of the one DMARC record, names and policies in lower case; none when there is not exactly one."""
    found = [text for text in texts if _DMARC.match(text)]
    tags: dict[str, str] = {}
    for part in found[0].split(";")[1:] if len(found) == 1 else ():
        key, mark, value = part.partition("=")
        if mark:
            name = key.strip().lower()
            tags.setdefault(name, value.strip().lower() if name in ("p", "sp") else value.strip())
    return tags
