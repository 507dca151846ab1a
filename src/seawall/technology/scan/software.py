"""From what a server says of itself to product, version and CPE name, and to the day its support ended.

CPE names follow NISTIR 7695 (CPE 2.3). A banner is a claim of the server: distributions mend faults without changing
the number, and anyone may write anything there. So a version seen is a reason to ask, not a proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .verdicts import Verdict, could_not, shown, verdict

UNKNOWN = "scan.version_unknown"


@dataclass(frozen=True, slots=True)
class Software:
    """A product as CPE names it, with the version it claims."""

    vendor: str
    product: str
    version: str

    @property
    def cpe(self) -> str:
        return f"cpe:2.3:a:{self.vendor}:{self.product}:{self.version}:*:*:*:*:*:*:*"


_NUMBER = r"(\d+(?:\.\d+){0,3}(?:p\d+|[a-z](?![a-z]))?)"
# Pattern of the name before the number → vendor and product of the CPE dictionary.
_NAMES: tuple[tuple[str, str, str], ...] = (
    (r"apache(?:-httpd)?/", "apache", "http_server"),
    (r"nginx/", "f5", "nginx"),
    (r"openresty/", "openresty", "openresty"),
    (r"tengine/", "alibaba", "tengine"),
    (r"microsoft-iis/", "microsoft", "internet_information_services"),
    (r"php/", "php", "php"),
    (r"openssl/", "openssl", "openssl"),
    (r"(?:apache[- ]tomcat|tomcat)[/ ]", "apache", "tomcat"),
    (r"jetty\(", "eclipse", "jetty"),
    (r"lighttpd/", "lighttpd", "lighttpd"),
    (r"litespeed/", "litespeedtech", "litespeed_web_server"),
    (r"caddy/", "caddyserver", "caddy"),
    (r"python/", "python", "python"),
    (r"drupal ", "drupal", "drupal"),
    (r"wordpress ", "wordpress", "wordpress"),
    (r"joomla!? ", "joomla", "joomla\\!"),
    (r"ssh-2\.0-openssh_", "openbsd", "openssh"),
    (r"dropbear_", "dropbear_ssh_project", "dropbear_ssh"),
    (r"vsftpd ", "vsftpd_project", "vsftpd"),
    (r"proftpd ", "proftpd", "proftpd"),
    (r"pure-ftpd ", "pureftpd", "pure-ftpd"),
    (r"exim ", "exim", "exim"),
    (r"postfix ", "postfix", "postfix"),
    (r"microsoft ftp service ?", "microsoft", "ftp_service"),
)
_PATTERNS = tuple((re.compile(name + _NUMBER, re.IGNORECASE), vendor, product) for name, vendor, product in _NAMES)
_MYSQL = re.compile(rb"\A.{3}\x00\x0a([\x20-\x7e]{3,40})\x00", re.DOTALL)
_MARIADB = re.compile(r"(\d+\.\d+\.\d+)-MariaDB", re.IGNORECASE)


def identify(text: str) -> tuple[Software, ...]:
    """Every product with a version in a banner or header, in the order they are written."""
    found: list[tuple[int, Software]] = []
    for pattern, vendor, product in _PATTERNS:
        matches = pattern.finditer(text[:500])
        found += [(match.start(), Software(vendor, product, match.group(1).lower())) for match in matches]
    return tuple(software for _, software in sorted(found, key=lambda pair: pair[0]))


def identify_banner(port: int, banner: bytes) -> tuple[Software, ...]:
    """What a service that speaks first says it is; MySQL puts its version into a packet of its own."""
    if port == 3306 and (match := _MYSQL.match(banner)):
        text = match.group(1).decode("ascii")
        if maria := _MARIADB.search(text):
            return (Software("mariadb", "mariadb", maria.group(1)),)
        number = re.match(r"\d+\.\d+\.\d+", text)
        return (Software("oracle", "mysql", number.group(0)),) if number else ()
    return identify(banner.decode("latin-1"))


# Last day of support by product and release line, as the makers publish it (php.net/supported-versions, nginx.org,
# openssl-library.org, dev.mysql.com, mariadb.org/about, devguide.python.org/versions, drupal.org, httpd.apache.org,
# tomcat.apache.org/whichversion, learn.microsoft.com/lifecycle). On COMPARED_ON the lines of PHP, nginx, OpenSSL,
# MySQL, MariaDB, Python and Drupal were compared with endoflife.date's collection; those of Apache httpd, Tomcat and
# IIS were not. Where sources differ by days the later day stands. Extended support that is sold apart does not count,
# and lines that are not listed are not judged.
COMPARED_ON = date(2026, 11, 24)
_ENDED: dict[tuple[str, str], date] = {
    ("php", "5"): date(2018, 12, 31),
    ("php", "7.0"): date(2019, 1, 10),
    ("php", "7.1"): date(2019, 12, 1),
    ("php", "7.2"): date(2020, 11, 30),
    ("php", "7.3"): date(2021, 12, 6),
    ("php", "7.4"): date(2022, 11, 28),
    ("php", "8.0"): date(2023, 11, 26),
    ("php", "8.1"): date(2025, 12, 31),
    ("php", "8.2"): date(2026, 12, 31),
    ("php", "8.3"): date(2027, 12, 31),
    ("http_server", "1.3"): date(2010, 2, 3),
    ("http_server", "2.0"): date(2013, 7, 10),
    ("http_server", "2.2"): date(2018, 1, 1),
    ("nginx", "0"): date(2012, 4, 23),
    ("nginx", "1.0"): date(2012, 4, 23),
    ("nginx", "1.2"): date(2013, 4, 24),
    ("nginx", "1.4"): date(2014, 4, 24),
    ("nginx", "1.6"): date(2015, 4, 21),
    ("nginx", "1.8"): date(2016, 4, 26),
    ("nginx", "1.10"): date(2017, 4, 12),
    ("nginx", "1.12"): date(2018, 4, 17),
    ("nginx", "1.14"): date(2019, 4, 23),
    ("nginx", "1.16"): date(2020, 4, 20),
    ("nginx", "1.18"): date(2021, 4, 20),
    ("nginx", "1.19"): date(2021, 5, 25),
    ("nginx", "1.20"): date(2022, 5, 24),
    ("nginx", "1.21"): date(2022, 6, 21),
    ("nginx", "1.22"): date(2023, 4, 11),
    ("nginx", "1.23"): date(2023, 5, 23),
    ("nginx", "1.24"): date(2024, 4, 23),
    ("nginx", "1.25"): date(2024, 5, 29),
    ("nginx", "1.26"): date(2025, 4, 23),
    ("nginx", "1.27"): date(2025, 6, 24),
    ("internet_information_services", "5"): date(2010, 7, 13),
    ("internet_information_services", "6"): date(2015, 7, 14),
    ("internet_information_services", "7"): date(2020, 1, 14),
    ("internet_information_services", "8"): date(2023, 10, 10),
    ("openssl", "0"): date(2015, 12, 31),
    ("openssl", "1.0"): date(2019, 12, 31),
    ("openssl", "1.1.0"): date(2019, 9, 11),
    ("openssl", "1.1"): date(2023, 9, 11),
    ("openssl", "3.0"): date(2026, 9, 7),
    ("tomcat", "6"): date(2016, 12, 31),
    ("tomcat", "7"): date(2021, 3, 31),
    ("tomcat", "8.0"): date(2018, 6, 30),
    ("tomcat", "8.5"): date(2024, 3, 31),
    ("mysql", "5.1"): date(2013, 12, 31),
    ("mysql", "5.5"): date(2018, 12, 31),
    ("mysql", "5.6"): date(2021, 2, 28),
    ("mysql", "5.7"): date(2023, 10, 31),
    ("mysql", "8.0"): date(2026, 4, 30),
    ("mariadb", "5.5"): date(2020, 4, 11),
    ("mariadb", "10.0"): date(2019, 3, 31),
    ("mariadb", "10.1"): date(2020, 10, 17),
    ("mariadb", "10.2"): date(2022, 5, 23),
    ("mariadb", "10.3"): date(2023, 5, 25),
    ("mariadb", "10.4"): date(2024, 6, 18),
    ("mariadb", "10.5"): date(2025, 6, 24),
    ("mariadb", "10.6"): date(2026, 7, 6),
    ("python", "2"): date(2020, 1, 1),
    ("python", "3.6"): date(2021, 12, 23),
    ("python", "3.7"): date(2023, 6, 27),
    ("python", "3.8"): date(2024, 10, 14),
    ("python", "3.9"): date(2025, 10, 31),
    ("drupal", "7"): date(2025, 1, 5),
    ("drupal", "8"): date(2021, 11, 2),
    ("drupal", "9"): date(2023, 11, 1),
}


def ended(software: Software) -> date | None:
    """The last day of support of its release line, longest match first; None when the table does not know."""
    parts = re.sub(r"(?<=\d)[a-z]\w*\Z", "", software.version).split(".")
    for length in range(len(parts), 0, -1):
        day = _ENDED.get((software.product, ".".join(parts[:length])))
        if day is not None:
            return day
    return None


def judge_support(named: Iterable[Software], today: date) -> Verdict:
    """SW-WEB-07: of the software that names its version, the first that is past its support."""
    seen = tuple(named)
    for software in seen:
        day = ended(software)
        if day is not None and day < today:
            detail = {"software": shown(f"{software.product} {software.version}", 60), "ended": day.isoformat()}
            return verdict("SW-WEB-07", True, cpe=software.cpe, **detail)
    if not seen:
        return could_not("SW-WEB-07", UNKNOWN)  # nobody names a version: that is well, and tells us nothing
    return verdict("SW-WEB-07", False, software=shown(f"{seen[0].product} {seen[0].version}", 60))
