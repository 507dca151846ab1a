"""SW-HTTP-08 to -12, -14 and -15: how good the protections are, and how a visitor is led to the secure page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from seawall.technology.net import Fetched, Outcome

from ..verdicts import NOT_APPLICABLE, Verdict, could_not, shown, verdict
from .markup import absolute, host_of

HSTS_GOOD = 15_552_000  # half a year
MOST_REDIRECTS = 4
_MAX_AGE = re.compile(r"(?:\A|;)\s*max-age\s*=\s*\"?(\d{1,12})\"?\s*(?=;|\Z)", re.IGNORECASE)
_LEAKY = frozenset({"unsafe-url", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin"})
_POLICIES = frozenset({"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}) | _LEAKY
_WIDE = frozenset({"*", "http:", "https:", "data:", "blob:", "'unsafe-eval'"})
_NONCE = re.compile(r"'(?:nonce-|sha(?:256|384|512)-)", re.IGNORECASE)


def max_age(values: Sequence[str]) -> int:
    """Seconds that HSTS promises; 0 without a header that can be read."""
    match = _MAX_AGE.search(values[0]) if values else None
    return int(match.group(1)) if match else 0


def judge_hsts_quality(page: Fetched, at_least: int) -> Verdict:
    """SW-HTTP-08: a promise that is there, but short or without the subdomains."""
    check = "SW-HTTP-08"
    values = page.header("strict-transport-security")
    age = max_age(values)
    if age < at_least:
        return could_not(check, NOT_APPLICABLE)  # SW-HTTP-02 speaks
    words = {part.strip().lower() for part in values[0].split(";")}
    subdomains, preload = "includesubdomains" in words, "preload" in words
    return verdict(
        check, age < HSTS_GOOD or not subdomains, max_age=age, subdomains=int(subdomains), preload=int(preload)
    )


def judge_policies(page: Fetched, in_page: Sequence[str]) -> tuple[Verdict, ...]:
    """SW-HTTP-09 referrer, -10 permissions, -11 cross-origin, -15 content policy (`in_page`: those in the page)."""
    referrer = _referrer(page)
    permissions = any(value.strip() for value in page.header("permissions-policy"))
    opener = any(v.strip().lower().startswith("same-origin") for v in page.header("cross-origin-opener-policy"))
    resource = any(
        v.strip().lower() in ("same-origin", "same-site") for v in page.header("cross-origin-resource-policy")
    )
    missing = [name for name, there in (("COOP", opener), ("CORP", resource)) if not there]
    return (
        verdict("SW-HTTP-09", referrer in _LEAKY, policy=referrer or "browser default"),
        verdict("SW-HTTP-10", not permissions),
        verdict("SW-HTTP-11", bool(missing), **({"missing": ", ".join(missing)} if missing else {})),
        _judge_csp(page, in_page),
    )


def _referrer(page: Fetched) -> str:
    """The policy in force: the last word a browser knows; "" leaves it to the browser, whose default is strict."""
    words = [w.strip().lower() for value in page.header("referrer-policy") for w in value.split(",")]
    return next((word for word in reversed(words) if word in _POLICIES), "")


def _judge_csp(page: Fetched, in_page: Sequence[str]) -> Verdict:
    policies = [
        p for value in (*page.header("content-security-policy"), *in_page) for p in value.split(",") if p.strip(" ;")
    ]
    if not policies:
        return could_not("SW-HTTP-15", NOT_APPLICABLE)
    faults = [csp_fault(policy) for policy in policies]
    # All policies bind at once, so one strict policy is enough.
    return verdict("SW-HTTP-15", all(faults), **({"why": faults[0]} if all(faults) else {}))


def csp_fault(policy: str) -> str:
    """Why a policy does not stop an injected script; "" when it does."""
    directives: dict[str, list[str]] = {}
    for part in policy.split(";"):
        words = part.split()
        if words:
            directives.setdefault(words[0].lower(), [word.lower() for word in words[1:]])
    sources = directives.get("script-src", directives.get("default-src"))
    if sources is None:
        return "no script-src"
    wide = sorted(_WIDE & set(sources))
    if "'strict-dynamic'" in sources and any(_NONCE.match(s) for s in sources):
        wide = [word for word in wide if word == "'unsafe-eval'"]
    elif "'unsafe-inline'" in sources and not any(_NONCE.match(s) for s in sources):
        wide.append("'unsafe-inline'")
    return shown(", ".join(wide), 80)


def judge_same_site(page: Fetched) -> Verdict:
    """SW-HTTP-12: a cookie that other sites' requests carry along: SameSite missing, or None."""
    bad = []
    for value in page.header("set-cookie")[:50]:
        flags = {part.strip().lower().replace(" ", "") for part in value.split(";")[1:]}
        if not flags & {"samesite=lax", "samesite=strict"}:
            bad.append(shown(value.split("=", 1)[0].strip(), 40))
    return verdict("SW-HTTP-12", bool(bad), **({"cookies": ", ".join(bad[:5])} if bad else {}))


def judge_redirects(host: str, plain: Fetched) -> Verdict:
    """SW-HTTP-14: from http a host should first lead to its own https; no way back to http, no long chain."""
    check = "SW-HTTP-14"
    steps = [hop.location for hop in plain.hops]
    if plain.location and plain.stopped in (Outcome.THIRD_PARTY, Outcome.TOO_MANY_REDIRECTS):
        steps.append(absolute(plain.url, plain.location))
    steps = [step for step in steps if step]
    if not steps:
        return could_not(check, NOT_APPLICABLE)
    way = [f"http://{host}/", *steps]
    if any(a.startswith("https://") and b.startswith("http://") for a, b in pairwise(way)):
        return verdict(check, True, why="back to http")
    if plain.stopped is Outcome.TOO_MANY_REDIRECTS or len(steps) > MOST_REDIRECTS:
        return verdict(check, True, why="long chain", steps=len(steps))
    secure = any(step.startswith("https://") for step in steps)
    if secure and not steps[0].startswith("https://"):
        return verdict(check, True, why="not to https at once")
    if secure and host_of(steps[0]) != host:
        return verdict(check, True, why="to another host before https", to=shown(host_of(steps[0]), 80))
    return verdict(check, False, steps=len(steps))
