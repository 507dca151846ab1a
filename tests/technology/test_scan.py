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
    "good": set(),
    "expired": {"SW-TLS-01"},
    "wrongname": {"SW-TLS-02"},
    "selfsigned": {"SW-TLS-03"},
    "stranger": {"SW-TLS-03"},
    "expiring": {"SW-TLS-05"},
    "weakkey": {"SW-TLS-06"},
    "oldtls": {"SW-TLS-04"},
    "catchall": set(),
    "leaky": {"SW-WEB-01"},
    "secrets": {"SW-WEB-01"},
    "away": set(),
    "inward": set(),
    "private": set(),
    "busy": set(),
    "exposed": {"SW-EXP-01", "SW-EXP-02", "SW-EXP-03", "SW-EXP-04", "SW-EXP-05"},
    "one-database": {"SW-EXP-03"},
}
# host → what must be left open, and why
OPEN: dict[str, dict[str, str]] = {
    "away": dict.fromkeys(("SW-HTTP-03", "SW-HTTP-04", "SW-HTTP-05"), "scan.leaves_site"),
    "inward": dict.fromkeys(("SW-HTTP-03", "SW-HTTP-04", "SW-HTTP-05"), "outbound.refused_by_guard"),
    "private": {**dict.fromkeys([c for c in CHECKS if "HTTP" in c], "scan.robots"), "SW-WEB-01": "scan.robots"},
    "busy": {
        **dict.fromkeys([c for c in CHECKS if "HTTP" in c], "outbound.asked_to_wait"),
        "SW-WEB-01": "outbound.asked_to_wait",
    },
}
COMPANIES: dict[str, set[str]] = {
    "yunpiaotong.example": {"SW-DNS-03", "SW-HTTP-03", "SW-MAIL-04", "SW-TLS-05"},
    "www.yunpiaotong.example": {"SW-HTTP-03", "SW-TLS-05"},
    "mail.yunpiaotong.example": set(),
    "haituo.example": {
        *("SW-DNS-01", "SW-DNS-02", "SW-DNS-03", "SW-MAIL-02", "SW-MAIL-03", "SW-MAIL-05", "SW-TLS-04"),
        *(f"SW-HTTP-0{n}" for n in range(1, 8)),
    },
    "www.haituo.example": {"SW-TLS-04", *(f"SW-HTTP-0{n}" for n in range(1, 8))},
    "mail.haituo.example": set(),
    "remote.haituo.example": {"SW-EXP-01", "SW-EXP-02", "SW-EXP-04"},
}


@pytest.fixture(scope="module")
def everything(lab: Lab) -> ScanResult:
    targets = [
        "yunpiaotong.example",
        "haituo.example",
        "faults.example",
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
    assert left_open == OPEN.get(name, {})


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
