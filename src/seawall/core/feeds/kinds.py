"""The feeds there are: how each is read, whose it is, under which terms, and how often it is worth asking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from seawall.core.feeds import attack, cves, exploited, incidents, leaks
from seawall.core.feeds.reading import Bounds, Feed, refuse
from seawall.core.texts import Text


@dataclass(frozen=True, slots=True)
class Kind:
    """`whole`: each run brings everything there is, else it adds to what is held. `guarded`: needs a recorded basis.

    `address`: where the source publishes it. `hours`: how old the last good run may be before it is asked again.
    """

    id: str
    name: Text
    provider: str
    licence: str
    address: str
    read: Callable[[Sequence[bytes], str], Feed]
    bounds: Bounds
    whole: bool = True
    guarded: bool = False
    parts: int = 1
    hours: int = 24


def _one(read: Callable[[bytes], Feed]) -> Callable[[Sequence[bytes], str], Feed]:
    return lambda parts, domain: read(parts[0])


_KINDS = (
    Kind(
        "kev",
        {"zh": "已知被利用漏洞目录（KEV）", "en": "Known Exploited Vulnerabilities (KEV)"},
        "CISA",
        "CC0-1.0",
        "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
        _one(exploited.read_kev),
        exploited.KEV_BOUNDS,
    ),
    Kind(
        "epss",
        {"zh": "漏洞利用概率（EPSS）", "en": "Exploit Prediction Scoring System (EPSS)"},
        "FIRST.org",
        "free of charge with citation of FIRST.org",
        "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
        _one(exploited.read_epss),
        exploited.EPSS_BOUNDS,
    ),
    Kind(
        "cve",
        {"zh": "CVE 记录（JSON 5）", "en": "CVE records (JSON 5)"},
        "CVE Program",
        "CVE terms of use",
        "https://github.com/CVEProject/cvelistV5",
        lambda parts, domain: cves.read_cve(parts),
        cves.CVE_BOUNDS,
        whole=False,
        parts=20_000,
    ),
    Kind(
        "nvd",
        {"zh": "国家漏洞库（NVD，美国）", "en": "National Vulnerability Database (NVD)"},
        "NIST",
        "public domain; not endorsed or certified by the NVD",
        "https://services.nvd.nist.gov/rest/json/cves/2.0",
        lambda parts, domain: cves.read_nvd(parts),
        cves.NVD_BOUNDS,
        whole=False,
        parts=300,
    ),
    Kind(
        "attack",
        {"zh": "ATT&CK 攻击技术知识库", "en": "MITRE ATT&CK"},
        "The MITRE Corporation",
        "ATT&CK terms of use, © The MITRE Corporation",
        "https://github.com/mitre-attack/attack-stix-data",
        _one(attack.read_attack),
        attack.BOUNDS,
        hours=24 * 14,
    ),
    Kind(
        "veris",
        {"zh": "VERIS 社区事件库（VCDB）", "en": "VERIS Community Database (VCDB)"},
        "VERIS community",
        "CC-BY-SA-4.0",
        "https://github.com/vz-risk/VCDB",
        lambda parts, domain: incidents.read_veris(parts),
        incidents.VERIS_BOUNDS,
        parts=20_000,
        hours=24 * 14,
    ),
    Kind(
        "ransomware",
        {"zh": "勒索团伙泄露站发帖", "en": "Ransomware leak-site posts"},
        "ransomwatch, ransomware.live",
        "Unlicense",
        "https://raw.githubusercontent.com/joshhighet/ransomwatch/main/posts.json",
        _one(incidents.read_posts),
        incidents.POSTS_BOUNDS,
    ),
    Kind(
        "leaks",
        {"zh": "泄露账号与暗网情报", "en": "Leaked credentials and dark-web intelligence"},
        "Have I Been Pwned",
        "CC-BY-4.0 for breaches; by contract for domains",
        "https://haveibeenpwned.com/api/v3/breaches",
        lambda parts, domain: leaks.read_leaks(parts[0], domain=domain),
        leaks.BOUNDS,
        whole=False,
        guarded=True,
    ),
)
KINDS: Mapping[str, Kind] = {kind.id: kind for kind in _KINDS}


def read(kind: str, parts: Sequence[bytes], *, domain: str = "") -> Feed:
    """The feed out of its file, or its several files; raises `Invalid` with what is wrong."""
    known = KINDS[kind]
    if not 1 <= len(parts) <= known.parts:
        raise refuse("feed.parts", most=known.parts)
    if sum(len(part) for part in parts) > 4 * known.bounds.bytes:
        raise refuse("feed.too_large", most=4 * known.bounds.bytes)
    return known.read(parts, domain)
