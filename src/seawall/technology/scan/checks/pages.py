"""SW-HTTP: what a web host says in its headers and on its home page. Three pages are asked for, and shared by all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from seawall.technology.net import Budget, Egress, Fetched, NotReached, Outcome, Wish, robots_allow

from .. import software
from ..verdicts import NOT_APPLICABLE, Verdict, closed, could_not, failure_code, none_of, shown, verdict
from . import content, headers

_OF_WAY = ("SW-HTTP-01", "SW-HTTP-14", "SW-HTTP-02", "SW-HTTP-08")
_OF_PAGE = ("SW-HTTP-03", "SW-HTTP-04", "SW-HTTP-05", "SW-HTTP-09", "SW-HTTP-10", "SW-HTTP-11", "SW-HTTP-15")
_OF_ANSWER = ("SW-HTTP-06", "SW-HTTP-12", "SW-HTTP-07", "SW-WEB-07")
_CONTENT = (*_OF_PAGE, *_OF_ANSWER, *content.CHECKS)
CHECKS = (*_OF_WAY, *_CONTENT)
HSTS_AT_LEAST = 86_400  # a shorter promise has run out before the visitor comes back
_PAGE = Wish(max_bytes=262_144, seconds=8, verify=False)
_VERSION = re.compile(r"[A-Za-z][\w.-]*[/ ]v?\d+(?:\.\d+)*|(?:\d+\.){1,3}\d+")
_VERSION_HEADERS = ("server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator")


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


def judge(seen: Observation, today: date) -> tuple[Verdict, ...]:
    """`today` decides which versions are past their support."""
    if not seen.allowed:
        return none_of(CHECKS, seen.robots_failure or "scan.robots")
    return (*_judge_redirect(seen), *_judge_hsts(seen), *_judge_content(seen, today))


def _busy(page: Fetched) -> bool:
    return page.status == 429 or page.status >= 500


def _busy_code(page: Fetched) -> str:
    return Outcome.ASKED_TO_WAIT.code if page.status == 429 else "scan.error_page"


def _judge_redirect(seen: Observation) -> tuple[Verdict, Verdict]:
    check, way = _OF_WAY[:2]
    if isinstance(seen.plain, str):
        if not closed(seen.plain):
            return could_not(check, seen.plain), could_not(way, seen.plain)
        nothing = seen.secure == seen.plain
        first = could_not(check, NOT_APPLICABLE) if nothing else verdict(check, False, port="closed")
        return first, could_not(way, NOT_APPLICABLE)
    page = seen.plain
    if _busy(page):
        return could_not(check, _busy_code(page)), could_not(way, _busy_code(page))
    goes = page.url.startswith("https://") or (bool(page.stopped) and page.location.lower().startswith("https://"))
    if not goes and page.stopped not in (None, Outcome.THIRD_PARTY):
        return could_not(check, page.stopped.code), headers.judge_redirects(seen.host, page)
    return verdict(check, not goes, status=page.status), headers.judge_redirects(seen.host, page)


def _judge_hsts(seen: Observation) -> tuple[Verdict, ...]:
    checks = _OF_WAY[2:]
    if isinstance(seen.secure, str):
        return none_of(checks, NOT_APPLICABLE if closed(seen.secure) else seen.secure)
    if _busy(seen.secure):
        return none_of(checks, _busy_code(seen.secure))
    if not seen.secure.url.startswith("https://"):
        return none_of(checks, NOT_APPLICABLE)
    age = headers.max_age(seen.secure.header("strict-transport-security"))
    there = verdict("SW-HTTP-02", age < HSTS_AT_LEAST, max_age=age)
    return there, headers.judge_hsts_quality(seen.secure, HSTS_AT_LEAST)


def _judge_content(seen: Observation, today: date) -> tuple[Verdict, ...]:
    page = seen.secure if isinstance(seen.secure, Fetched) else seen.plain
    if isinstance(page, str):
        both_closed = closed(page) and isinstance(seen.secure, str) and closed(seen.secure)
        failures = [f for f in (seen.secure, seen.plain) if isinstance(f, str) and not closed(f)]
        return none_of(_CONTENT, NOT_APPLICABLE if both_closed or not failures else failures[0])
    answer = (_judge_cookies(page), headers.judge_same_site(page))
    versions = (_judge_version(page), _judge_support(page, today))
    if page.stopped is not None:
        reason = "scan.leaves_site" if page.stopped is Outcome.THIRD_PARTY else page.stopped.code
        return (*none_of((*_OF_PAGE, *content.CHECKS), reason), *answer, *versions)
    if page.status == 429:
        return none_of(_CONTENT, Outcome.ASKED_TO_WAIT.code)
    if page.status >= 400 and page.status not in (401, 403):
        return (*none_of((*_OF_PAGE, *_OF_ANSWER[:2], *content.CHECKS), "scan.error_page"), *versions)
    document = content.read(page)
    policies = [value for value in page.header("content-security-policy") if value.strip(" ;,")]
    in_page = document.policies()
    nosniff = any(v.split(",")[0].strip().lower() == "nosniff" for v in page.header("x-content-type-options")[:1])
    return (
        verdict("SW-HTTP-03", not policies and not any(p.strip(" ;,") for p in in_page)),
        verdict("SW-HTTP-04", not nosniff),
        verdict("SW-HTTP-05", not framing_forbidden(page.header("x-frame-options"), policies)),
        *headers.judge_policies(page, in_page),
        *answer,
        *versions,
        *content.judge(document),
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
                named = software.identify(value)
                cpe = {"cpe": named[0].cpe} if named else {}
                return verdict("SW-HTTP-07", True, header=header, value=shown(match.group(0), 60), **cpe)
    return verdict("SW-HTTP-07", False)


def _judge_support(page: Fetched, today: date) -> Verdict:
    """SW-WEB-07: software past its support, of those that name a version."""
    named = [
        found for header in _VERSION_HEADERS for value in page.header(header) for found in software.identify(value)
    ]
    return software.judge_support(named, today)
