"""Every kind of file as its tool writes it: what is taken, what is told with its line, and under which date."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from seawall.core.imports import Imported, read

FILES = Path(__file__).parent / "files"


def taken(name: str) -> Imported:
    return read((FILES / name).read_bytes())


def names(found: Imported, kind: str) -> set[str]:
    return {asset.name for asset in found.assets if asset.kind == kind}


def troubles(found: Imported) -> list[tuple[int, str]]:
    return [(trouble.line, trouble.code) for trouble in found.problems]


def test_nmap_as_it_writes_itself() -> None:
    found = taken("nmap-loopback.xml")
    assert (found.kind, found.tool, found.records, found.problems) == ("nmap", "nmap 7.93", 1, ())
    assert names(found, "host") == {"localhost"}
    assert names(found, "address") == {"127.0.0.1"}
    assert names(found, "service") == {"localhost:18080/tcp"}
    service = next(asset for asset in found.assets if asset.kind == "service")
    assert service.detail["port"] == "18080"
    assert service.detail["service"] == "http"
    assert found.made_at is not None
    assert found.made_at.date() == date(2026, 11, 24)


def test_nmap_takes_open_ports_of_living_hosts() -> None:
    found = taken("nmap-public.xml")
    assert names(found, "host") == {"gw.haituo.example"}
    assert names(found, "address") == {"93.184.216.34", "10.1.2.30"}
    assert names(found, "service") == {
        "gw.haituo.example:3389/tcp",
        "gw.haituo.example:443/tcp",
        "10.1.2.30:3389/tcp",
    }
    assert found.records == 4
    assert troubles(found) == [(11, "imports.port"), (18, "imports.no_address")]
    assert found.made_at == datetime.fromtimestamp(1795400100, UTC)


def test_nessus() -> None:
    found = taken("scan.nessus")
    assert found.made_at == datetime(2026, 11, 23, 2, 12, tzinfo=UTC)
    assert names(found, "host") == {"files.haituo.example", "web1.haituo.example"}
    assert names(found, "address") == {"10.1.2.30", "10.1.2.40"}
    weak = {w.id: w for w in found.weaknesses}
    assert set(weak) == {"nessus:97833", "nessus:108797", "nessus:152102", "nessus:161181"}
    eternal = weak["nessus:97833"]
    assert (eternal.severity, eternal.exploited, eternal.known_since) == ("critical", True, date(2017, 3, 14))
    assert eternal.cves == ("CVE-2017-0143", "CVE-2017-0144")
    assert weak["nessus:108797"].unsupported
    assert weak["nessus:161181"].exploited, "CISA's list is named in a cross-reference"
    assert weak["nessus:161181"].known_since == date(2022, 12, 31), "without a date, the end of the CVE's year"
    assert [code for _, code in troubles(found)] == ["imports.severity"]
    assert next(a for a in found.assets if a.name == "files.haituo.example").detail["system"] == (
        "Microsoft Windows Server 2012 R2"
    )


def test_openvas_leaves_out_what_was_not_surely_detected() -> None:
    found = taken("openvas.xml")
    assert found.made_at == datetime(2026, 11, 20, 1, 42, 10, tzinfo=UTC)
    assert {w.title for w in found.weaknesses} == {
        "OpenSSL End of Life (EOL) Detection - Linux",
        "PostgreSQL multiple vulnerabilities",
    }
    assert all(w.asset == "db1.haituo.example" for w in found.weaknesses)
    assert troubles(found) == [(0, "imports.unsure")]
    assert found.problems[0].params == {"count": 1, "least": 70}


def test_nuclei_lines_stand_alone() -> None:
    found = taken("nuclei.jsonl")
    assert found.made_at == datetime(2026, 11, 22, 2, 16, tzinfo=UTC)
    assert {(w.asset, w.id, w.severity, w.exploited) for w in found.weaknesses} == {
        ("app.haituo.example", "nuclei:CVE-2021-44228", "critical", True),
        ("93.184.216.41", "nuclei:redis-default-logins", "high", False),
    }
    assert troubles(found) == [(3, "imports.line"), (5, "imports.no_id")]
    assert found.records == 5
    assert names(found, "service") == {
        "app.haituo.example:8443/tcp",
        "app.haituo.example:443/tcp",
        "93.184.216.41:6379/tcp",
    }


def test_nuclei_as_one_array_is_the_same() -> None:
    lines = [line for line in (FILES / "nuclei.jsonl").read_bytes().splitlines() if line.startswith(b"{")]
    one = read(b"[" + b",\n".join(lines) + b"]", "nuclei")
    assert one.weaknesses == tuple(w for w in read(b"\n".join(lines)).weaknesses), "lines count from one in both"


def test_cyclonedx_takes_the_product_and_what_affects_it() -> None:
    found = taken("bom.json")
    assert found.tool == "cdxgen 9.9.0"
    assert names(found, "application") == {"yunpiaotong 5.2"}
    assert found.records == 4, "three components and the one within"
    assert {(w.id, w.severity, w.known_since) for w in found.weaknesses} == {
        ("cyclonedx:CVE-2021-44228", "critical", date(2021, 12, 10)),
        ("cyclonedx:CVE-2023-35116", "medium", date(2023, 12, 31)),
    }, "what the maker says does not affect it is left out"
    assert "log4j-core 2.14.1" in next(w for w in found.weaknesses if "44228" in w.id).title
    assert troubles(found) == [(0, "imports.name")]


@pytest.mark.parametrize("version", ["1.4", "1.5", "1.6"])
def test_cyclonedx_versions(version: str) -> None:
    text = (FILES / "bom.json").read_text().replace('"specVersion": "1.5"', f'"specVersion": "{version}"')
    assert "imports.version" not in [code for _, code in troubles(read(text.encode()))]


def test_a_register_in_chinese_and_gb18030() -> None:
    found = taken("register-gb18030.csv")
    assert [(a.kind, a.name) for a in found.assets] == [
        ("application", "财务系统"),
        ("device", "前台打印机"),
        ("host", "web1.haituo.example"),
        ("host", "核心票务库"),
    ]
    assert troubles(found) == [
        (0, "imports.no_date"),
        (5, "imports.no_name"),
        (6, "imports.asset_kind"),
        (7, "imports.address"),
        (7, "imports.day"),
    ]
    assert found.assets[3].detail == {
        "addresses": "10.1.2.50", "owner": "数据部", "importance": "高", "vendor": "甲骨文",
        "product": "Oracle Database", "version": "11g",
    }  # fmt: skip
    assert [(w.asset, w.unsupported, w.known_since) for w in found.weaknesses] == [
        ("核心票务库", True, date(2020, 12, 31))
    ]


def test_a_register_in_english_with_semicolons() -> None:
    found = taken("register-utf8.csv")
    assert {(a.kind, a.name) for a in found.assets} == {("device", "VPN gateway")}
    assert troubles(found) == [(0, "imports.no_date"), (3, "imports.name")], "a name over two lines is no name"


def test_wide_registers_and_full_width_commas() -> None:
    text = "名称，类型\n网关，设备\n"
    for content in (text.encode("utf-16"), text.encode(), text.encode("gb18030")):
        assert [(a.kind, a.name) for a in read(content).assets] == [("device", "网关")]


def test_chinese_xml() -> None:
    host = '<host><address addr="10.0.0.1" addrtype="ipv4"/><hostnames><hostname name="财务"/></hostnames></host>'
    text = f'<?xml version="1.0" encoding="gb2312"?><nmaprun start="1795400000" version="7">{host}</nmaprun>'
    assert names(read(text.encode("gb18030")), "host") == {"财务"}


def test_an_asset_named_twice_is_one_with_all_that_is_said_of_it() -> None:
    found = read(b"name,ip,owner\nweb,10.0.0.1,\nweb,,IT\n")
    assert [(a.name, dict(a.detail), a.line) for a in found.assets] == [
        ("web", {"addresses": "10.0.0.1", "owner": "IT"}, 2)
    ]


@pytest.mark.parametrize(
    ("matched", "place"),
    [
        ("https://App.example.com/x?a=b:9", "app.example.com:443/tcp"),
        ("http://user@app.example.com:8080", "app.example.com:8080/tcp"),
        ("app.example.com:22", "app.example.com:22/tcp"),
        ("https://[2001:db8::1]:8443/", "2001:db8::1:8443/tcp"),
    ],
)
def test_where_nuclei_found_it(matched: str, place: str) -> None:
    line = f'{{"template-id":"x","info":{{"severity":"low"}},"matched-at":"{matched}"}}'
    assert names(read(line.encode()), "service") == {place}
