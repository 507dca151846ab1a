"""SW-WEB-01: a repository or a settings file left where anyone can fetch it. First bytes only, and nothing is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

from seawall.technology.net import Budget, Egress, Fetched, Outcome, Wish, robots_allow

from ..verdicts import NOT_APPLICABLE, Verdict, closed, could_not, none_of, verdict
from .pages import get

CHECKS = ("SW-WEB-01",)
_PATHS = ("/.git/HEAD", "/.env")
_CONTROL = "/.seawall-control/.env"  # a file nobody has: who answers it with settings answers everything so
_WISH = Wish(max_bytes=2_048, seconds=6, max_redirects=0, verify=False)
_GIT = re.compile(rb"\A(?:ref: refs/[\w./-]{1,200}|[0-9a-f]{40}|[0-9a-f]{64})\s*\Z")
_SETTING = re.compile(rb"^(?:export[ \t]+)?[A-Z][A-Z0-9_]{1,60}[ \t]*=[^<>\r\n]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Observation:
    """For each path "exposed", "absent", "robots", or the code of a failure. The content itself is not kept."""

    paths: tuple[tuple[str, str], ...] = ()
    failure: str = ""


def signature(path: str, body: bytes) -> bool:
    """Whether the first bytes are what the file really holds, not a page that answers everything with 200."""
    if path.endswith("HEAD"):
        return bool(_GIT.match(body))
    lines = [line for line in body.splitlines() if line.strip() and not line.lstrip().startswith(b"#")]
    hits = len(_SETTING.findall(body))
    return bool(lines) and b"<html" not in body.lower() and hits >= 1 and hits * 2 >= len(lines)


def ask(egress: Egress, host: str, scheme: str, budget: Budget, robots_text: str | None) -> Observation:
    """`scheme` is the one the host answers on, "" when it answers on neither."""
    if not scheme:
        return Observation(failure=NOT_APPLICABLE)
    results: list[tuple[str, str]] = []
    for path in _PATHS:
        if robots_text is None or not robots_allow(robots_text, path):
            results.append((path, "robots"))
            continue
        answer = get(egress, f"{scheme}://{host}{path}", budget, _WISH)
        results.append((path, _state(path, answer)))
    if any(state == "exposed" for _, state in results):
        control = get(egress, f"{scheme}://{host}{_CONTROL}", budget, _WISH)
        if _state(_CONTROL, control) == "exposed":
            results = [(path, "absent" if path == "/.env" and state == "exposed" else state) for path, state in results]
    return Observation(tuple(results))


def _state(path: str, answer: Fetched | str) -> str:
    if isinstance(answer, str):
        return answer
    if answer.status == 429:
        return Outcome.ASKED_TO_WAIT.code
    if answer.status >= 500:
        return "scan.error_page"
    return "exposed" if answer.status == 200 and signature(path, answer.body) else "absent"


def judge(seen: Observation) -> tuple[Verdict, ...]:
    if seen.failure:
        return none_of(CHECKS, NOT_APPLICABLE if closed(seen.failure) else seen.failure)
    exposed = [path for path, state in seen.paths if state == "exposed"]
    if exposed:
        return (verdict("SW-WEB-01", True, paths=", ".join(exposed)),)
    unknown = [state for _, state in seen.paths if state != "absent"]
    if unknown:
        return (could_not("SW-WEB-01", "scan.robots" if unknown[0] == "robots" else unknown[0]),)
    return (verdict("SW-WEB-01", False),)
