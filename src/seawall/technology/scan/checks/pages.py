"""SW-HTTP: what a web host says in its headers. Two or three pages are asked for, as a browser would."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from seawall.technology.net import Budget, Egress, Fetched, NotReached, Outcome, Wish, robots_allow

from ..verdicts import NOT_APPLICABLE, Verdict, closed, could_not, failure_code, none_of, shown, verdict

CHECKS = ("SW-HTTP-01", "SW-HTTP-02", "SW-HTTP-03", "SW-HTTP-04", "SW-HTTP-05", "SW-HTTP-06", "SW-HTTP-07")
_CONTENT = ("SW-HTTP-03", "SW-HTTP-04", "SW-HTTP-05", "SW-HTTP-06", "SW-HTTP-07")
HSTS_AT_LEAST = 86_400  # a shorter promise has run out before the visitor comes back
_PAGE = Wish(max_bytes=262_144, seconds=8, verify=False)
_META_CSP = re.compile(rb"<meta[^>]+http-equiv\s*=\s*[\"']?content-security-policy[\"'\s>]", re.IGNORECASE)
_VERSION = re.compile(r"[A-Za-z][\w.-]*[/ ]v?\d+(?:\.\d+)*|(?:\d+\.){1,3}\d+")
_VERSION_HEADERS = ("server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator")
_MAX_AGE = re.compile(r"(?:\A|;)\s*max-age\s*=\s*\"?(\d{1,12})\"?\s*(?=;|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Observation:
    """The answer over http, the answer over https (each a page or the code of a failure), and robots.txt's word."""

    host: str
    plain: Fetched | str
    secure: Fetched | str
    allowed: bool = True
    robots_failure: str = ""


def get(egress: Egress, url: str, budget: Budget, wish: Wish = _PAGE) -> Fetched | str:
    """A page, or the code of what prevented it."""
    try:
        return egress.fetch(url, wish, budget)
    except NotReached as error:
        return failure_code(error)


def robots(egress: Egress, host: str, budget: Budget) -> tuple[str | None, str]:
    """The text of robots.txt (None: everything is forbidden), and the code of a failure to learn it.

    RFC 9309: a missing file allows everything, a server in trouble allows nothing for now.
    """
    answer = get(egress, f"https://{host}/robots.txt", budget, Wish(max_bytes=65_536, seconds=6, verify=False))
    if isinstance(answer, str):
        answer = get(egress, f"http://{host}/robots.txt", budget, Wish(max_bytes=65_536, seconds=6, verify=False))
    if isinstance(answer, str):
        return "", answer
    if answer.status == 429 or answer.status >= 500:
        return None, Outcome.ASKED_TO_WAIT.code
    return (answer.body.decode("utf-8", "replace"), "") if answer.status == 200 else ("", "")


def ask(egress: Egress, host: str, budget: Budget, robots_text: str | None, robots_failure: str = "") -> Observation:
    """The home page over http and https. `robots_text` None means that everything is forbidden for now."""
    if robots_text is None or not robots_allow(robots_text, "/"):
        return Observation(host, "", "", False, robots_failure if robots_text is None else "")
    plain = get(egress, f"http://{host}/", budget)
    if isinstance(plain, Fetched) and plain.url.startswith(f"https://{host}/"):
        return Observation(host, plain, plain)
    return Observation(host, plain, get(egress, f"https://{host}/", budget))


def judge(seen: Observation) -> tuple[Verdict, ...]:
    if not seen.allowed:
        return none_of(CHECKS, seen.robots_failure or "scan.robots")
    return (_judge_redirect(seen), _judge_hsts(seen), *_judge_content(seen))


def _busy(page: Fetched) -> bool:
    return page.status == 429 or page.status >= 500


def _busy_code(page: Fetched) -> str:
    return Outcome.ASKED_TO_WAIT.code if page.status == 429 else "scan.error_page"


def _judge_redirect(seen: Observation) -> Verdict:
    check = "SW-HTTP-01"
    if isinstance(seen.plain, str):
        if closed(seen.plain):
            return (
                could_not(check, NOT_APPLICABLE) if seen.secure == seen.plain else verdict(check, False, port="closed")
            )
        return could_not(check, seen.plain)
    page = seen.plain
    if _busy(page):
        return could_not(check, _busy_code(page))
    goes = page.url.startswith("https://") or (bool(page.stopped) and page.location.lower().startswith("https://"))
    if not goes and page.stopped not in (None, Outcome.THIRD_PARTY):
        return could_not(check, page.stopped.code)
    return verdict(check, not goes, status=page.status)


def _judge_hsts(seen: Observation) -> Verdict:
    check = "SW-HTTP-02"
    if isinstance(seen.secure, str):
        return could_not(check, NOT_APPLICABLE if closed(seen.secure) else seen.secure)
    if _busy(seen.secure):
        return could_not(check, _busy_code(seen.secure))
    if not seen.secure.url.startswith("https://"):
        return could_not(check, NOT_APPLICABLE)
    values = seen.secure.header("strict-transport-security")
    match = _MAX_AGE.search(values[0]) if values else None
    age = int(match.group(1)) if match else 0
    return verdict(check, age < HSTS_AT_LEAST, max_age=age)


def _judge_content(seen: Observation) -> tuple[Verdict, ...]:
    page = seen.secure if isinstance(seen.secure, Fetched) else seen.plain
    if isinstance(page, str):
        both_closed = closed(page) and isinstance(seen.secure, str) and closed(seen.secure)
        failures = [f for f in (seen.secure, seen.plain) if isinstance(f, str) and not closed(f)]
        return none_of(_CONTENT, NOT_APPLICABLE if both_closed or not failures else failures[0])
    version = _judge_version(page)
    if page.stopped is not None:
        reason = "scan.leaves_site" if page.stopped is Outcome.THIRD_PARTY else page.stopped.code
        return (*none_of(_CONTENT[:3], reason), _judge_cookies(page), version)
    if page.status == 429:
        return none_of(_CONTENT, Outcome.ASKED_TO_WAIT.code)
    if page.status >= 400 and page.status not in (401, 403):
        return (*none_of(_CONTENT[:4], "scan.error_page"), version)
    policies = [value for value in page.header("content-security-policy") if value.strip(" ;,")]
    in_page = bool(_META_CSP.search(page.body))
    nosniff = any(v.split(",")[0].strip().lower() == "nosniff" for v in page.header("x-content-type-options")[:1])
    return (
        verdict("SW-HTTP-03", not policies and not in_page),
        verdict("SW-HTTP-04", not nosniff),
        verdict("SW-HTTP-05", not framing_forbidden(page.header("x-frame-options"), policies)),
        _judge_cookies(page),
        version,
    )


def framing_forbidden(options: Sequence[str], policies: Sequence[str]) -> bool:
    """Whether other sites are kept from framing the page; ``frame-ancestors`` overrides the older header."""
    ancestors = [
        directive.split()[1:]
        for policy in policies
        for part in policy.split(",")
        for directive in part.split(";")
        if directive.split()[:1] and directive.split()[0].lower() == "frame-ancestors"
    ]
    if ancestors:
        return any(not {"*", "http:", "https:"} & {source.lower() for source in sources} for sources in ancestors)
    words = {word.strip().lower() for value in options for word in value.split(",")}
    return bool(words) and words <= {"deny", "sameorigin"}


def _judge_cookies(page: Fetched) -> Verdict:
    bad = []
    for value in page.header("set-cookie")[:50]:
        name = shown(value.split("=", 1)[0].strip(), 40)
        flags = {part.strip().lower() for part in value.split(";")[1:]}
        readable = "csrf" in name.lower() or "xsrf" in name.lower()  # made to be read by the page's own script
        if "secure" not in flags or ("httponly" not in flags and not readable):
            bad.append(name)
    return verdict("SW-HTTP-06", bool(bad), **({"cookies": ", ".join(bad[:5])} if bad else {}))


def _judge_version(page: Fetched) -> Verdict:
    for header in _VERSION_HEADERS:
        for value in page.header(header):
            if match := _VERSION.search(value):
                return verdict("SW-HTTP-07", True, header=header, value=shown(match.group(0), 60))
    return verdict("SW-HTTP-07", False)
