"""SW-MAIL-08 to -13: how good a domain's mail policies are. Name servers are asked, and one policy file fetched."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from seawall.technology.net import Budget, Egress, Lookup, NotReached, Wish

from ..verdicts import NOT_APPLICABLE, Verdict, could_not, failure_code, shown, verdict
from .zone import look

CHECKS = tuple(f"SW-MAIL-{number:02}" for number in range(8, 14))
# The names under which large senders and Chinese mail houses publish their keys; others exist, and cannot be listed.
SELECTORS = (
    *("default", "selector1", "selector2", "google", "s1", "s2", "k1", "k2", "dkim", "mail", "smtp", "key1"),
    *("mx", "ali", "tencent", "s201512", "s20200401", "zoho"),
)
SAFE_KEY_BITS = 2048
_WISH = Wish(max_bytes=65_536, seconds=8, max_redirects=0)


@dataclass(frozen=True, slots=True)
class Observation:
    """TXT answers (a string is the code of a failure). `sts` is "", a mode, or why the policy file cannot be used
    ("unreachable: <code>", "malformed"); `keys` maps selectors to key records; `keys_failure`: why one is not known.
    """

    sts_record: Lookup | str
    sts: str
    report: Lookup | str
    bimi: Lookup | str
    keys: Mapping[str, str]
    keys_failure: str = ""


def ask(egress: Egress, domain: str, budget: Budget) -> Observation:
    sts_record = look(egress, f"_mta-sts.{domain}", "TXT", budget)
    report = look(egress, f"_smtp._tls.{domain}", "TXT", budget)
    bimi = look(egress, f"default._bimi.{domain}", "TXT", budget)
    announced = not isinstance(sts_record, str) and any(_is_sts(v) for v in sts_record.values)
    sts = _policy(egress, domain, budget) if announced else ""
    keys: dict[str, str] = {}
    failure = ""
    for selector in SELECTORS:
        answer = look(egress, f"{selector}._domainkey.{domain}", "TXT", budget)
        if isinstance(answer, str):
            failure = answer
            break
        record = next((value for value in answer.values if re.search(r"(?:^|;)\s*p\s*=", value)), "")
        if record:
            keys[selector] = record
    return Observation(sts_record, sts, report, bimi, keys, failure)


def _is_sts(value: str) -> bool:
    return bool(re.match(r"v=STSv1\s*;", value))


def _policy(egress: Egress, domain: str, budget: Budget) -> str:
    try:
        fetched = egress.fetch(f"https://mta-sts.{domain}/.well-known/mta-sts.txt", _WISH, budget)
    except NotReached as error:
        return f"unreachable: {failure_code(error)}"
    if fetched.status != 200:
        return f"unreachable: {fetched.status}"
    return read_policy(fetched.body.decode("utf-8", "replace"))


def read_policy(text: str) -> str:
    """The mode of an MTA-STS policy (RFC 8461), or "malformed"."""
    fields: dict[str, list[str]] = {}
    for line in text.splitlines()[:200]:
        key, mark, value = line.partition(":")
        if mark:
            fields.setdefault(key.strip().lower(), []).append(value.strip())
    mode = fields.get("mode", [""])[0].lower()
    age = fields.get("max_age", [""])[0]
    whole = fields.get("version") == ["STSv1"] and age.isdigit() and (mode == "none" or bool(fields.get("mx")))
    return mode if whole and mode in ("enforce", "testing", "none") else "malformed"


def judge(seen: Observation, *, receives: bool | str, dmarc: Mapping[str, str]) -> tuple[Verdict, ...]:
    """`receives`: whether the domain takes mail, or the code of a failure to learn it; `dmarc`: the tags in force."""
    return (
        _judge_sts(seen, receives),
        _judge_report(seen, receives),
        _judge_bimi(seen, dmarc),
        _judge_keys(seen, dmarc),
        *_judge_dmarc(dmarc),
    )


def _unless_received(check: str, receives: bool | str) -> Verdict | None:
    if isinstance(receives, str):
        return could_not(check, receives)
    return None if receives else could_not(check, NOT_APPLICABLE)


def _judge_sts(seen: Observation, receives: bool | str) -> Verdict:
    check = "SW-MAIL-08"
    if (early := _unless_received(check, receives)) is not None:
        return early
    if isinstance(seen.sts_record, str):
        return could_not(check, seen.sts_record)
    if not seen.sts:
        return verdict(check, True, state="missing")
    if seen.sts.startswith("unreachable: outbound.") and "tls" not in seen.sts and "refused" not in seen.sts:
        return could_not(check, seen.sts.removeprefix("unreachable: "))
    return verdict(check, seen.sts != "enforce", state=seen.sts)


def _judge_report(seen: Observation, receives: bool | str) -> Verdict:
    check = "SW-MAIL-09"
    if (early := _unless_received(check, receives)) is not None:
        return early
    if isinstance(seen.report, str):
        return could_not(check, seen.report)
    good = [v for v in seen.report.values if re.match(r"v=TLSRPTv1\s*;.*\brua\s*=\s*(?:mailto:|https:)", v)]
    return verdict(check, len(good) != 1)


def _judge_bimi(seen: Observation, dmarc: Mapping[str, str]) -> Verdict:
    """A logo that receivers will not show: the record is broken, or DMARC does not stop forgeries."""
    check = "SW-MAIL-10"
    if isinstance(seen.bimi, str):
        return could_not(check, seen.bimi)
    records = [v for v in seen.bimi.values if re.match(r"v\s*=\s*BIMI1\b", v)]
    if not records:
        return could_not(check, NOT_APPLICABLE)
    logo = re.search(r"\bl\s*=\s*(\S*?)\s*(?:;|$)", records[0])
    location = logo.group(1) if logo else ""
    if len(records) > 1 or logo is None or (location and not location.startswith("https://")):
        return verdict(check, True, why="malformed")
    enforced = dmarc.get("p") in ("quarantine", "reject") and dmarc.get("pct", "100") == "100"
    return verdict(check, not enforced, **({} if enforced else {"why": "DMARC not enforced"}))


def _judge_keys(seen: Observation, dmarc: Mapping[str, str]) -> Verdict:
    check = "SW-MAIL-11"
    if seen.keys_failure and not seen.keys:
        return could_not(check, seen.keys_failure)
    weak = []
    for selector, record in seen.keys.items():
        fault = key_fault(record)
        if fault:
            weak.append(f"{selector}: {fault}")
    if weak:
        return verdict(check, True, keys=shown(", ".join(weak[:4]), 120))
    live = [s for s, record in seen.keys.items() if not _revoked(record)]
    # A key under a name we cannot guess is not a missing key.
    return verdict(check, False, selectors=", ".join(live[:4])) if live else could_not(check, "scan.selector_unknown")


def _tags(record: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in record.split(";"):
        key, mark, value = part.partition("=")
        if mark:
            found.setdefault(key.strip().lower(), value.strip())
    return found


def _revoked(record: str) -> bool:
    return not re.sub(r"\s+", "", _tags(record).get("p", ""))


def key_fault(record: str) -> str:
    """What is wrong with a DKIM key record (RFC 6376, 8301), "" when nothing or when the key is withdrawn."""
    tags = _tags(record)
    text = re.sub(r"\s+", "", tags.get("p", ""))
    if not text or tags.get("k", "rsa").lower() != "rsa":
        return ""
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, TypeError, UnsupportedAlgorithm):
        return "unreadable key"
    if not isinstance(key, rsa.RSAPublicKey):
        return "unreadable key"
    if key.key_size < SAFE_KEY_BITS:
        return f"RSA {key.key_size}"
    return "test mode" if "y" in tags.get("t", "").lower().split(":") else ""


def _judge_dmarc(dmarc: Mapping[str, str]) -> tuple[Verdict, Verdict]:
    """SW-MAIL-12 nobody reads the reports, -13 subdomains are let off or part of the mail is."""
    if "failure" in dmarc or dmarc.get("p") not in ("none", "quarantine", "reject"):
        reason = dmarc.get("failure", NOT_APPLICABLE)
        return could_not("SW-MAIL-12", reason), could_not("SW-MAIL-13", reason)
    reports = bool(re.search(r"mailto:\S+@|https://", dmarc.get("rua", ""), re.IGNORECASE))
    partial = verdict("SW-MAIL-13", False)
    if dmarc["p"] == "none":
        partial = could_not("SW-MAIL-13", NOT_APPLICABLE)  # SW-MAIL-04 speaks
    elif dmarc.get("sp", dmarc["p"]) == "none":
        partial = verdict("SW-MAIL-13", True, why="sp=none")
    elif dmarc.get("t", "n").lower() == "y":
        partial = verdict("SW-MAIL-13", True, why="t=y")  # RFC 9989: receivers apply the next milder policy
    elif dmarc.get("pct", "100") not in ("100", "0"):
        partial = verdict("SW-MAIL-13", True, why=f"pct={shown(dmarc['pct'], 5)}")
    return verdict("SW-MAIL-12", not reports), partial
