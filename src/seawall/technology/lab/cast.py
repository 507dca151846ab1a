"""Who lives in the lab: two fictional companies and a street of hosts with one fault each.

云票通 (yunpiaotong.example) sells e-invoicing to small firms and keeps its house in order, with a few gaps.
海拓 (haituo.example) ships goods, and shows the Internet far more than it should.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ssl import TLSVersion

from .authority import Wanted
from .services import Headers, Page

CSP = ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'")
HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
TIDY: Headers = (HSTS, CSP, ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Server", "nginx"))
HOME = b"<!doctype html><html lang=zh><meta charset=utf-8><title>%s</title><h1>%s</h1></html>"

SSH = b"SSH-2.0-OpenSSH_8.0\r\n"
MYSQL = b"\x4a\x00\x00\x00\x0a5.7.29-log\x00\x08\x00\x00\x00abcdefgh\x00\xff\xf7\x08\x02\x00\x7f\x80\x15"
FTP = b"220 (vsFTPd 3.0.3)\r\n"
TELNET = b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27"
SILENT = b""
_ABSENT = Page(404, TIDY, b"not here")


@dataclass(frozen=True, slots=True)
class Plan:
    """One host on its own address. `plain` None redirects to https; `mail` is "", "plain" or "starttls"."""

    name: str
    aliases: tuple[str, ...] = ()
    certificate: Wanted | None = None
    oldest: TLSVersion = TLSVersion.TLSv1_2
    pages: Mapping[str, Page] = field(default_factory=lambda: {"/": Page(200, TIDY)})
    plain: Mapping[str, Page] | None = None
    otherwise: Page = _ABSENT
    banners: Mapping[int, bytes] = field(default_factory=dict)
    mail: str = ""
    web: bool = True


def _home(headers: Headers, title: str) -> dict[str, Page]:
    text = title.encode()
    return {"/": Page(200, (*headers, ("Content-Type", "text/html; charset=utf-8")), HOME % (text, text))}


_COOKIE = ("Set-Cookie", "session=lab; Path=/; Secure; HttpOnly; SameSite=Lax")
_YPT = tuple(header for header in TIDY if header != CSP)
_OLD: Headers = (("Server", "nginx/1.14.0"), ("X-Powered-By", "PHP/7.2.24"), ("Set-Cookie", "PHPSESSID=lab; path=/"))


def _one_fault(name: str, wanted: Wanted | None = None, **changes: object) -> Plan:
    host = f"{name}.faults.example"
    return Plan(host, certificate=wanted or Wanted((host,)), **changes)  # type: ignore[arg-type]


PLANS: tuple[Plan, ...] = (
    Plan(
        "yunpiaotong.example",
        aliases=("www.yunpiaotong.example",),
        certificate=Wanted(("yunpiaotong.example", "www.yunpiaotong.example"), days_left=12),
        pages=_home((*_YPT, _COOKIE), "云票通"),
    ),
    Plan("mail.yunpiaotong.example", certificate=Wanted(("mail.yunpiaotong.example",)), mail="starttls", web=False),
    Plan(
        "haituo.example",
        aliases=("www.haituo.example",),
        certificate=Wanted(("haituo.example", "www.haituo.example")),
        oldest=TLSVersion.TLSv1,
        pages=_home(_OLD, "海拓物流"),
        plain=_home(_OLD, "海拓物流"),
        otherwise=Page(404, _OLD, b"not here"),
    ),
    Plan("remote.haituo.example", banners={3389: SILENT, 445: SILENT, 22: SSH}, web=False),
    Plan("mail.haituo.example", mail="plain", web=False),
    _one_fault("good"),
    _one_fault("expired", Wanted(("expired.faults.example",), days_left=-30)),
    _one_fault("wrongname", Wanted(("other.example",))),
    _one_fault("selfsigned", Wanted(("selfsigned.faults.example",), signer="self")),
    _one_fault("stranger", Wanted(("stranger.faults.example",), signer="stranger")),
    _one_fault("expiring", Wanted(("expiring.faults.example",), days_left=5)),
    _one_fault("weakkey", Wanted(("weakkey.faults.example",), rsa_bits=1024)),
    _one_fault("oldtls", oldest=TLSVersion.TLSv1),
    _one_fault("catchall", otherwise=Page(200, TIDY, b"<!doctype html><title>Everything</title>")),
    _one_fault(
        "leaky",
        pages={"/": Page(200, TIDY), "/.git/HEAD": Page(200, TIDY, b"ref: refs/heads/main\n")},
    ),
    _one_fault(
        "secrets",
        pages={"/": Page(200, TIDY), "/.env": Page(200, TIDY, b"APP_KEY=lab-canary\nDB_PASSWORD=lab-canary\n")},
    ),
    _one_fault("away", pages={"/": Page(302, (*TIDY, ("Location", "https://third-party.example/")), b"")}),
    _one_fault("inward", pages={"/": Page(302, (*TIDY, ("Location", "http://169.254.169.254/latest/")), b"")}),
    _one_fault("private", pages={"/": Page(200, TIDY), "/robots.txt": Page(200, (), b"User-agent: *\nDisallow: /\n")}),
    _one_fault("busy", pages={"/": Page(429, (("Retry-After", "120"),), b""), "/robots.txt": Page(404)}),
    Plan(
        "exposed.faults.example",
        banners={21: FTP, 22: SSH, 23: TELNET, 3306: MYSQL}
        | dict.fromkeys((445, 3389, 5432, 6379, 9200, 27017), SILENT),
        web=False,
    ),
    Plan("one-database.faults.example", banners={6379: SILENT}, web=False),
)

_DS = "12345 13 2 " + "ab" * 32

# "@name" stands for the address of that host in the lab.
RECORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "yunpiaotong.example": {
        "NS": ("dns7.hichina.com", "dns8.hichina.com"),
        "MX": ("5 mail.yunpiaotong.example", "10 mxn.mxhichina.com"),
        "TXT": ("v=spf1 mx include:spf.mxhichina.com -all",),
        "CAA": ('0 issue "letsencrypt.org"',),
    },
    "_dmarc.yunpiaotong.example": {"TXT": ("v=DMARC1; p=none; rua=mailto:dmarc@yunpiaotong.example",)},
    "www.yunpiaotong.example": {"CNAME": ("yunpiaotong.example.w.kunlunar.com",)},
    "yunpiaotong.example.w.kunlunar.com": {"A": ("@yunpiaotong.example",)},
    "spf.mxhichina.com": {"TXT": ("v=spf1 ip4:140.205.0.0/16 ip4:115.124.0.0/16 -all",)},
    "haituo.example": {
        "NS": ("ns1.haituo.example",),
        "MX": ("10 mail.haituo.example",),
        "TXT": ("v=spf1 a mx ?all",),
    },
    "faults.example": {
        "NS": ("ns1.faults.example", "ns2.faults.example"),
        "MX": ("0 .",),
        "TXT": ("v=spf1 -all",),
        "CAA": ('0 issue ";"',),
        "DS": (_DS,),
    },
    "_dmarc.faults.example": {"TXT": ("v=DMARC1; p=reject",)},
}
