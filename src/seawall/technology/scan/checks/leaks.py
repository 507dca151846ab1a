"""SW-WEB-01 to -06 and -08: files and pages left where anyone can fetch them. First bytes only, and nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from seawall.technology.net import Budget, Egress, Fetched, Outcome, Wish, robots_allow

from ..verdicts import NOT_APPLICABLE, Verdict, closed, could_not, none_of, verdict
from .pages import get

CHECKS = tuple(f"SW-WEB-{number:02}" for number in (1, 2, 3, 4, 5, 6, 8))
SECURITY_TXT = "/.well-known/security.txt"
# A file nobody has: who answers it with settings answers everything so. Its error page shows how much a host tells.
CONTROL = "/.seawall-control/.env"
_WISH = Wish(max_bytes=4_096, seconds=6, max_redirects=0, verify=False)
_GIT = re.compile(rb"\A(?:ref: refs/[\w./-]{1,200}|[0-9a-f]{40}|[0-9a-f]{64})\s*\Z")
_SETTING = re.compile(rb"^(?:export[ \t]+)?[A-Z][A-Z0-9_]{1,60}[ \t]*=[^<>\r\n]*$", re.MULTILINE)
_LISTING = re.compile(
    rb"<title>(?:Index of|Directory listing for|Directory: )|<h1>Index of /|\[To Parent Directory\]", re.I
)
_SQL = re.compile(rb"^(?:-- (?:MySQL|MariaDB|PostgreSQL|phpMyAdmin)|(?:CREATE TABLE|INSERT INTO|DROP TABLE) )", re.M)
_TALKS = re.compile(
    rb"Traceback \(most recent call last\)|DEBUG = True|Whoops, looks like something went wrong"
    rb"|Whoops! There was an error"
    rb"|<b>(?:Warning|Fatal error|Notice)</b>: .{0,300} on line <b>|\[(?:Http|Sql)Exception|Stack Trace:</b>"
    rb"|at (?:org|java|javax|com|net)\.[\w.$]+\([\w]+\.java:\d+\)|Microsoft OLE DB Provider|ORA-\d{5}",
    re.DOTALL,
)


def _git(body: bytes) -> bool:
    return bool(_GIT.match(body))


def _settings(body: bytes) -> bool:
    lines = [line for line in body.splitlines() if line.strip() and not line.lstrip().startswith(b"#")]
    hits = len(_SETTING.findall(body))
    return bool(lines) and b"<html" not in body.lower() and hits >= 1 and hits * 2 >= len(lines)


def _listing(body: bytes) -> bool:
    return bool(_LISTING.search(body))


def _archive(body: bytes) -> bool:
    return body.startswith((b"PK\x03\x04", b"\x1f\x8b\x08", b"Rar!\x1a\x07"))


def _dump(body: bytes) -> bool:
    return bool(_SQL.search(body)) and b"<html" not in body.lower()


def _source(body: bytes) -> bool:
    return body.lstrip().startswith(b"<?php")


def _diagnostics(body: bytes) -> bool:
    marks = (
        b"<title>phpinfo()",
        b"PHP Version</",
        b"Apache Server Status for",
        b'"propertySources"',
        b'"activeProfiles"',
    )
    return any(mark in body for mark in marks)


def _login(body: bytes) -> bool:
    lower = body.lower()
    product = any(
        mark in lower for mark in (b"phpmyadmin", b"wp-login", b"tomcat web application manager", b"django admin")
    )
    return product or (
        b'type="password"' in lower
        and re.search(rb"admin|\xe7\xae\xa1\xe7\x90\x86|\xe5\x90\x8e\xe5\x8f\xb0", lower) is not None
    )


@dataclass(frozen=True, slots=True)
class _File:
    check: str
    path: str
    reads: Callable[[bytes], bool]


FILES: tuple[_File, ...] = (
    _File("SW-WEB-01", "/.git/HEAD", _git),
    _File("SW-WEB-01", "/.env", _settings),
    _File("SW-WEB-02", "/uploads/", _listing),
    _File("SW-WEB-02", "/backup/", _listing),
    _File("SW-WEB-03", "/backup.zip", _archive),
    _File("SW-WEB-03", "/backup.sql", _dump),
    _File("SW-WEB-03", "/index.php.bak", _source),
    _File("SW-WEB-04", "/phpinfo.php", _diagnostics),
    _File("SW-WEB-04", "/server-status", _diagnostics),
    _File("SW-WEB-04", "/actuator/env", _diagnostics),
    _File("SW-WEB-05", "/admin/", _login),
    _File("SW-WEB-05", "/phpmyadmin/", _login),
    _File("SW-WEB-05", "/manager/html", _login),
)
_GIVE_UP_AFTER = 2


@dataclass(frozen=True, slots=True)
class Observation:
    """For each path "exposed", "absent", "robots", or the code of a failure. The content itself is not kept.

    `contact` is "valid", "absent", "expired", "incomplete", or the code of a failure; `error_page` "talks", "quiet" or
    the code of a failure.
    """

    paths: tuple[tuple[str, str], ...] = ()
    failure: str = ""
    contact: str = NOT_APPLICABLE
    error_page: str = NOT_APPLICABLE


def signature(path: str, body: bytes) -> bool:
    """Whether the first bytes are what the file really holds, not a page that answers everything with 200."""
    return next(file.reads for file in FILES if file.path == path)(body)


@dataclass(slots=True)
class _Asking:
    """One host, asked path by path; after two failures in a row it is left alone."""

    egress: Egress
    base: str
    budget: Budget
    robots_text: str | None
    failures: int = 0
    last: str = ""

    def answer(self, path: str) -> Fetched | str:
        if self.robots_text is None or not robots_allow(self.robots_text, path):
            return "robots"
        if self.failures >= _GIVE_UP_AFTER:
            return self.last
        answer = get(self.egress, self.base + path, self.budget, _WISH)
        if isinstance(answer, str):
            self.failures, self.last = self.failures + 1, answer
            return answer
        if answer.status == 429:
            self.failures, self.last = _GIVE_UP_AFTER, Outcome.ASKED_TO_WAIT.code
            return self.last
        self.failures = 0
        return answer


def ask(egress: Egress, host: str, scheme: str, budget: Budget, robots_text: str | None, now: datetime) -> Observation:
    """`scheme` is the one the host answers on, "" when it answers on neither."""
    if not scheme:
        return Observation(failure=NOT_APPLICABLE)
    asking = _Asking(egress, f"{scheme}://{host}", budget, robots_text)
    control = asking.answer(CONTROL)
    results = []
    for file in FILES:
        state = _state(file, asking.answer(file.path))
        if state == "exposed" and isinstance(control, Fetched) and file.reads(control.body):
            state = "absent"  # this host answers everything so
        results.append((file.path, state))
    contact = _contact(asking.answer(SECURITY_TXT), now) if scheme == "https" else NOT_APPLICABLE
    return Observation(tuple(results), "", contact, _error_page(control))


def _state(file: _File, answer: Fetched | str) -> str:
    if isinstance(answer, str):
        return answer
    if answer.status >= 500:
        return "scan.error_page"
    if file.check == "SW-WEB-05" and answer.status == 401:
        realm = " ".join(answer.header("www-authenticate")).lower()
        return "exposed" if "tomcat manager" in realm or "phpmyadmin" in realm else "absent"
    return "exposed" if answer.status == 200 and file.reads(answer.body) else "absent"


def _contact(answer: Fetched | str, now: datetime) -> str:
    if isinstance(answer, str):
        return answer
    if answer.status >= 500:
        return "scan.error_page"
    fields = dict(re.findall(r"(?im)^(contact|expires)\s*:\s*(\S+)", answer.body.decode("utf-8", "replace")))
    fields = {key.lower(): value for key, value in fields.items()}
    if answer.status != 200 or "contact" not in fields:
        return "absent"
    try:
        until = datetime.fromisoformat(fields.get("expires", ""))
    except ValueError:
        return "incomplete"
    return "expired" if until.replace(tzinfo=until.tzinfo or UTC) < now else "valid"


def _error_page(control: Fetched | str) -> str:
    if isinstance(control, str):
        return control
    return "talks" if _TALKS.search(control.body) else "quiet"


def judge(seen: Observation) -> tuple[Verdict, ...]:
    if seen.failure:
        return none_of(CHECKS, NOT_APPLICABLE if closed(seen.failure) else seen.failure)
    states = dict(seen.paths)
    by_check: dict[str, list[tuple[str, str]]] = {}
    for file in FILES:
        by_check.setdefault(file.check, []).append((file.path, states.get(file.path, "absent")))
    files = tuple(_judge_files(check, paths) for check, paths in by_check.items())
    return (*files, _judge_contact(seen.contact), _judge_error_page(seen.error_page))


def _judge_files(check: str, paths: Sequence[tuple[str, str]]) -> Verdict:
    exposed = [path for path, state in paths if state == "exposed"]
    if exposed:
        return verdict(check, True, paths=", ".join(exposed))
    unknown = [state for _, state in paths if state != "absent"]
    return _unknown(check, unknown[0]) if unknown else verdict(check, False)


def _judge_contact(state: str) -> Verdict:
    if state in ("valid", "absent", "expired", "incomplete"):
        return verdict("SW-WEB-06", state != "valid", state=state)
    return _unknown("SW-WEB-06", state)


def _judge_error_page(state: str) -> Verdict:
    if state in ("talks", "quiet"):
        return verdict("SW-WEB-08", state == "talks")
    return _unknown("SW-WEB-08", state)


def _unknown(check: str, state: str) -> Verdict:
    return could_not(check, "scan.robots" if state == "robots" else state)
