"""The street: hosts with one fault each (faults.example), a tidy domain, and one that does everything wrong."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from ssl import TLSVersion

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .authority import Manner, Wanted
from .cast import CSP, FTP, HSTS, MYSQL, SILENT, SSH, TELNET, TIDY, NameServer, Plan
from .museum import Museum
from .services import Headers, Page
from .signing import Signed

VNC = b"RFB 003.008\n"
_HTML = ("Content-Type", "text/html; charset=utf-8")


def _host(name: str) -> str:
    return f"{name}.faults.example"


def _one(name: str, wanted: Wanted | None = None, **changes: object) -> Plan:
    host = _host(name)
    return Plan(host, **{"certificate": wanted or Wanted((host,)), "contact": True, **changes})  # type: ignore[arg-type]


def _cert(name: str, **changes: object) -> Plan:
    return _one(name, Wanted((_host(name),), **changes))  # type: ignore[arg-type]


def _without(*names: str) -> Headers:
    return tuple(header for header in TIDY if header[0] not in names)


def _headers(name: str, headers: Headers) -> Plan:
    return _one(name, pages={"/": Page(200, headers)})


def _file(name: str, path: str, body: bytes, status: int = 200) -> Plan:
    return _one(name, pages={"/": Page(200, TIDY), path: Page(status, (*TIDY, _HTML), body)})


def _body(name: str, body: str) -> Plan:
    return _one(
        name, pages={"/": Page(200, (*TIDY, _HTML), f"<!doctype html><html><body>{body}</body></html>".encode())}
    )


_LINKS = "".join(f'<a href="http://{n}.bet.example/">百家乐</a>' for n in range(5))
_LOGIN = b'<!doctype html><title>Admin</title><form method=post><input type="password" name="p"></form>'
_MODERN = Manner(newest=TLSVersion.TLSv1_2)

STREET: tuple[Plan, ...] = (
    _one("good"),
    _cert("expired", days_left=-30),
    _one("wrongname", Wanted(("other.example",))),
    _cert("selfsigned", signer="self"),
    _cert("stranger", signer="stranger"),
    _cert("expiring", days_left=5),
    _cert("weakkey", rsa_bits=1024),
    _one("oldtls", manner=Manner(oldest=TLSVersion.TLSv1)),
    _cert("intermediate", signer="intermediate"),
    _cert("incomplete", signer="incomplete"),
    _cert("norevocation", revocable=False),
    _cert("longlived", life=380),
    _cert("sha1", signer="intermediate", sha1=True),
    _one("tls12only", manner=_MODERN),
    _one("nullsuite", manner=Manner(suites="ECDHE+AESGCM:eNULL")),
    _one("anonymous", manner=Manner(suites="ECDHE+AESGCM:AECDH")),
    _one(
        "nosecrecy",
        Wanted((_host("nosecrecy"),), rsa_bits=2048),
        manner=Manner(newest=TLSVersion.TLSv1_2, suites="AES128-GCM-SHA256"),
    ),
    _one(
        "smallgroup",
        Wanted((_host("smallgroup"),), rsa_bits=2048),
        manner=Manner(suites="ECDHE+AESGCM:DHE+AESGCM", small_group=True),
    ),
    _one("sslv3", museum=Museum(0x0300, (0x0005, 0x000A, 0x002F))),
    _one("tripledes", museum=Museum(0x0303, (0xC02F, 0xC012, 0x000A))),
    _one("catchall", otherwise=Page(200, TIDY, b"<!doctype html><title>Everything</title>")),
    _file("leaky", "/.git/HEAD", b"ref: refs/heads/main\n"),
    _file("secrets", "/.env", b"APP_KEY=lab-canary\nDB_PASSWORD=lab-canary\n"),
    _file("listing", "/uploads/", b"<html><title>Index of /uploads</title><h1>Index of /uploads</h1></html>"),
    _file("backup", "/backup.sql", b"-- MySQL dump 10.13\nCREATE TABLE users (id int);\n"),
    _file("diagnostics", "/phpinfo.php", b"<html><title>phpinfo()</title><h1>PHP Version</h1></html>"),
    _file("admin", "/admin/", _LOGIN),
    _one("allthelogin", otherwise=Page(200, (*TIDY, _HTML), _LOGIN)),
    _one("nocontact", contact=False),
    _file("stalecontact", "/.well-known/security.txt", b"Contact: mailto:a@b.example\nExpires: 2020-01-01T00:00:00Z\n"),
    _headers("oldsoftware", (*_without("Server"), ("Server", "nginx/1.14.0"))),
    _headers("newsoftware", (*_without("Server"), ("Server", "Apache/2.4.66"))),
    _one("talkative", otherwise=Page(404, TIDY, b"Traceback (most recent call last):\n  File app.py, line 3")),
    _headers("hstsshort", (*_without("Strict-Transport-Security"), (HSTS[0], "max-age=100000; includeSubDomains"))),
    _headers("referrer", (*_without("Referrer-Policy"), ("Referrer-Policy", "unsafe-url"))),
    _headers("nopermissions", _without("Permissions-Policy")),
    _headers("noisolation", _without("Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy")),
    _headers("samesite", (*TIDY, ("Set-Cookie", "a=1; Secure; HttpOnly"))),
    _headers("goodcookie", (*TIDY, ("Set-Cookie", "a=1; Secure; HttpOnly; SameSite=Strict"))),
    _headers("loosecsp", (*_without(CSP[0]), (CSP[0], "script-src 'self' 'unsafe-inline'"))),
    _body("mixed", '<script src="http://cdn.faults.example/x.js"></script>'),
    _body("foreignscript", '<script src="https://cdn.third-party.example/x.js"></script>'),
    _body("pinnedscript", '<script src="https://cdn.third-party.example/x.js" integrity="sha384-AAAA"></script>'),
    _body("darklinks", f'<div style="display:none">{_LINKS}</div>'),
    _body("openlinks", f"<footer>{_LINKS}</footer>"),
    _body("trojan", '<iframe src="http://drop.bet.example/" width="0" height="0"></iframe>'),
    _body("defaced", "<h1>HACKED BY example team</h1>"),
    Plan(
        _host("barepassword"),
        pages={},
        plain={"/": Page(200, (*TIDY, _HTML), _LOGIN)},
    ),
    _one("wayround", plain={"/": Page(301, (("Location", "https://good.faults.example/"),), b"")}),
    _one(
        "longway",
        plain={
            "/": Page(301, (("Location", "http://longway.faults.example/home"),), b""),
            "/home": Page(301, (("Location", "https://longway.faults.example/"),), b""),
        },
    ),
    _one("away", pages={"/": Page(302, (*TIDY, ("Location", "https://third-party.example/")), b"")}),
    _one("inward", pages={"/": Page(302, (*TIDY, ("Location", "http://169.254.169.254/latest/")), b"")}),
    _one("private", pages={"/": Page(200, TIDY), "/robots.txt": Page(200, (), b"User-agent: *\nDisallow: /\n")}),
    _one("busy", pages={"/": Page(429, (("Retry-After", "120"),), b""), "/robots.txt": Page(404)}),
    Plan(
        _host("exposed"),
        banners={21: FTP, 22: SSH, 23: TELNET, 3306: MYSQL, 5900: VNC}
        | dict.fromkeys((102, 389, 445, 502, 1433, 1521, 2375, 2404, 3389, 5432, 5985, 6379, 6443), SILENT)
        | dict.fromkeys((9200, 10250, 11211, 27017), SILENT),
        web=False,
    ),
    Plan(_host("one-database"), banners={6379: SILENT}, web=False),
    Plan("mail.tidy.example", certificate=Wanted(("mail.tidy.example",)), mail="starttls", web=False),
    Plan(
        "mta-sts.tidy.example",
        certificate=Wanted(("mta-sts.tidy.example",)),
        pages={
            "/.well-known/mta-sts.txt": Page(
                200, TIDY, b"version: STSv1\nmode: enforce\nmx: mail.tidy.example\nmax_age: 604800\n"
            )
        },
    ),
    Plan("mail.slack.example", certificate=Wanted(("elsewhere.example",)), mail="starttls", web=False),
)

STREET_SERVERS: tuple[NameServer, ...] = (
    NameServer("ns1.faults.example", "faults.example"),
    NameServer("ns2.faults.example", "faults.example", far=True),
    NameServer("ns1.tidy.example", "tidy.example"),
    NameServer("ns2.tidy.example", "tidy.example", far=True),
    NameServer("ns1.slack.example", "slack.example", recursion=True),
    NameServer("ns2.slack.example", "slack.example", transfers=True),
    NameServer("ns3.slack.example", "slack.example", lame=True),
)
SIGNED = (Signed("faults.example"), Signed("tidy.example"), Signed("slack.example", "mismatch"))


def dkim(bits: int) -> str:
    """A DKIM record whose RSA key has that many bits; a public key needs no private one to be judged."""
    public = RSAPublicNumbers(65537, (1 << bits) - 159).public_key()
    text = base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    return f"v=DKIM1; k=rsa; p={text}"


STREET_RECORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "example.com": {"A": ("@far-1",)},
    "faults.example": {
        "NS": ("ns1.faults.example", "ns2.faults.example"),
        "MX": ("0 .",),
        "TXT": ("v=spf1 -all",),
        "CAA": ('0 issue ";"',),
    },
    "_dmarc.faults.example": {"TXT": ("v=DMARC1; p=reject; rua=mailto:dmarc@faults.example",)},
    "selector1._domainkey.faults.example": {"TXT": (dkim(2048),)},
    "tidy.example": {
        "NS": ("ns1.tidy.example", "ns2.tidy.example"),
        "MX": ("10 mail.tidy.example",),
        "TXT": ("v=spf1 mx -all", "atlassian-domain-verification=lab"),
        "CAA": ('0 issue "ca.example"',),
    },
    "_dmarc.tidy.example": {"TXT": ("v=DMARC1; p=reject; sp=reject; rua=mailto:dmarc@tidy.example",)},
    "selector1._domainkey.tidy.example": {"TXT": (dkim(2048),)},
    "_mta-sts.tidy.example": {"TXT": ("v=STSv1; id=20261124",)},
    "_smtp._tls.tidy.example": {"TXT": ("v=TLSRPTv1; rua=mailto:tls@tidy.example",)},
    "default._bimi.tidy.example": {"TXT": ("v=BIMI1; l=https://tidy.example/logo.svg;",)},
    "slack.example": {
        "NS": ("ns1.slack.example", "ns2.slack.example", "ns3.slack.example"),
        "MX": ("10 mail.slack.example",),
        "TXT": ("v=spf1 +all",),
    },
    "_dmarc.slack.example": {"TXT": ("v=DMARC1; p=quarantine; pct=50",)},
    "default._domainkey.slack.example": {"TXT": (dkim(1024),)},
    "default._bimi.slack.example": {"TXT": ("v=BIMI1; l=http://slack.example/logo.svg;",)},
    "shop.slack.example": {"CNAME": ("slack.hosted-elsewhere.example",)},
    "5lack.example": {"A": ("@far-1",)},
    "many.example": {
        "NS": ("ns1.slack.example",),
        "MX": ("0 .",),
        "TXT": ("v=spf1 " + " ".join(f"include:i{n}.many.example" for n in range(11)) + " -all",),
    },
    **{f"i{n}.many.example": {"TXT": ("v=spf1 ip4:192.0.2.0/24 -all",)} for n in range(11)},
}
