"""What imported files say about controls: faults on the assets they were seen on, with age, port and reach."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from seawall.core.evidence.belief import believe
from seawall.core.evidence.items import Finding
from seawall.core.evidence.observations import evidence_from_findings
from seawall.core.imports import read
from seawall.core.imports.rules import MOST_ASSETS, covered, findings_of
from seawall.entrypoints.shipped import library
from tests.core.imports.test_reading import FILES

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def told(name: str) -> tuple[Finding, ...]:
    assets = library().assets
    assert assets is not None
    return findings_of(read((FILES / name).read_bytes()), assets.imports, at=AT)


def found(name: str) -> set[tuple[str, str]]:
    return {(f.check, f.asset) for f in told(name) if f.state == "found"}


def absent(name: str) -> set[str]:
    return {f.check for f in told(name) if f.state == "not_found"}


def test_each_kind_of_file_says_what_it_can() -> None:
    assert found("scan.nessus") == {
        ("SW-IMP-01", "files.haituo.example"),
        ("SW-IMP-02", "web1.haituo.example"),
        ("SW-IMP-03", "files.haituo.example"),
        ("SW-IMP-03", "web1.haituo.example"),
        ("SW-IMP-04", "files.haituo.example"),
    }
    assert absent("scan.nessus") == {"SW-IMP-08"}
    assert found("nmap-public.xml") == {("SW-IMP-05", "gw.haituo.example")}, "the inner address is not the internet"
    assert absent("nmap-public.xml") == set(), "a port scan says nothing about patches"
    assert found("nuclei.jsonl") == {
        ("SW-IMP-01", "app.haituo.example"),
        ("SW-IMP-03", "app.haituo.example"),
        ("SW-IMP-06", "93.184.216.41"),
    }
    assert found("openvas.xml") == {("SW-IMP-02", "db1.haituo.example"), ("SW-IMP-04", "db1.haituo.example")}
    assert found("register-gb18030.csv") == {("SW-IMP-04", "核心票务库")}
    assert found("bom.json") == {("SW-IMP-01", "yunpiaotong 5.2")}
    assert absent("bom.json") == {"SW-IMP-09"}


def test_a_fix_of_last_week_is_not_late() -> None:
    assert ("SW-IMP-02", "files.haituo.example") not in found("scan.nessus")


def test_detail_names_the_gravest_and_the_age_of_the_oldest() -> None:
    finding = next(f for f in told("scan.nessus") if f.check == "SW-IMP-01" and f.state == "found")
    assert finding.detail["worst"] == "CVE-2017-0143"
    assert finding.detail["open_days"] == (date(2026, 11, 23) - date(2017, 3, 14)).days
    assert finding.observed_at == datetime(2026, 11, 23, 2, 12, tzinfo=UTC)


def test_findings_move_beliefs_as_a_source_of_their_own() -> None:
    shelf, controls = library().checks, library().controls
    before = believe(controls, (), as_of=AT.date())
    evidence = evidence_from_findings(told("scan.nessus"), shelf)
    assert {piece.source for piece in evidence} == {"import"}
    after = believe(controls, evidence, as_of=AT.date())
    assert after["patching"].absent > before["patching"].absent
    late = believe(controls, evidence, as_of=AT.date() + timedelta(days=200))
    assert late["patching"].absent == pytest.approx(before["patching"].absent), "it has run out"


def test_no_patch_overdue_speaks_for_patching_but_softly() -> None:
    clean = b"<NessusClientData_v2><Report><ReportHost name='10.0.0.1'/></Report></NessusClientData_v2>"
    assets = library().assets
    assert assets is not None
    evidence = evidence_from_findings(findings_of(read(clean), assets.imports, at=AT), library().checks)
    after = believe(library().controls, evidence, as_of=AT.date())
    before = believe(library().controls, (), as_of=AT.date())
    assert before["patching"].present < after["patching"].present < 0.6


def test_a_check_names_the_worst_assets_only() -> None:
    rows = b"".join(b"box%d,2020-01-01\n" % n for n in range(200))
    assets = library().assets
    assert assets is not None
    many = findings_of(read(b"name,end of support\n" + rows), assets.imports, at=AT)
    assert len([f for f in many if f.check == "SW-IMP-04"]) == MOST_ASSETS


def test_covered_names_what_a_newer_file_replaces() -> None:
    assert set(covered(read((FILES / "nmap-public.xml").read_bytes()))) == {
        "nmap", "gw.haituo.example", "93.184.216.34", "10.1.2.30",
    }  # fmt: skip
