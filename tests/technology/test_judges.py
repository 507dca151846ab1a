"""The pure half of the checks: what observations mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from seawall.technology.net import Fetched, Lookup, Outcome
from seawall.technology.scan.checks import leaks, mail, pages, services, tls, zone
from seawall.technology.scan.checks.certificates import Certificate, covers, read_certificate
from seawall.technology.scan.checks.hello import VERSIONS, client_hello, read_reply
from seawall.technology.scan.checks.spf import evaluate_spf, read_dmarc, read_spf
from seawall.technology.scan.vendors import vendor
from seawall.technology.scan.verdicts import NOT_APPLICABLE, Verdict, shown

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def _states(verdicts: tuple[Verdict, ...]) -> dict[str, str]:
    return {v.check: v.reason or v.state for v in verdicts}


SPF = [
    (("v=spf1 -all",), "policy", "-"),
    (("v=spf1 ~all",), "policy", "~"),
    (("v=spf1 ?all",), "policy", "?"),
    (("v=spf1 +all",), "policy", "+"),
    (("v=spf1 all",), "policy", "+"),
    (("v=spf1",), "policy", ""),
    (("v=spf1 mx",), "policy", ""),
    (("V=SPF1 A MX -ALL",), "policy", "-"),
    (("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all",), "policy", "-"),
    (("v=spf1 a:mail.x.example/24//64 -all",), "policy", "-"),
    (("v=spf1 exists:%{i}._spf.x.example -all",), "policy", "-"),
    (("v=spf1 -all exp=why.x.example",), "policy", "-"),
    (("v=spf1 unknown=thing -all",), "policy", "-"),
    ((), "none", ""),
    (("v=spf2 -all", "v=spf10 -all", "something"), "none", ""),
    (("v=spf1 -all", "v=spf1 ~all"), "error", "two_records"),
    (("v=spf1 ip4:999.1.1.1 -all",), "error", "syntax"),
    (("v=spf1 ip4:2001:db8::1 -all",), "error", "syntax"),
    (("v=spf1 ip4: -all",), "error", "syntax"),
    (("v=spf1 include: -all",), "error", "syntax"),
    (("v=spf1 mechanism -all",), "error", "syntax"),
    (("v=spf1 -all:x",), "error", "syntax"),
    (("v=spf1 redirect=",), "error", "syntax"),
    (("v=spf1 redirect=a.example redirect=b.example",), "error", "redirect_twice"),
    (("v=spf1 " + " ".join(f"a:h{i}.x.example" for i in range(11)) + " -all",), "error", "too_many_lookups"),
    (("v=spf1 " + " ".join(f"a:h{i}.x.example" for i in range(10)) + " -all",), "policy", "-"),
]


@pytest.mark.parametrize(("texts", "kind", "says"), SPF)
def test_spf(texts: tuple[str, ...], kind: str, says: str) -> None:
    result = evaluate_spf("x.example", {"x.example": texts})
    assert (result.kind, result.all_sign or result.error) == (kind, says)


def test_spf_follows_where_it_leads() -> None:
    records = {"x.example": ("v=spf1 include:a.example redirect=b.example",), "a.example": ("v=spf1 a mx -all",)}
    assert evaluate_spf("x.example", {**records, "b.example": ("v=spf1 ~all",)}).all_sign == "~"
    assert evaluate_spf("x.example", {**records, "b.example": ("v=spf1 ~all",)}).lookups == 4
    assert evaluate_spf("x.example", {**records, "b.example": ("nothing",)}).error == "include_without_record"
    assert evaluate_spf("x.example", {**records, "b.example": ("v=spf1 include:x.example",)}).error == "loop"
    voids = {"x.example": ("v=spf1 include:a.example include:b.example include:c.example -all",)}
    voids |= {f"{n}.example": () for n in "abc"}
    assert evaluate_spf("x.example", voids).kind == "error"
    assert read_spf("v=spf1 include:%{d}.x.example -all").lookups == 1


DMARC = [
    (("v=DMARC1; p=reject",), "policy", "reject"),
    (("v=DMARC1;p=quarantine;pct=50",), "policy", "quarantine"),
    (("v=DMARC1; p=none; rua=mailto:a@x.example",), "policy", "none"),
    (("v=DMARC1; rua=mailto:a@x.example",), "policy", "none"),
    (("v=DMARC1; P=Reject",), "policy", "reject"),
    ((), "none", ""),
    (("v=spf1 -all",), "none", ""),
    (("v=DMARC1; p=block",), "error", "no_policy"),
    (("v=DMARC1",), "error", "no_policy"),
    (("v=dmarc1; p=reject",), "error", "syntax"),
    (("p=reject; v=DMARC1",), "error", "syntax"),
    (("v=DMARC1; p=reject", "v=DMARC1; p=none"), "error", "two_records"),
    (("v=DMARC1; p=reject; pct=" + "9" * 6000,), "policy", "reject"),
]


@pytest.mark.parametrize(("texts", "kind", "says"), DMARC)
def test_dmarc(texts: tuple[str, ...], kind: str, says: str) -> None:
    result = read_dmarc(texts)
    assert (result.kind, result.policy or result.error) == (kind, says)


def _of(states: dict[str, str], first: int) -> dict[str, str]:
    """The states of a group's first checks."""
    return {check: state for check, state in states.items() if int(check[-2:]) <= first}


def test_mail_judged_as_a_whole() -> None:
    nothing = Lookup("empty")
    seen = mail.Observation("x.example", nothing, {"x.example": ()}, "", nothing, ())
    assert _of(_states(mail.judge(seen, NOW)), 5) == {
        "SW-MAIL-01": "found",
        "SW-MAIL-02": NOT_APPLICABLE,
        "SW-MAIL-03": "found",
        "SW-MAIL-04": NOT_APPLICABLE,
        "SW-MAIL-05": NOT_APPLICABLE,
    }
    failed = mail.Observation("x.example", "outbound.timeout", {}, "outbound.timeout", "outbound.dns_failure", ())
    assert "found" not in _states(mail.judge(failed, NOW)).values()
    assert "not_found" not in _states(mail.judge(failed, NOW)).values()
    answer = Lookup("answer", ("10 a.x.example", "20 mx.other.example", "bad", "x y", "30 ."))
    assert mail.exchanges(answer) == ("a.x.example", "mx.other.example")
    for states, expected in {
        ("offered", "third_party"): "not_found",
        ("offered", "outbound.timeout"): "outbound.timeout",
        ("missing", "outbound.timeout"): "found",
        ("broken",): "found",
        ("third_party",): "scan.third_party",
    }.items():
        hosts = tuple(mail.MailHost(f"m{i}", state) for i, state in enumerate(states))
        whole = mail.Observation("x.example", answer, {}, "", nothing, hosts)
        assert _states(mail.judge(whole, NOW))["SW-MAIL-05"] == expected


def test_dmarc_with_no_share_is_toothless() -> None:
    record = Lookup("answer", ("v=DMARC1; p=reject; pct=0",))
    seen = mail.Observation("x.example", Lookup("empty"), {"x.example": ("v=spf1 -all",)}, "", record, ())
    assert _states(mail.judge(seen, NOW))["SW-MAIL-04"] == "found"


def test_zone() -> None:
    two = Lookup("answer", ("ns1.x.example", "NS2.x.example"))
    seen = zone.Observation(Lookup("answer", ('0 issue "ca.example"',)), two, Lookup("empty"))
    assert list(_of(_states(zone.judge(seen)), 3).values()) == ["not_found", "not_found", "found"]
    same = zone.Observation("outbound.timeout", Lookup("answer", ("ns.x", "NS.x")), Lookup("no_such_name"))
    assert list(_of(_states(zone.judge(same)), 3).values()) == ["outbound.timeout", "found", "outbound.no_such_name"]


def _certificate(**changes: object) -> tls.Observation:
    values = {
        "not_before": NOW - timedelta(days=30),
        "not_after": NOW + timedelta(days=90),
        "names": ("x.example", "*.y.example"),
        "key": "EC",
        "bits": 256,
    }
    refused = (("TLSv1", "refused"), ("TLSv1.1", "refused"))
    certificate = Certificate(**{**values, **changes})  # type: ignore[arg-type]
    return tls.Observation("x.example", "", certificate, True, "", "", refused)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, set()),
        ({"not_after": NOW - timedelta(seconds=1)}, {"SW-TLS-01"}),
        ({"not_before": NOW + timedelta(days=1)}, {"SW-TLS-01"}),
        ({"not_after": NOW + timedelta(days=21)}, {"SW-TLS-05"}),
        ({"not_after": NOW + timedelta(days=21, seconds=1)}, set()),
        ({"names": ("other.example",)}, {"SW-TLS-02"}),
        ({"names": ()}, {"SW-TLS-02"}),
        ({"key": "RSA", "bits": 2048}, set()),
        ({"key": "RSA", "bits": 2047}, {"SW-TLS-06"}),
        ({"key": "DSA", "bits": 3072}, {"SW-TLS-06"}),
        ({"key": "EC", "bits": 192}, {"SW-TLS-06"}),
    ],
)
def test_certificates(changes: dict[str, object], found: set[str]) -> None:
    assert {v.check for v in tls.judge(_certificate(**changes), NOW) if v.state == "found"} == found


def test_tls_failures_are_not_faults() -> None:
    closed = tls.judge(tls.Observation("x", Outcome.CONNECTION_REFUSED.code), NOW)
    assert set(_states(closed).values()) == {NOT_APPLICABLE}
    assert set(_states(tls.judge(tls.Observation("x", "outbound.timeout"), NOW)).values()) == {"outbound.timeout"}
    late = "outbound.timeout"
    old = (("TLSv1", late), ("SSLv3", late))
    unreadable = tls.Observation("x", "", None, None, "outbound.reset", "", old, secret=None, weak=late, group=late)
    states = _states(tls.judge(unreadable, NOW))
    assert states.pop("SW-TLS-08") == "not_found"  # the one thing that was agreed
    assert {"found", "not_found"}.isdisjoint(states.values())
    assert read_certificate(b"not a certificate") is None


@pytest.mark.parametrize(
    ("names", "host", "expected"),
    [
        (("x.example",), "x.example", True),
        (("*.example.com",), "a.example.com", True),
        (("*.example.com",), "a.b.example.com", False),
        (("*.example.com",), "example.com", False),
        (("*.com",), "example.com", False),
        (("w*.example.com",), "www.example.com", False),
        (("192.0.2.1",), "192.0.2.1", True),
        (("*.0.2.1",), "192.0.2.1", False),
    ],
)
def test_names_covered(names: tuple[str, ...], host: str, expected: bool) -> None:
    assert covers(names, host) is expected


def _page(url: str = "https://x.example/", status: int = 200, **headers: str | list[str]) -> Fetched:
    pairs = tuple(
        (key.replace("_", "-"), value)
        for key, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    )
    return Fetched(url, status, pairs, b"<html>", False, ip_address("127.77.1.1"))


def _http(**headers: str | list[str]) -> dict[str, str]:
    page = _page(**headers)  # type: ignore[arg-type]
    return _states(pages.judge(pages.Observation("x.example", page, page), NOW.date()))


@pytest.mark.parametrize(
    ("check", "headers", "expected"),
    [
        ("SW-HTTP-02", {"strict_transport_security": "max-age=31536000"}, "not_found"),
        ("SW-HTTP-02", {"strict_transport_security": 'includeSubDomains; max-age="31536000"'}, "not_found"),
        ("SW-HTTP-02", {"strict_transport_security": "max-age=0"}, "found"),
        ("SW-HTTP-02", {"strict_transport_security": "max-age=300"}, "found"),
        ("SW-HTTP-02", {"strict_transport_security": "31536000"}, "found"),
        ("SW-HTTP-02", {"strict_transport_security": ["max-age=0", "max-age=99999999"]}, "found"),
        ("SW-HTTP-02", {}, "found"),
        ("SW-HTTP-03", {"content_security_policy": "default-src 'self'"}, "not_found"),
        ("SW-HTTP-03", {"content_security_policy": " ; "}, "found"),
        ("SW-HTTP-03", {"content_security_policy_report_only": "default-src 'self'"}, "found"),
        ("SW-HTTP-04", {"x_content_type_options": "NoSniff"}, "not_found"),
        ("SW-HTTP-04", {"x_content_type_options": "sniff"}, "found"),
        ("SW-HTTP-05", {"x_frame_options": "DENY"}, "not_found"),
        ("SW-HTTP-05", {"x_frame_options": "SAMEORIGIN, SAMEORIGIN"}, "not_found"),
        ("SW-HTTP-05", {"x_frame_options": "ALLOW-FROM https://a.example"}, "found"),
        ("SW-HTTP-05", {"content_security_policy": "frame-ancestors 'none'"}, "not_found"),
        ("SW-HTTP-05", {"content_security_policy": "frame-ancestors *", "x_frame_options": "DENY"}, "found"),
        ("SW-HTTP-05", {"content_security_policy": "default-src 'self'; FRAME-ANCESTORS 'self'"}, "not_found"),
        ("SW-HTTP-06", {"set_cookie": "a=b; Secure; HttpOnly"}, "not_found"),
        ("SW-HTTP-06", {"set_cookie": "a=b; secure"}, "found"),
        ("SW-HTTP-06", {"set_cookie": "csrftoken=b; Secure"}, "not_found"),
        ("SW-HTTP-06", {"set_cookie": ["a=b; Secure; HttpOnly", "b=c"]}, "found"),
        ("SW-HTTP-06", {}, "not_found"),
        ("SW-HTTP-07", {"server": "nginx"}, "not_found"),
        ("SW-HTTP-07", {"server": "nginx/1.25.3"}, "found"),
        ("SW-HTTP-07", {"server": "Microsoft-IIS/10.0"}, "found"),
        ("SW-HTTP-07", {"x_powered_by": "PHP/7.4.33"}, "found"),
        ("SW-HTTP-07", {"x_powered_by": "ASP.NET"}, "not_found"),
        ("SW-HTTP-07", {"x_aspnet_version": "4.0.30319"}, "found"),
    ],
)
def test_headers(check: str, headers: dict[str, str | list[str]], expected: str) -> None:
    assert _http(**headers)[check] == expected


def test_pages_that_say_nothing() -> None:
    down = Outcome.CONNECTION_REFUSED.code
    assert set(_states(pages.judge(pages.Observation("x", down, down), NOW.date())).values()) == {NOT_APPLICABLE}
    late = _states(pages.judge(pages.Observation("x", "outbound.timeout", "outbound.timeout"), NOW.date()))
    assert set(late.values()) == {"outbound.timeout"}
    broken = _page(status=503)
    assert "found" not in _states(pages.judge(pages.Observation("x", broken, broken), NOW.date())).values()
    plain = _page("http://x.example/", x_content_type_options="nosniff")
    only_http = _states(pages.judge(pages.Observation("x.example", plain, down), NOW.date()))
    assert only_http["SW-HTTP-01"] == "found"
    assert only_http["SW-HTTP-02"] == NOT_APPLICABLE
    assert only_http["SW-HTTP-04"] == "not_found"
    only_https = _states(pages.judge(pages.Observation("x.example", down, _page()), NOW.date()))
    assert only_https["SW-HTTP-01"] == "not_found"


def _ports(**states: str) -> tuple[services.Port, ...]:
    return tuple(services.Port(n, states.get(f"p{n}", "outbound.connection_refused")) for n in services.PORTS)


def test_services() -> None:
    assert set(_states(services.judge(_ports())).values()) == {"not_found"}
    assert _states(services.judge(_ports(p3389="open")))["SW-EXP-01"] == "found"
    silent = {f"p{n}": "outbound.timeout" for n in services.PORTS}
    assert set(_states(services.judge(_ports(**silent))).values()) == {"outbound.timeout"}
    filtered = _states(services.judge(_ports(**{**silent, "p22": "open"})))
    assert filtered["SW-EXP-02"] == "found"
    assert filtered["SW-EXP-01"] == "not_found"
    tarpit = {f"p{n}": "open" for n in services.PORTS}
    assert set(_states(services.judge(_ports(**tarpit))).values()) == {"scan.accepts_everything"}
    painted = tuple(services.Port(n, "open", b"HTTP/1.1 200 OK") for n in services.PORTS)
    assert {v.state for v in services.judge(painted)} == {"could_not_check"}
    assert _states(services.judge(_ports(p6379="outbound.budget_spent")))["SW-EXP-03"] == "outbound.budget_spent"
    assert services.contradicts(22, b"HTTP/1.1 400")
    assert not services.contradicts(3306, b"\x4a\x00\x00\x00\x0a5.7")


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/.git/HEAD", b"ref: refs/heads/main\n", True),
        ("/.git/HEAD", b"a" * 40, True),
        ("/.git/HEAD", b"<html>ref: refs/heads/main</html>", False),
        ("/.git/HEAD", b"", False),
        ("/.env", b"# settings\nAPP_KEY=1\n\nDB_HOST = db\n", True),
        ("/.env", b"export SECRET=1\n", True),
        ("/.env", b"<html><script>\nVAR=1\n</script></html>", False),
        ("/.env", b"Not found", False),
        ("/.env", b"\n", False),
        ("/.env", b"line\nline\nline\nKEY=1\n", False),
    ],
)
def test_leak_signatures(path: str, body: bytes, expected: bool) -> None:
    assert leaks.signature(path, body) is expected


def test_leaks_judged() -> None:
    half = leaks.Observation((("/.env", "exposed"), ("/.git/HEAD", "outbound.timeout")))
    assert _states(leaks.judge(half))["SW-WEB-01"] == "found"
    unsure = leaks.Observation((("/.env", "absent"), ("/.git/HEAD", "outbound.timeout")))
    assert _states(leaks.judge(unsure))["SW-WEB-01"] == "outbound.timeout"


def test_hello_is_read_in_any_pieces_and_never_raises() -> None:
    hello = client_hello("x.example", VERSIONS["TLSv1"])
    assert hello[:3] == b"\x16\x03\x01"
    server = b"\x02\x00\x00\x26\x03\x01" + b"r" * 32 + b"\x00\x00\x2f\x00"
    record = b"\x16\x03\x01" + len(server).to_bytes(2, "big") + server
    assert read_reply(record).version == VERSIONS["TLSv1"]
    for cut in range(len(record)):
        assert read_reply(record[:cut]).kind == "partial"
    assert read_reply(b"\x15\x03\x01\x00\x02\x02\x46").kind == "alert"
    assert read_reply(b"HTTP/1.1 400 Bad Request").kind == "other"
    for seed in range(300):
        noise = bytes((seed * 7919 + i * i * 31) % 256 for i in range(seed))
        assert read_reply(b"\x16\x03\x01" + noise, want_certificate=True).kind in ("partial", "other", "alert", "hello")


def test_vendors_by_longest_suffix() -> None:
    found = vendor("mxbiz1.qq.com", "mail")
    assert found is not None
    assert (found.id, found.category) == ("tencent_mail", "mail")
    assert vendor("ns-1.awsdns-12.co.uk", "dns") is not None
    assert vendor("notqq.com", "mail") is None


def test_strangers_text_is_made_harmless() -> None:
    assert shown("nginx\x1b[31m\r\n\u202e<script>" + "x" * 500, 30) == "nginx�[31m���<script>xxxxxxxxx"[:30]
