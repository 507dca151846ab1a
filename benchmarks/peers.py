"""The outside-in scan beside three peers, on the same lab hosts in one run: agreement check by check, and time.

Peers, each optional (a missing one is named and left out):

    apt install testssl.sh
    npm install --ignore-scripts --prefix DIR @mdn/mdn-http-observatory
    python3 -m venv VENV && VENV/bin/pip install checkdmarc

    .venv/bin/python benchmarks/peers.py --observatory DIR --checkdmarc VENV/bin/python [--hosts N]

Seawall looks at all hosts in one scan at its polite pace (two connections a second to one address); the peers take one
host after another, each at its own pace. A verdict of a peer that differs from ours is printed with the reason, or as
UNEXPLAINED, which makes the exit code 1. Nothing leaves this machine: every address is in 127.77.0.0/16.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seawall.core.evidence.items import Finding
from seawall.technology.lab import Lab
from seawall.technology.scan import HOST_CHECKS, NOT_APPLICABLE, scan

# Twenty hosts: the faults that TLS and header checkers look for, and a tidy one.
HOSTS = tuple(
    f"{name}.faults.example"
    for name in (
        *("good", "expired", "wrongname", "selfsigned", "weakkey", "oldtls", "sslv3", "nullsuite", "nosecrecy"),
        *("smallgroup", "sha1", "tls12only", "norevocation", "incomplete", "hstsshort", "loosecsp", "foreignscript"),
        *("mixed", "referrer", "goodcookie"),
    )
)
DOMAINS = ("faults.example", "tidy.example", "slack.example", "many.example", "yunpiaotong.example", "haituo.example")
Known = Mapping[tuple[str, str], Finding]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a peer says of one question: `fault`, and which of our checks answer the same question."""

    asset: str
    question: str
    fault: bool
    checks: tuple[str, ...]


@dataclass(slots=True)
class Peer:
    """One peer's run: seconds taken, verdicts, and what it could not look at."""

    name: str
    seconds: float = 0.0
    verdicts: list[Verdict] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--testssl", default=shutil.which("testssl") or shutil.which("testssl.sh") or "")
    parser.add_argument("--observatory", default="", help="folder of npm install --prefix")
    parser.add_argument("--checkdmarc", default="", help="python of the environment that holds checkdmarc")
    parser.add_argument("--hosts", type=int, default=len(HOSTS), help="how many of the twenty hosts")
    chosen = parser.parse_args()
    hosts = HOSTS[: chosen.hosts]
    with Lab.with_street() as lab, tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        (folder / "roots.pem").write_text(lab.egress().roots, encoding="ascii")
        began = time.monotonic()
        result = scan(hosts, lab.egress(rate=2.0, timeout=5.0), now=datetime.now(UTC))
        ours = time.monotonic() - began
        zones = scan(DOMAINS, lab.egress(rate=2.0, timeout=5.0), now=datetime.now(UTC))
        known = {(f.asset, f.check): f for f in (*result.findings, *zones.findings)}
        peers = []
        for name, place, run in (
            ("testssl.sh", chosen.testssl, lambda: testssl(lab, chosen.testssl, hosts, folder)),
            ("MDN HTTP Observatory", chosen.observatory, lambda: observatory(lab, chosen.observatory, hosts, folder)),
            ("checkdmarc", chosen.checkdmarc, lambda: checkdmarc(lab, chosen.checkdmarc, folder)),
        ):
            if place:
                peers.append(run())
            else:
                print(f"{name}: not installed here (see the head of this file), left out")
    return report(peers, known, ours, len(hosts), result.requests)


def report(peers: list[Peer], known: Known, ours: float, hosts: int, requests: int) -> int:
    unexplained = 0
    for peer in peers:
        by_question: dict[str, list[tuple[Verdict, str]]] = {}
        for verdict in peer.verdicts:
            by_question.setdefault(verdict.question, []).append((verdict, compare(verdict, known)))
        print(f"\n{peer.name}: {len(peer.verdicts)} verdicts in {peer.seconds:.1f} s")
        for question, answers in sorted(by_question.items()):
            same = sum(not why for _, why in answers)
            print(f"  {question:36} {', '.join(answers[0][0].checks):32} {same}/{len(answers)} agree")
            for verdict, why in answers:
                if why:
                    unexplained += why.startswith("UNEXPLAINED")
                    print(f"      {verdict.asset}: peer says {'fault' if verdict.fault else 'fine'}; {why}")
        for asset in peer.silent:
            print(f"      {asset}: the peer gives no verdict")
    on_hosts = [peer for peer in peers if peer.name != "checkdmarc"]
    theirs = sum(peer.seconds for peer in on_hosts)
    print(f"\nSeawall: {hosts} hosts in {ours:.1f} s, {requests} connections, {len(HOST_CHECKS)} checks of each host")
    if on_hosts:
        names = " and ".join(peer.name for peer in on_hosts)
        print(f"{names}, one host after another: {theirs:.1f} s; ratio {theirs / ours:.1f}")
    print(f"unexplained differences: {unexplained}")
    return 1 if unexplained else 0


def compare(verdict: Verdict, known: Known) -> str:
    """Empty when we say the same; else why not."""
    findings = [known[verdict.asset, check] for check in verdict.checks if (verdict.asset, check) in known]
    ours = any(f.state == "found" for f in findings)
    # What does not arise (no foreign script, so none without integrity) is fine in the words of a peer.
    answered = any(f.state != "could_not_check" or f.reason == NOT_APPLICABLE for f in findings)
    if ours == verdict.fault and answered:
        return ""
    for (question, host), reason in REASONS.items():
        if question == verdict.question and host == verdict.asset.split(".")[0]:
            return reason
    open_reasons = {f.reason for f in findings if f.state == "could_not_check"}
    return f"UNEXPLAINED: we say {'fault' if ours else 'fine'} {sorted(open_reasons) or ''}"


# Where a peer asks another question under the same name, or cannot know: (question, host) → why.
_BAD_CERTIFICATE = "it lays the invalid certificate to this question too; we name it in SW-TLS-01 to -03"
REASONS: Mapping[tuple[str, str], str] = {
    ("cert_chain_of_trust", "expired"): "it counts the dates into the chain; we judge them apart, in SW-TLS-01",
    ("cert_chain_of_trust", "sslv3"): "no current library shakes hands with it, and we verify in a handshake only",
    ("cert_revocation", "selfsigned"): "nobody but itself could revoke it, so we do not ask; SW-TLS-03 speaks",
    **{
        (question, host): _BAD_CERTIFICATE
        for question in ("redirection", "strict-transport-security")
        for host in ("expired", "wrongname", "selfsigned", "incomplete")
    },
}

# testssl.sh's ids → our checks, and which of its findings mean a fault.
TESTSSL: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "SSLv3": (("SW-TLS-07",), ("offered",)),
    "TLS1": (("SW-TLS-04",), ("offered",)),
    "TLS1_3": (("SW-TLS-08",), ("not offered",)),
    "PFS": (("SW-TLS-10",), ("not offered", "No ciphers")),
    "cert_signatureAlgorithm": (("SW-TLS-14",), ("SHA1", "MD5")),
    "cert_keySize": (("SW-TLS-06",), ("RSA 1024", "RSA 512")),
    "cert_trust": (("SW-TLS-02",), ("certificate does not match",)),
    "cert_expirationStatus": (("SW-TLS-01",), ("expired",)),
}
WEAK_LISTS = ("cipherlist_NULL", "cipherlist_aNULL", "cipherlist_EXPORT", "cipherlist_LOW", "cipherlist_3DES_IDEA")


def testssl(lab: Lab, program: str, hosts: tuple[str, ...], folder: Path) -> Peer:
    peer = Peer("testssl.sh")
    options = ["--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "-p", "-s", "-f", "-S"]
    for host in hosts:
        out = folder / f"{host}.json"
        target = ["--add-ca", str(folder / "roots.pem"), "--ip", lab.addresses[host], "--jsonfile", str(out)]
        began = time.monotonic()
        command = [program, *options, *target, f"{host}:{lab.ports[443]}"]
        subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=300, check=False)
        peer.seconds += time.monotonic() - began
        rows = json.loads(out.read_text(encoding="utf-8")) if out.exists() else []
        said = {row["id"].split(" ")[0]: row["finding"] for row in rows}
        found = list(read_testssl(host, said))
        peer.verdicts += found
        if not found:
            peer.silent.append(host)
    return peer


def read_testssl(host: str, said: Mapping[str, str]) -> Iterator[Verdict]:
    for name, (checks, faults) in TESTSSL.items():
        if name in said:
            text = said[name]
            fault = text.startswith(faults) or text.rpartition(" with ")[2].startswith(("SHA1", "MD5"))
            yield Verdict(host, name, fault, checks)
    weak = [said[name] for name in WEAK_LISTS if name in said]
    if weak:
        yield Verdict(host, "weak cipher lists", any(text.startswith("offered") for text in weak), ("SW-TLS-09",))
    if "cert_chain_of_trust" in said:
        text = said["cert_chain_of_trust"]
        yield Verdict(host, "cert_chain_of_trust", "failed" in text.lower(), ("SW-TLS-03",))
    if "cert_crlDistributionPoints" in said and "cert_ocspURL" in said:
        nothing = said["cert_crlDistributionPoints"] == "--" and said["cert_ocspURL"] == "--"
        yield Verdict(host, "cert_revocation", nothing, ("SW-TLS-12",))


OBSERVATORY: Mapping[str, tuple[str, ...]] = {
    "content-security-policy": ("SW-HTTP-03", "SW-HTTP-15"),
    "cookies": ("SW-HTTP-06",),
    "redirection": ("SW-HTTP-01", "SW-HTTP-14"),
    "referrer-policy": ("SW-HTTP-09",),
    "strict-transport-security": ("SW-HTTP-02", "SW-HTTP-08"),
    "subresource-integrity": ("SW-HTTP-16",),
    "x-content-type-options": ("SW-HTTP-04",),
    "x-frame-options": ("SW-HTTP-05",),
    "cross-origin-resource-policy": ("SW-HTTP-11",),
}
# Two lists that it fetches when it is installed; without the internet these stand in, and no lab host is on either.
OFFLINE = {"hsts-preload.json": "{}", "tld-list.json": '["com", "cn", "example"]'}
# Sends the names and ports of the lab to where they live; nothing else of the peer is changed.
PRELOAD = """
const net = require("node:net");
const { addresses, ports } = JSON.parse(require("node:fs").readFileSync(process.env.LAB_MAP, "utf8"));
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (options && typeof options === "object" && options.host in addresses) {
    options.port = ports[options.port] ?? options.port;
    options.host = addresses[options.host];
  }
  return connect.apply(this, args);
};
"""


def observatory(lab: Lab, prefix: str, hosts: tuple[str, ...], folder: Path) -> Peer:
    peer = Peer("MDN HTTP Observatory")
    program = Path(prefix) / "node_modules/@mdn/mdn-http-observatory/src/scan.js"
    for name, content in OFFLINE.items():
        lists = program.parents[1] / "conf" / name
        if not lists.exists():
            lists.write_text(content, encoding="utf-8")
    (folder / "preload.cjs").write_text(PRELOAD, encoding="utf-8")
    places = {"addresses": lab.addresses, "ports": {str(a): b for a, b in lab.ports.items()}}
    (folder / "map.json").write_text(json.dumps(places), encoding="utf-8")
    environment = {"LAB_MAP": str(folder / "map.json"), "NODE_EXTRA_CA_CERTS": str(folder / "roots.pem")}
    for host in hosts:
        began = time.monotonic()
        command = ["node", "--require", str(folder / "preload.cjs"), str(program), host]
        said = subprocess.run(
            command, capture_output=True, env={"PATH": "/usr/bin:/bin", **environment}, timeout=120, check=False
        )
        peer.seconds += time.monotonic() - began
        try:
            tests: dict[str, Any] = json.loads(said.stdout).get("tests", {})
        except ValueError:
            tests = {}
        for name, checks in OBSERVATORY.items():
            if name in tests and tests[name].get("pass") is not None:
                peer.verdicts.append(Verdict(host, name, not tests[name]["pass"], checks))
        if not tests:
            peer.silent.append(host)
    return peer


CHECKDMARC = """
import json, sys
import dns.resolver
from checkdmarc import dmarc, smtp_tls_reporting, spf
address, port, *domains = sys.argv[1:]
resolver = dns.resolver.Resolver(configure=False)
resolver.nameservers, resolver.port = [address], int(port)
print(json.dumps({domain: {
    "spf": spf.check_spf(domain, resolver=resolver),
    "dmarc": dmarc.check_dmarc(domain, resolver=resolver),
    "tls": smtp_tls_reporting.check_smtp_tls_reporting(domain, resolver=resolver),
} for domain in domains}, default=str))
"""


def checkdmarc(lab: Lab, python: str, folder: Path) -> Peer:
    peer = Peer("checkdmarc")
    (folder / "ask.py").write_text(CHECKDMARC, encoding="utf-8")
    resolver = lab.egress().resolver or ("", 0)
    began = time.monotonic()
    command = [python, str(folder / "ask.py"), resolver[0], str(resolver[1]), *DOMAINS]
    said = subprocess.run(command, capture_output=True, timeout=300, check=False)
    peer.seconds = time.monotonic() - began
    if said.returncode:
        print(said.stderr.decode()[-500:])
    answers: dict[str, Any] = json.loads(said.stdout or b"{}")
    for domain, answer in answers.items():
        spf, dmarc = answer["spf"], answer["dmarc"]
        peer.verdicts.append(Verdict(domain, "spf invalid or missing", not spf["valid"], ("SW-MAIL-01",)))
        if spf["valid"]:
            loose = (spf.get("parsed") or {}).get("all") in ("pass", "neutral", None)
            peer.verdicts.append(Verdict(domain, "spf all passes", loose, ("SW-MAIL-02",)))
        peer.verdicts.append(Verdict(domain, "dmarc invalid or missing", not dmarc["valid"], ("SW-MAIL-03",)))
        if dmarc["valid"]:
            tags = dmarc["tags"]
            peer.verdicts.append(Verdict(domain, "dmarc p=none", tags["p"]["value"] == "none", ("SW-MAIL-04",)))
            peer.verdicts.append(Verdict(domain, "dmarc without rua", "rua" not in tags, ("SW-MAIL-12",)))
        if domain not in ("faults.example", "many.example"):  # these receive no mail, so we do not ask
            peer.verdicts.append(Verdict(domain, "tls reports missing", not answer["tls"]["valid"], ("SW-MAIL-09",)))
    return peer


if __name__ == "__main__":
    sys.exit(main())
