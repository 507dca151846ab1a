"""Judges of the wider list: policies, pages, software, keys, names. Pure, so every edge is cheap to try."""

from __future__ import annotations

import gzip
import json
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from seawall.technology.lab.street import dkim
from seawall.technology.net import Fetched, Lookup, ServerAnswer
from seawall.technology.net.fetching import Hop
from seawall.technology.scan import software
from seawall.technology.scan.checks import content, headers, leaks, lookalikes, mailpolicy, zone
from seawall.technology.scan.checks.certificates import longest_life
from seawall.technology.scan.checks.markup import LONGEST, tags
from seawall.technology.scan.vendors import services_of, vendors
from seawall.technology.scan.verdicts import NOT_APPLICABLE, Verdict

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PAGES = Path(__file__).parent / "data" / "synthetic_pages.jsonl.gz"


def _states(verdicts: tuple[Verdict, ...]) -> dict[str, str]:
    return {v.check: v.reason or v.state for v in verdicts}


def _page(body: str = "", url: str = "https://x.example/", **fields: str) -> Fetched:
    pairs = tuple((key.replace("_", "-"), value) for key, value in fields.items())
    return Fetched(url, 200, pairs, body.encode(), False, ip_address("127.77.1.1"))


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        ("default-src 'self'", ""),
        ("default-src 'none'", ""),
        ("script-src 'self' https://cdn.example", ""),
        ("script-src 'unsafe-inline'", "'unsafe-inline'"),
        ("script-src 'unsafe-inline' 'nonce-abc'", ""),
        ("script-src 'strict-dynamic' 'nonce-abc' https: 'unsafe-inline'", ""),
        ("default-src * ; script-src 'self'", ""),
        ("default-src *", "*"),
        ("script-src https:", "https:"),
        ("SCRIPT-SRC 'UNSAFE-EVAL'", "'unsafe-eval'"),
        ("img-src 'self'", "no script-src"),
        ("frame-ancestors 'none'", "no script-src"),
    ],
)
def test_content_policies(policy: str, fault: str) -> None:
    assert headers.csp_fault(policy) == fault


def test_of_several_policies_one_strict_one_is_enough() -> None:
    loose = _page(content_security_policy="default-src *, default-src 'self'")
    assert _states(headers.judge_policies(loose, ()))["SW-HTTP-15"] == "not_found"
    assert _states(headers.judge_policies(_page(), ("script-src *",)))["SW-HTTP-15"] == "found"
    assert _states(headers.judge_policies(_page(), ()))["SW-HTTP-15"] == NOT_APPLICABLE


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("", "not_found"),
        ("no-referrer", "not_found"),
        ("unsafe-url", "found"),
        ("strict-origin, unsafe-url", "found"),
        ("unsafe-url, strict-origin", "not_found"),
        ("unsafe-url, nonsense", "found"),
        ("NO-REFERRER-WHEN-DOWNGRADE", "found"),
    ],
)
def test_referrer(policy: str, expected: str) -> None:
    page = _page(referrer_policy=policy) if policy else _page()
    assert _states(headers.judge_policies(page, ()))["SW-HTTP-09"] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("max-age=31536000; includeSubDomains", "not_found"),
        ("max-age=31536000; includeSubDomains; preload", "not_found"),
        ("max-age=31536000", "found"),
        ("max-age=90000; includeSubDomains", "found"),
        ("max-age=0", NOT_APPLICABLE),
        ("", NOT_APPLICABLE),
    ],
)
def test_hsts_quality(value: str, expected: str) -> None:
    page = _page(strict_transport_security=value) if value else _page()
    assert _states((headers.judge_hsts_quality(page, 86_400),))["SW-HTTP-08"] == expected


def _way(*steps: str) -> str:
    urls = ["http://x.example/", *steps]
    hops = tuple(Hop(a, 301, b) for a, b in zip(urls, steps, strict=False))
    page = Fetched(urls[-1], 200, (), b"", False, ip_address("127.77.1.1"), hops)
    verdict = headers.judge_redirects("x.example", page)
    return verdict.reason or (str(verdict.detail["why"]) if verdict.state == "found" else verdict.state)


def test_redirects() -> None:
    assert _way() == NOT_APPLICABLE
    assert _way("https://x.example/") == "not_found"
    assert _way("https://x.example/", "https://www.x.example/") == "not_found"
    assert _way("https://www.x.example/") == "to another host before https"
    assert _way("http://www.x.example/", "https://www.x.example/") == "not to https at once"
    assert _way("https://x.example/", "http://x.example/a", "https://x.example/a") == "back to http"
    assert _way("https://x.example/", *(f"https://x.example/{n}" for n in range(4))) == "long chain"
    assert _way("http://x.example/home") == "not_found"  # SW-HTTP-01 speaks of that


@pytest.mark.parametrize(
    ("body", "check", "expected"),
    [
        ('<img src="http://x.example/a.png">', "SW-HTTP-13", "found"),
        ('<a href="http://x.example/a">', "SW-HTTP-13", "not_found"),
        ('<form action="http://x.example/login">', "SW-HTTP-13", "found"),
        ('<!-- <script src="http://x.example/a.js"></script> -->', "SW-HTTP-13", "not_found"),
        ('<script>var a="<img src=http://x.example/>"</script>', "SW-HTTP-13", "not_found"),
        ('<link rel="stylesheet" href="http://x.example/a.css">', "SW-HTTP-13", "found"),
        ('<link rel="canonical" href="http://x.example/">', "SW-HTTP-13", "not_found"),
        ('<script src="//cdn.other.example/a.js"></script>', "SW-HTTP-16", "found"),
        ('<script src="https://cdn.x.example/a.js"></script>', "SW-HTTP-16", NOT_APPLICABLE),
        ("<SCRIPT SRC=https://cdn.other.example/a.js></SCRIPT>", "SW-HTTP-16", "found"),
        ('<script integrity="sha384-x" src="https://cdn.other.example/a.js"></script>', "SW-HTTP-16", "not_found"),
        ('<input type="password">', "SW-WEB-12", "not_found"),
        ('<form action="http://x.example/in"><input type=password>', "SW-WEB-12", "found"),
        ('<iframe src="https://www.other.example/" height="400">', "SW-WEB-10", "not_found"),
        ('<iframe src="/own" width=0>', "SW-WEB-10", "not_found"),
        ("<p>Our lecture: who was hacked by whom</p>", "SW-WEB-11", "found"),  # a false alarm, and known as one
        ("<p>a report on hackers</p>", "SW-WEB-11", "not_found"),
    ],
)
def test_what_a_page_loads_and_asks(body: str, check: str, expected: str) -> None:
    assert _states(content.judge(content.read(_page(body))))[check] == expected


def test_signs_on_the_synthetic_pages() -> None:
    """All that was made to be found is found, and no clean page is; on real sites this proves nothing."""
    sign = {"dark_link": "SW-WEB-09", "web_trojan": "SW-WEB-10", "miner": "SW-WEB-10", "defaced": "SW-WEB-11"}
    wrong: Counter[tuple[str, str]] = Counter()
    rows = [json.loads(line) for line in gzip.decompress(PAGES.read_bytes()).splitlines()]
    for row in rows:
        states = _states(content.judge(content.read(_page(row["html"], "https://site.example/"))))
        found = {check for check in set(sign.values()) if states[check] == "found"}
        if found != ({sign[row["label"]]} if row["label"] in sign else set()):
            wrong[row["label"], row["subtype"]] += 1
    assert len(rows) == 104
    assert wrong == Counter()


@pytest.mark.parametrize(
    "piece",
    [
        "<a ",
        '<a "',
        "<a href='",
        "<!--",
        "<",
        "<script>",
        '<a b="c" ',
        "<div style='display:none'>",
        "<a\x00=",
        "&#x110000;",
    ],
)
def test_no_page_takes_long(piece: str) -> None:
    text = piece * (LONGEST // len(piece))
    began = time.process_time()
    content.judge(content.read(_page(text)))
    tags(text)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("banner", "cpe"),
    [
        ("nginx/1.14.0 (Ubuntu)", "cpe:2.3:a:f5:nginx:1.14.0:*:*:*:*:*:*:*"),
        ("Apache/2.4.41 (Ubuntu) OpenSSL/1.1.1k", "cpe:2.3:a:apache:http_server:2.4.41:*:*:*:*:*:*:*"),
        ("Microsoft-IIS/8.5", "cpe:2.3:a:microsoft:internet_information_services:8.5:*:*:*:*:*:*:*"),
        ("SSH-2.0-OpenSSH_8.0p1", "cpe:2.3:a:openbsd:openssh:8.0p1:*:*:*:*:*:*:*"),
        ("220 ProFTPD 1.3.5 Server", "cpe:2.3:a:proftpd:proftpd:1.3.5:*:*:*:*:*:*:*"),
        ("nginx", ""),
        ("cloudflare", ""),
    ],
)
def test_banners_are_read_as_products(banner: str, cpe: str) -> None:
    named = software.identify(banner)
    assert (named[0].cpe if named else "") == cpe


def test_mysql_says_its_version_in_a_packet() -> None:
    packet = b"\x4a\x00\x00\x00\x0a5.7.29-log\x00rest"
    assert software.identify_banner(3306, packet) == (software.Software("oracle", "mysql", "5.7.29"),)
    maria = b"\x4a\x00\x00\x00\x0a5.5.5-10.3.1-MariaDB\x00"
    assert software.identify_banner(3306, maria)[0].product == "mariadb"
    assert software.identify_banner(3306, b"garbage") == ()


@pytest.mark.parametrize(
    ("name", "version", "day", "expected"),
    [
        ("php", "7.4.33", date(2022, 11, 28), "not_found"),
        ("php", "7.4.33", date(2022, 11, 29), "found"),
        ("nginx", "1.14.0", NOW.date(), "found"),
        ("nginx", "1.1.19", NOW.date(), "not_found"),  # a line that is not listed is not judged
        ("openssl", "1.1.0l", date(2020, 1, 1), "found"),
        ("openssl", "1.1.1k", date(2020, 1, 1), "not_found"),
        ("nginx", "1.28.0", NOW.date(), "not_found"),
        ("http_server", "2.4.66", NOW.date(), "not_found"),
        ("openssl", "1.1.1k", NOW.date(), "found"),
        ("internet_information_services", "10.0", NOW.date(), "not_found"),
    ],
)
def test_support(name: str, version: str, day: date, expected: str) -> None:
    assert software.judge_support([software.Software("v", name, version)], day).state == expected


def test_no_version_named_is_not_a_pass() -> None:
    assert software.judge_support([], NOW.date()).reason == software.UNKNOWN


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        (dkim(2048), ""),
        (dkim(1024), "RSA 1024"),
        ("v=DKIM1; p=", ""),
        ("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", ""),
        ("v=DKIM1; p=not base64!", "unreadable key"),
        (dkim(2048) + "; t=y", "test mode"),
    ],
)
def test_dkim_keys(record: str, fault: str) -> None:
    assert mailpolicy.key_fault(record) == fault


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("version: STSv1\r\nmode: enforce\r\nmx: *.x.example\r\nmax_age: 604800\r\n", "enforce"),
        ("version: STSv1\nmode: testing\nmx: a\nmax_age: 1", "testing"),
        ("version: STSv1\nmode: none\nmax_age: 1", "none"),
        ("mode: enforce\nmx: a\nmax_age: 1", "malformed"),
        ("version: STSv1\nmode: enforce\nmax_age: 1", "malformed"),
        ("<html>", "malformed"),
    ],
)
def test_mta_sts_policies(text: str, mode: str) -> None:
    assert mailpolicy.read_policy(text) == mode


def _mail(dmarc: dict[str, str], **changes: object) -> dict[str, str]:
    nothing = Lookup("no_such_name")
    values = {"sts_record": nothing, "sts": "", "report": nothing, "bimi": nothing, "keys": {}, **changes}
    seen = mailpolicy.Observation(**values)  # type: ignore[arg-type]
    return _states(mailpolicy.judge(seen, receives=True, dmarc=dmarc))


def test_mail_policies_that_cannot_be_known_are_not_missing() -> None:
    assert _mail({"p": "reject"})["SW-MAIL-11"] == "scan.selector_unknown"
    assert _mail({"failure": "outbound.timeout"})["SW-MAIL-12"] == "outbound.timeout"
    late = _mail({"p": "reject"}, sts_record="outbound.timeout", report="outbound.timeout", bimi="outbound.timeout")
    assert {late[check] for check in ("SW-MAIL-08", "SW-MAIL-09", "SW-MAIL-10")} == {"outbound.timeout"}
    assert _mail({"p": "reject"}, sts="unreachable: outbound.timeout")["SW-MAIL-08"] == "outbound.timeout"
    assert _mail({"p": "reject"}, sts="unreachable: outbound.tls_untrusted")["SW-MAIL-08"] == "found"
    assert _mail({})["SW-MAIL-13"] == NOT_APPLICABLE


def test_dmarc_with_gaps() -> None:
    assert _mail({"p": "reject", "sp": "none", "rua": "mailto:a@x.example"})["SW-MAIL-13"] == "found"
    assert _mail({"p": "reject", "pct": "20"})["SW-MAIL-13"] == "found"
    assert _mail({"p": "reject", "t": "y"})["SW-MAIL-13"] == "found"
    assert _mail({"p": "none", "sp": "none"})["SW-MAIL-13"] == NOT_APPLICABLE
    assert _mail({"p": "reject", "rua": "mailto:a@x.example"})["SW-MAIL-12"] == "not_found"


def test_look_alikes_are_few_proper_and_always_the_same() -> None:
    names = lookalikes.candidates("yunpiaotong.com.cn")
    assert names == lookalikes.candidates("www.yunpiaotong.com.cn")
    assert len(names) == len(set(names)) <= lookalikes.MOST
    assert {"yunpiaotong.cn", "yunpiaotong.com", "yunpia0tong.com.cn"} <= set(names)
    assert "yunpiaotong.com.cn" not in names
    assert lookalikes.candidates("ab.cn") == ()


def _zone(*servers: zone.Server, **changes: object) -> dict[str, str]:
    lookup = Lookup("answer", tuple(server.name for server in servers))
    values = {"caa": lookup, "ns": lookup, "ds": lookup, "servers": servers, **changes}
    return _states(zone.judge(zone.Observation(**values)))  # type: ignore[arg-type]


def test_name_servers() -> None:
    near, far = zone.Server("a.x", ("192.0.2.1",)), zone.Server("b.x", ("198.51.100.1",))
    neighbour = zone.Server("c.x", ("192.0.2.9",))
    assert _zone(near, far)["SW-DNS-08"] == "not_found"
    assert _zone(near, neighbour)["SW-DNS-08"] == "found"
    assert _zone(near)["SW-DNS-08"] == NOT_APPLICABLE
    assert _zone(near, zone.Server("d.x", (), "outbound.timeout"))["SW-DNS-08"] == "outbound.timeout"
    assert _zone(near, zone.Server("d.x", ()))["SW-DNS-09"] == "found"
    assert _zone(near, zone.Server("d.x", (), "outbound.timeout"))["SW-DNS-09"] == "outbound.timeout"
    good, refused = ServerAnswer("NOERROR", True, False, 1, True), ServerAnswer("REFUSED", False, False, 0, False)
    assert _zone(zone.Server("o.x", ("192.0.2.1",), "", (good, refused, refused)), far) == {
        **_zone(near, far),
        "SW-DNS-06": "not_found",
        "SW-DNS-07": "not_found",
    }
    silent = zone.Server("o.x", ("192.0.2.1",), "", ("outbound.timeout",) * 3)
    states = _zone(silent, far)
    assert {states[c] for c in ("SW-DNS-06", "SW-DNS-07", "SW-DNS-09")} == {"outbound.timeout"}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("unsigned", NOT_APPLICABLE),
        ("valid", "not_found"),
        ("ds_mismatch", "found"),
        ("expired", "found"),
        ("unknown", "scan.algorithm_unknown"),
        ("outbound.timeout", "outbound.timeout"),
    ],
)
def test_signatures(state: str, expected: str) -> None:
    assert _zone(signature=state)["SW-DNS-04"] == expected


@pytest.mark.parametrize(
    ("issued", "days"),
    [
        (date(2026, 3, 14), 398),
        (date(2026, 3, 15), 200),
        (date(2027, 3, 15), 100),
        (date(2029, 3, 15), 47),
        (date(2018, 2, 1), None),
    ],
)
def test_longest_lives(issued: date, days: int | None) -> None:
    assert longest_life(issued) == days


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/backup.zip", b"PK\x03\x04rest", True),
        ("/backup.zip", b"<html>", False),
        ("/backup.sql", b"-- MySQL dump 10.13\n", True),
        ("/backup.sql", b"<html>CREATE TABLE </html>", False),
        ("/index.php.bak", b"<?php echo 1;", True),
        ("/phpinfo.php", b"<title>phpinfo()</title>", True),
        ("/admin/", '<title>后台管理</title><input type="password">'.encode(), True),
        ("/admin/", b'<title>Shop</title><input type="password">', False),
        ("/uploads/", b"<title>Index of /uploads</title>", True),
    ],
)
def test_signatures_of_files(path: str, body: bytes, expected: bool) -> None:
    assert leaks.signature(path, body) is expected


def test_security_contact_ages() -> None:
    def contact(days: int) -> str:
        until = (NOW + timedelta(days=days)).isoformat()
        return leaks._contact(_page(f"Contact: mailto:a@x.example\nExpires: {until}\n"), NOW)

    assert (contact(1), contact(-1)) == ("valid", "expired")
    assert leaks._contact(_page("Contact: mailto:a@x.example\n"), NOW) == "incomplete"
    assert leaks._contact(_page("<html>"), NOW) == "absent"
    assert leaks._contact("outbound.timeout", NOW) == "outbound.timeout"


def test_suppliers_from_tokens_and_senders() -> None:
    texts = ("MS=ms123", "atlassian-domain-verification=x", "v=spf1 -all", "atlassian-domain-verification=y")
    assert [(v.id, v.category) for v in services_of(texts)] == [("atlassian", "saas"), ("microsoft", "saas")]
    assert [v.id for v in vendors(("spf.protection.outlook.com", "spf.mxhichina.com"), "mail")] == [
        "alibaba_cloud",
        "microsoft",
    ]
