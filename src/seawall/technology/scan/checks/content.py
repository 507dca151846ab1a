"""What stands on the home page: insecure parts, foreign scripts, and the marks intruders leave.

SW-WEB-09 to -11 read signs on one page as one visitor saw it. They were tried on synthetic pages only; how often they
miss or cry wolf on real sites is not known, and the published list says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from seawall.technology.net import Fetched, registrable

from ..verdicts import NOT_APPLICABLE, Verdict, could_not, none_of, shown, verdict
from .markup import Tag, absolute, decode, hides, host_of, tags

CHECKS = ("SW-HTTP-13", "SW-HTTP-16", "SW-WEB-09", "SW-WEB-10", "SW-WEB-11", "SW-WEB-12")
ENOUGH_HIDDEN = 3
_LOADS = {
    "script": "src",
    "iframe": "src",
    "frame": "src",
    "object": "data",
    "embed": "src",
    "img": "src",
    "audio": "src",
    "video": "src",
    "source": "src",
    "link": "href",
}
_ACTIVE = frozenset({"script", "iframe", "frame", "object", "embed", "link"})
# Trades that plant their links on other people's sites: gambling, pornography, forged invoices and papers, surrogacy.
_TRADES = re.compile(
    r"百家乐|时时彩|六合彩|北京赛车|赌球|赌场|博彩|彩票平台|澳门(?:娱乐|赌|新葡)|真人娱乐|棋牌(?:游戏|平台)|私服|外挂"
    r"|成人(?:视频|电影|网)|黄色(?:网|视频)|色情|发票代开|代开.{0,4}发票|办证刻章|代孕|迷药|枪支"
    r"|\b(?:casino|viagra|cialis|porn|slot gacor|judi online|sbobet|betting bonus)\b",
    re.IGNORECASE,
)
_SEARCH_ENGINES = re.compile(r"baidu|sogou|google|bing\.com|so\.com|360spider|spider", re.IGNORECASE)
_CLOAK = re.compile(r"document\.referrer|navigator\.useragent", re.IGNORECASE)
_LEAVES = re.compile(r"location(?:\.href|\.replace|\.assign)?\s*[=(]\s*[\"']https?://", re.IGNORECASE)
_OBFUSCATED = re.compile(
    r"eval\s*\(\s*(?:unescape|atob|decodeuricomponent|string\.fromcharcode)\s*\(|document\.write\s*\(\s*unescape\s*\("
    r"|eval\s*\(\s*function\s*\(\s*p\s*,\s*a\s*,\s*c\s*,\s*k",
    re.IGNORECASE,
)
_MINER = re.compile(
    r"coinhive|cryptoloot|coinimp|deepminer|webminepool|\bminer(?:\.min)?\.js|miner\.anonymous\s*\(", re.I
)
_WRITES = re.compile(r"document\.write(?:ln)?\s*\(", re.IGNORECASE)
_DEFACED = re.compile(
    r"\b(?:hacked|owned|pwned|defaced|h4cked|0wned)\s+by\b|\bgreetz\b|黑客.{0,6}(?:入侵|到此一游)|本站已被.{0,6}(?:黑|入侵)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Page:
    """A home page ready to be judged."""

    url: str
    text: str
    tags: tuple[Tag, ...]

    @property
    def host(self) -> str:
        return host_of(self.url)

    def policies(self) -> tuple[str, ...]:
        """Content security policies that the page itself sets."""
        metas = [tag for tag in self.tags if tag.name == "meta"]
        return tuple(m.get("content") for m in metas if m.get("http-equiv").lower() == "content-security-policy")


def read(fetched: Fetched) -> Page:
    text = decode(fetched.body, "".join(fetched.header("content-type")[:1]))
    return Page(fetched.url, text, tags(text))


def judge(page: Page) -> tuple[Verdict, ...]:
    return (
        _judge_mixed(page),
        _judge_integrity(page),
        _judge_hidden_links(page),
        _judge_trojan(page),
        _judge_tampered(page),
        _judge_password(page),
    )


def none(reason: str) -> tuple[Verdict, ...]:
    return none_of(CHECKS, reason)


def _parts(page: Page) -> list[tuple[Tag, str]]:
    """What the page loads by itself, with the URL."""
    loaded = []
    for tag in page.tags:
        if tag.name == "link" and not {"stylesheet", "preload", "manifest"} & set(tag.get("rel").lower().split()):
            continue
        link = tag.get(_LOADS[tag.name]) if tag.name in _LOADS else ""
        if link:
            loaded.append((tag, absolute(page.url, link)))
    return loaded


def _judge_mixed(page: Page) -> Verdict:
    check = "SW-HTTP-13"
    if not page.url.startswith("https://"):
        return could_not(check, NOT_APPLICABLE)
    plain = [(tag, url) for tag, url in _parts(page) if url.startswith("http://")]
    forms = [tag for tag in page.tags if tag.name == "form" and tag.get("action").lower().startswith("http://")]
    active = any(tag.name in _ACTIVE for tag, _ in plain) or bool(forms)
    if not plain and not forms:
        return verdict(check, False)
    first = plain[0][1] if plain else forms[0].get("action")
    return verdict(
        check, True, kind="active" if active else "passive", count=len(plain) + len(forms), first=shown(first, 100)
    )


def _judge_integrity(page: Page) -> Verdict:
    """Scripts from another registrant without subresource integrity."""
    home = registrable(page.host)
    foreign = [(t, u) for t, u in _parts(page) if t.name == "script" and registrable(host_of(u)) != home and u]
    if not foreign:
        return could_not("SW-HTTP-16", NOT_APPLICABLE)
    bare = [url for tag, url in foreign if not tag.get("integrity").strip().lower().startswith("sha")]
    hosts = sorted({host_of(url) for url in bare})
    return verdict(
        "SW-HTTP-16", bool(bare), scripts=len(bare), **({"hosts": shown(", ".join(hosts[:4]))} if bare else {})
    )


def _foreign_links(page: Page, found: tuple[Tag, ...]) -> list[Tag]:
    home = registrable(page.host)
    links = [tag for tag in found if tag.name == "a" and tag.get("href")]
    return [t for t in links if (host := host_of(absolute(page.url, t.get("href")))) and registrable(host) != home]


def _judge_hidden_links(page: Page) -> Verdict:
    """暗链: links to elsewhere that no visitor sees, or the words of the trades that plant them."""
    check = "SW-WEB-09"
    hidden = [tag for tag in _foreign_links(page, page.tags) if tag.hidden]
    if len(hidden) >= ENOUGH_HIDDEN:
        return verdict(check, True, kind="hidden links", count=len(hidden), first=shown(hidden[0].get("href"), 80))
    for script in (tag.text for tag in page.tags if tag.name == "script"):
        if _WRITES.search(script):
            written = _foreign_links(page, tags(script))
            if sum(tag.hidden for tag in written) >= ENOUGH_HIDDEN:
                return verdict(check, True, kind="written by script", count=len(written))
        if _CLOAK.search(script) and _SEARCH_ENGINES.search(script) and _LEAVES.search(script):
            return verdict(check, True, kind="other page for visitors from search engines")
    named = [t.text for t in page.tags if t.name == "title"]
    named += [
        t.get("content") for t in page.tags if t.name == "meta" and t.get("name").lower() in ("keywords", "description")
    ]
    words = {match.group(0).lower() for text in named for match in _TRADES.finditer(text)}
    if len(words) >= 2:
        return verdict(check, True, kind="title and keywords", words=shown(", ".join(sorted(words)), 80))
    return verdict(check, False)


def _judge_trojan(page: Page) -> Verdict:
    check = "SW-WEB-10"
    home = registrable(page.host)
    for tag in page.tags:
        if tag.name in ("iframe", "frame") and (tag.hidden or hides(tag.name, tag.attributes)):
            host = host_of(absolute(page.url, tag.get("src")))
            # Analytics and tag managers keep an invisible frame for visitors without scripts, inside <noscript>.
            if host and registrable(host) != home:
                return verdict(check, True, kind="invisible frame", host=shown(host, 80))
        if tag.name == "script":
            if _MINER.search(tag.get("src")) or _MINER.search(tag.text):
                return verdict(check, True, kind="coin miner")
            if _OBFUSCATED.search(tag.text):
                return verdict(check, True, kind="script that hides what it does")
    return verdict(check, False)


def _judge_tampered(page: Page) -> Verdict:
    match = _DEFACED.search(page.text)
    return verdict("SW-WEB-11", bool(match), **({"words": shown(match.group(0), 60)} if match else {}))


def _judge_password(page: Page) -> Verdict:
    """SW-WEB-12: a password asked for on a page, or sent to an address, without encryption."""
    asks = any(tag.name == "input" and tag.get("type").lower() == "password" for tag in page.tags)
    actions = [absolute(page.url, tag.get("action") or page.url) for tag in page.tags if tag.name == "form"]
    bare = page.url.startswith("http://") or any(url.startswith("http://") for url in actions)
    return verdict("SW-WEB-12", asks and bare)
