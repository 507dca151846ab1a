"""Who lives in the lab: two fictional companies; the street of hosts with one fault each is in `street`.

云票通 (yunpiaotong.example) sells e-invoicing to small firms and keeps its house in order, with a few gaps.
海拓 (haituo.example) ships goods, and shows the Internet far more than it should.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ssl import TLSVersion

from .authority import Manner, Wanted
from .museum import Museum
from .services import Headers, Page

CSP = ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'")
HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
TIDY: Headers = (
    *(HSTS, CSP, ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Server", "nginx")),
    *(("Referrer-Policy", "strict-origin"), ("Permissions-Policy", "camera=(), geolocation=()")),
    *(("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin")),
)
CONTACT = "/.well-known/security.txt"
HOME = b"<!doctype html><html lang=zh><meta charset=utf-8><title>%s</title><h1>%s</h1></html>"

SSH = b"SSH-2.0-OpenSSH_8.0\r\n"
MYSQL = b"\x4a\x00\x00\x00\x0a5.7.29-log\x00\x08\x00\x00\x00abcdefgh\x00\xff\xf7\x08\x02\x00\x7f\x80\x15"
FTP = b"220 (vsFTPd 3.0.3)\r\n"
TELNET = b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27"
SILENT = b""
_ABSENT = Page(404, TIDY, b"not here")


@dataclass(frozen=True, slots=True)
class Plan:
    """One host on its own address. `plain` None redirects to https; `mail` is "", "plain" or "starttls".

    `contact` serves a security.txt; `museum` puts a server of protocols long retired in place of the TLS one.
    """

    name: str
    aliases: tuple[str, ...] = ()
    certificate: Wanted | None = None
    manner: Manner = field(default_factory=Manner)
    pages: Mapping[str, Page] = field(default_factory=lambda: {"/": Page(200, TIDY)})
    plain: Mapping[str, Page] | None = None
    otherwise: Page = _ABSENT
    banners: Mapping[int, bytes] = field(default_factory=dict)
    mail: str = ""
    web: bool = True
    contact: bool = False
    museum: Museum | None = None


@dataclass(frozen=True, slots=True)
class NameServer:
    """One of a domain's own name servers; `far` puts it into another network than its sisters."""

    name: str
    zone: str
    far: bool = False
    recursion: bool = False
    transfers: bool = False
    lame: bool = False


def _home(headers: Headers, title: str) -> dict[str, Page]:
    text = title.encode()
    return {"/": Page(200, (*headers, ("Content-Type", "text/html; charset=utf-8")), HOME % (text, text))}


_COOKIE = ("Set-Cookie", "session=lab; Path=/; Secure; HttpOnly; SameSite=Lax")
_YPT = tuple(header for header in TIDY if header != CSP)
_OLD: Headers = (("Server", "nginx/1.14.0"), ("X-Powered-By", "PHP/7.2.24"), ("Set-Cookie", "PHPSESSID=lab; path=/"))


PLANS: tuple[Plan, ...] = (
    Plan(
        "yunpiaotong.example",
        aliases=("www.yunpiaotong.example",),
        certificate=Wanted(("yunpiaotong.example", "www.yunpiaotong.example"), days_left=12),
        pages=_home((*_YPT, _COOKIE), "云票通"),
        contact=True,
    ),
    Plan("mail.yunpiaotong.example", certificate=Wanted(("mail.yunpiaotong.example",)), mail="starttls", web=False),
    Plan(
        "haituo.example",
        aliases=("www.haituo.example",),
        certificate=Wanted(("haituo.example", "www.haituo.example")),
        manner=Manner(oldest=TLSVersion.TLSv1),
        pages=_home(_OLD, "海拓物流"),
        plain=_home(_OLD, "海拓物流"),
        otherwise=Page(404, _OLD, b"not here"),
    ),
    Plan("remote.haituo.example", banners={3389: SILENT, 445: SILENT, 22: SSH}, web=False),
    Plan("mail.haituo.example", mail="plain", web=False),
)

NAME_SERVERS = (NameServer("ns1.haituo.example", "haituo.example"),)

# "@name" stands for the address of that host in the lab; "@far-1" and "@far-2" for hosts of strangers, in two networks.
RECORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "dns7.hichina.com": {"A": ("@far-1",)},
    "dns8.hichina.com": {"A": ("@far-2",)},
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
}
