"""The whole scan against the lab: every planted fault is found, nothing else is, and a change is seen."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime

import pytest

from seawall.core.evidence.items import Finding
from seawall.technology.lab import Lab, Page
from seawall.technology.lab.cast import TIDY
from seawall.technology.net import Egress, networks
from seawall.technology.scan import CHECKS, HOST_CHECKS, NOT_APPLICABLE, Progress, ScanResult, scan

NOW = datetime.now(UTC)

# host of faults.example → exactly the checks that must be found there
FAULTS: dict[str, set[str]] = {
    **{name: set() for name in ("good", "intermediate", "catchall", "allthelogin", "goodcookie", "pinnedscript")},
    **{name: set() for name in ("openlinks", "away", "inward", "private", "busy")},
    "expired": {"SW-TLS-01"},
    "wrongname": {"SW-TLS-02"},
    "selfsigned": {"SW-TLS-03"},
    "stranger": {"SW-TLS-03"},
    "incomplete": {"SW-TLS-03", "SW-TLS-11"},
    "expiring": {"SW-TLS-05"},
    "weakkey": {"SW-TLS-06"},
    "oldtls": {"SW-TLS-04"},
    "sslv3": {"SW-TLS-07", "SW-TLS-08", "SW-TLS-09", "SW-TLS-10"},
    "tls12only": {"SW-TLS-08"},
    "nullsuite": {"SW-TLS-09"},
    "anonymous": {"SW-TLS-09"},
    "tripledes": {"SW-TLS-08", "SW-TLS-09"},
    "nosecrecy": {"SW-TLS-08", "SW-TLS-10"},
    "norevocation": {"SW-TLS-12"},
    "longlived": {"SW-TLS-13"},
    "sha1": {"SW-TLS-14"},
    "smallgroup": {"SW-TLS-15"},
    "hstsshort": {"SW-HTTP-08"},
    "referrer": {"SW-HTTP-09"},
    "nopermissions": {"SW-HTTP-10"},
    "noisolation": {"SW-HTTP-11"},
    "samesite": {"SW-HTTP-12"},
    "mixed": {"SW-HTTP-13"},
    "wayround": {"SW-HTTP-14"},
    "longway": {"SW-HTTP-14"},
    "loosecsp": {"SW-HTTP-15"},
    "foreignscript": {"SW-HTTP-16"},
    "leaky": {"SW-WEB-01"},
    "secrets": {"SW-WEB-01"},
    "listing": {"SW-WEB-02"},
    "backup": {"SW-WEB-03"},
    "diagnostics": {"SW-WEB-04"},
    "admin": {"SW-WEB-05"},
    "nocontact": {"SW-WEB-06"},
    "stalecontact": {"SW-WEB-06"},
    "oldsoftware": {"SW-HTTP-07", "SW-WEB-07"},
    "newsoftware": {"SW-HTTP-07"},
    "talkative": {"SW-WEB-08"},
    "darklinks": {"SW-WEB-09"},
    "trojan": {"SW-HTTP-13", "SW-WEB-10"},
    "defaced": {"SW-WEB-11"},
    "barepassword": {"SW-HTTP-01", "SW-WEB-12"},
    "exposed": {f"SW-EXP-{number:02}" for number in range(1, 12)},
    "one-database": {"SW-EXP-03"},
}
# host → what must be left open, and why
_OF_PAGE = {
    *("SW-HTTP-03", "SW-HTTP-04", "SW-HTTP-05", "SW-HTTP-09", "SW-HTTP-10", "SW-HTTP-11", "SW-HTTP-13", "SW-HTTP-15"),
    *("SW-HTTP-16", "SW-WEB-09", "SW-WEB-10", "SW-WEB-11", "SW-WEB-12"),
}
_OF_WEB = {check for check in HOST_CHECKS if "HTTP" in check or "WEB" in check}
OPEN: dict[str, dict[str, str]] = {
    "away": dict.fromkeys(_OF_PAGE, "scan.leaves_site"),
    "inward": dict.fromkeys(_OF_PAGE, "outbound.refused_by_guard"),
    "private": dict.fromkeys(_OF_WEB, "scan.robots"),
    "busy": dict.fromkeys(_OF_WEB, "outbound.asked_to_wait"),
    # A hello is all a museum piece can do, so nothing is known of its pages.
    **dict.fromkeys(
        ("sslv3", "tripledes"), dict.fromkeys({*_OF_WEB, "SW-TLS-03", "SW-TLS-11"}, "outbound.tls_failure")
    ),
}
SPEAKS_OF_VERSIONS = {"oldsoftware", "newsoftware", "exposed", "one-database"}  # the last two have no web server
DOMAINS: dict[str, set[str]] = {
    "faults.example": set(),
    "tidy.example": set(),
    "slack.example": {
        *("SW-DNS-01", *(f"SW-DNS-{number:02}" for number in range(4, 11))),
        *("SW-MAIL-02", "SW-MAIL-07", "SW-MAIL-08", "SW-MAIL-09", "SW-MAIL-10", "SW-MAIL-11"),
        *("SW-MAIL-12", "SW-MAIL-13", "SW-MAIL-14"),
    },
    "many.example": {"SW-DNS-01", "SW-DNS-02", "SW-DNS-03", "SW-MAIL-01", "SW-MAIL-03", "SW-MAIL-06"},
}
_HAITUO_WEB = {
    *("SW-TLS-04", *(f"SW-HTTP-0{n}" for n in range(1, 8))),
    *("SW-HTTP-10", "SW-HTTP-11", "SW-HTTP-12", "SW-WEB-06", "SW-WEB-07"),
}
COMPANIES: dict[str, set[str]] = {
    "yunpiaotong.example": {"SW-DNS-03", "SW-HTTP-03", "SW-MAIL-04", "SW-MAIL-08", "SW-MAIL-09", "SW-TLS-05"},
    "www.yunpiaotong.example": {"SW-HTTP-03", "SW-TLS-05"},
    "mail.yunpiaotong.example": set(),
    "haituo.example": {
        *("SW-DNS-01", "SW-DNS-02", "SW-DNS-03", "SW-MAIL-02", "SW-MAIL-03", "SW-MAIL-05", "SW-MAIL-08", "SW-MAIL-09"),
        *_HAITUO_WEB,
    },
    "www.haituo.example": _HAITUO_WEB,
    "mail.haituo.example": set(),
    "remote.haituo.example": {"SW-EXP-01", "SW-EXP-02", "SW-EXP-04"},
}


@pytest.fixture(scope="module")
def everything(lab: Lab) -> ScanResult:
    targets = [
        "yunpiaotong.example",
        "haituo.example",
        *DOMAINS,
        *(f"{name}.faults.example" for name in FAULTS),
    ]
    return scan(targets, lab.egress(), now=NOW)


def _found(findings: tuple[Finding, ...], asset: str) -> set[str]:
    return {f.check for f in findings if f.asset == asset and f.state == "found"}


@pytest.mark.parametrize("name", FAULTS)
def test_finds_the_planted_fault_and_nothing_else(everything: ScanResult, name: str) -> None:
    asset = f"{name}.faults.example"
    assert _found(everything.findings, asset) == FAULTS[name]
    left_open = {f.check: f.reason for f in everything.could_not if f.asset == asset}
    nameless = {} if name in SPEAKS_OF_VERSIONS else {"SW-WEB-07": "scan.version_unknown"}
    assert left_open == {**nameless, **OPEN.get(name, {})}


@pytest.mark.parametrize("asset", DOMAINS)
def test_sees_what_is_wrong_with_a_zone_and_nothing_else(everything: ScanResult, asset: str) -> None:
    assert _found(everything.findings, asset) == DOMAINS[asset]


def test_every_check_is_shown_both_ways_by_a_real_server(everything: ScanResult) -> None:
    states: dict[str, set[str]] = {check: set() for check in CHECKS}
    for finding in everything.findings:
        states[finding.check].add(finding.state)
    assert {check for check, seen in states.items() if not {"found", "not_found"} <= seen} == set()
    assert len(CHECKS) >= 45


def test_the_name_servers_of_strangers_are_not_asked_directly(lab: Lab, everything: ScanResult) -> None:
    assert {name for view in lab.views.values() for name, rdtype in view.asked if rdtype == "AXFR"} == {
        *("haituo.example", "faults.example", "tidy.example", "slack.example"),
    }
    left = {(f.check, f.reason) for f in everything.findings if f.asset == "yunpiaotong.example"}
    assert {("SW-DNS-06", "scan.third_party_dns"), ("SW-DNS-07", "scan.third_party_dns")} <= left


def test_the_details_say_what_was_seen(everything: ScanResult) -> None:
    detail = {(f.asset.split(".")[0], f.check): dict(f.detail) for f in everything.findings if f.state == "found"}
    assert detail["nullsuite", "SW-TLS-09"]["kind"] == "NULL"
    assert detail["anonymous", "SW-TLS-09"]["kind"] == "anonymous"
    assert detail["sslv3", "SW-TLS-09"]["kind"] == "RC4"
    assert detail["tripledes", "SW-TLS-09"]["kind"] == "3DES"
    assert detail["smallgroup", "SW-TLS-15"]["bits"] == 1024
    assert detail["sha1", "SW-TLS-14"]["signed_with"] == "sha1"
    assert detail["slack", "SW-DNS-04"]["state"] == "ds_mismatch"
    assert detail["slack", "SW-DNS-05"]["aliases"] == "shop.slack.example -> slack.hosted-elsewhere.example"
    assert detail["slack", "SW-DNS-06"]["servers"] == "ns2.slack.example"
    assert detail["slack", "SW-DNS-07"]["servers"] == "ns1.slack.example"
    assert detail["slack", "SW-DNS-09"]["servers"] == "ns3.slack.example"
    assert detail["slack", "SW-DNS-10"]["lookalikes"] == "5lack.example"
    assert detail["oldsoftware", "SW-WEB-07"]["cpe"] == "cpe:2.3:a:f5:nginx:1.14.0:*:*:*:*:*:*:*"
    assert detail["exposed", "SW-EXP-03"]["cpe"] == "cpe:2.3:a:oracle:mysql:5.7.29:*:*:*:*:*:*:*"


def test_few_requests_are_shared_by_many_checks(lab: Lab) -> None:
    """One host: ports once, eight handshakes, three pages, and the files that are looked for."""
    result = scan(["good.faults.example"], lab.egress(), now=NOW)
    seen = lab.web["good.faults.example"].seen
    assert result.requests <= 55
    assert sum(line.endswith("good.faults.example/") for line in seen[-25:]) <= 3


def test_a_fault_keeps_its_id_from_scan_to_scan(lab: Lab, everything: ScanResult) -> None:
    again = scan(["haituo.example"], lab.egress(), now=NOW)
    before = {f.id for f in everything.findings if f.asset.endswith("haituo.example")}
    assert {f.id for f in again.findings} == before
    assert len(before) == len(again.findings)


@pytest.mark.parametrize("asset", COMPANIES)
def test_sees_the_companies_as_they_are(everything: ScanResult, asset: str) -> None:
    assert _found(everything.findings, asset) == COMPANIES[asset]


def test_every_check_speaks_once_for_every_asset(everything: ScanResult) -> None:
    counts = Counter((f.asset, f.check) for f in everything.findings)
    assert set(counts.values()) == {1}
    for asset in everything.assets:
        checks = {f.check for f in everything.findings if f.asset == asset.name}
        domain = set(CHECKS) - set(HOST_CHECKS)
        assert checks == (domain if "domain" in asset.roles else set()) | (
            set(HOST_CHECKS) if "host" in asset.roles else set()
        )
    assert {f.check for f in everything.findings} == set(CHECKS)
    assert all(f.reason for f in everything.findings if f.state == "could_not_check")
    assert all(f.observed_at == NOW for f in everything.findings)


def test_names_the_suppliers(everything: ScanResult) -> None:
    assets = {asset.name: asset for asset in everything.assets}
    seen = {(v.id, v.category) for v in assets["yunpiaotong.example"].vendors}
    assert seen == {("alibaba_cloud", "dns"), ("alibaba_cloud", "mail")}
    assert [v.record for v in assets["www.yunpiaotong.example"].vendors] == ["yunpiaotong.example.w.kunlunar.com"]


def test_keeps_the_names_it_comes_by(everything: ScanResult) -> None:
    """Name servers and mail hosts of the zone, aliases, names in the certificate, where a page leads; none twice."""
    assets = {asset.name: asset for asset in everything.assets}

    def named(asset: str, how: str) -> set[str]:
        return {seen.name for seen in assets[asset].names if seen.how == how}

    assert named("yunpiaotong.example", "mx")
    assert named("yunpiaotong.example", "ns")
    assert named("www.yunpiaotong.example", "cname") == {"yunpiaotong.example.w.kunlunar.com"}
    assert named("wrongname.faults.example", "san")
    assert "wrongname.faults.example" not in named("wrongname.faults.example", "san")
    assert named("away.faults.example", "redirect")
    assert not named("private.faults.example", "redirect"), "robots.txt forbids the page, so none was read"
    for asset in everything.assets:
        assert len(set(asset.names)) == len(asset.names)
        assert all(seen.name != asset.name for seen in asset.names)


def test_same_input_same_findings(lab: Lab, everything: ScanResult) -> None:
    told: list[Progress] = []
    again = scan(["haituo.example"], lab.egress(), now=NOW, progress=told.append)
    before = tuple(f for f in everything.findings if f.asset.endswith("haituo.example"))
    assert again.findings == before
    assert [p.done for p in told] == list(range(1, told[-1].total + 1))


def test_third_parties_are_left_alone(lab: Lab, everything: ScanResult) -> None:
    asked = {name for name, _ in lab.zones.asked}
    assert "third-party.example" not in asked
    assert all(not seen.startswith("POST") for state in lab.web.values() for seen in state.seen)


def test_a_scan_sees_that_things_were_put_right() -> None:
    with Lab() as lab:
        before = scan(["yunpiaotong.example", "haituo.example"], lab.egress(), now=NOW)
        lab.fix_dmarc("yunpiaotong.example")
        lab.fix_dmarc("haituo.example", "quarantine")
        lab.renew_certificate("yunpiaotong.example")
        lab.retire_old_tls("haituo.example")
        lab.close_port("remote.haituo.example", 3389)
        lab.show_page("haituo.example", "/", Page(200, TIDY))
        lab.redirect_to_https("haituo.example")
        after = scan(["yunpiaotong.example", "haituo.example"], lab.egress(), now=NOW)
        lab.open_port("mail.haituo.example", 6379)
        worse = scan(["mail.haituo.example"], lab.egress(), now=NOW)
    gone = {(f.asset, f.check) for f in before.findings if f.state == "found"} - {
        (f.asset, f.check) for f in after.findings if f.state == "found"
    }
    assert ("yunpiaotong.example", "SW-MAIL-04") in gone
    assert ("yunpiaotong.example", "SW-TLS-05") in gone
    assert {c for a, c in gone if a == "haituo.example"} >= {"SW-MAIL-03", "SW-TLS-04", "SW-HTTP-01", "SW-HTTP-07"}
    assert ("remote.haituo.example", "SW-EXP-01") in gone
    assert ("remote.haituo.example", "SW-EXP-02") not in gone
    assert _found(worse.findings, "mail.haituo.example") == {"SW-EXP-03"}


def test_a_name_that_does_not_exist_is_not_a_fault(lab: Lab) -> None:
    result = scan(["nobody.example", "gone.faults.example"], lab.egress(), now=NOW)
    assert {f.state for f in result.findings} == {"could_not_check"}
    assert {f.reason for f in result.could_not} == {"outbound.no_such_name"}
    assert {f.reason for f in result.findings} <= {"outbound.no_such_name", NOT_APPLICABLE}


def test_a_dead_name_server_is_not_a_fault() -> None:
    egress = Egress(allow=networks(["127.77.0.0/16"]), resolver=("127.77.254.1", 9), timeout=0.2)
    result = scan(["yunpiaotong.example"], egress, now=NOW)
    assert {f.state for f in result.findings} == {"could_not_check"}
    assert egress.requests == 0


def test_forbidden_targets_are_told_and_never_touched() -> None:
    egress = Egress(resolver=("127.0.0.1", 9), timeout=0.2)
    result = scan(["127.0.0.1", "169.254.169.254", "::1"], egress, now=NOW)
    assert {f.reason for f in result.findings} == {"outbound.refused_by_guard"}
    assert egress.requests == 0


@pytest.mark.parametrize("target", ["", "a b.example", "https://x.example/", "x..example", "*.example"])
def test_what_is_no_host_name_is_an_error(target: str) -> None:
    with pytest.raises(ValueError):
        scan([target], Egress(resolver=("127.0.0.1", 9), timeout=0.2), now=NOW)
    with pytest.raises(ValueError):
        scan([], Egress(resolver=("127.0.0.1", 9), timeout=0.2), now=datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_fault_of_ours_is_no_finding(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("seawall.technology.scan.checks.services.ask", broken)
    result = scan(["good.faults.example"], lab.egress(), now=NOW)
    assert {(f.state, f.reason) for f in result.findings} == {("could_not_check", "scan.check_failed")}


def test_progress_is_told_in_the_callers_thread(lab: Lab) -> None:
    threads: set[int] = set()
    scan(["haituo.example"], lab.egress(), now=NOW, progress=lambda _: threads.add(threading.get_ident()))
    assert threads == {threading.get_ident()}
