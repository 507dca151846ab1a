"""SW-DNS-10: names that look like a domain and that somebody holds. Made up here, resolved, never visited.

Kinds after dnstwist's published list: one sign left out, doubled, swapped with its neighbour, replaced by one that
looks like it, a hyphen, another ending. At most `MOST` are asked for.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from seawall.technology.net import Budget, Egress, NotReached, registrable

MOST = 60
_SECONDS = 15.0
_AT_ONCE = 8
_ENDINGS = ("com", "cn", "com.cn", "net", "net.cn", "org", "top", "xyz", "vip", "shop", "cc", "co")
_ALIKE = {
    "o": "0",
    "0": "o",
    "l": "1i",
    "i": "1l",
    "1": "l",
    "m": "rn",
    "w": "vv",
    "g": "q",
    "e": "3",
    "a": "4",
    "s": "5",
}
_PADDING = ("-cn", "-login", "-pay", "-mail")


def candidates(domain: str) -> tuple[str, ...]:
    """At most `MOST` names like `domain`, the likeliest kinds first, always in the same order."""
    label, _, ending = registrable(domain).partition(".")
    if not ending or len(label) < 3:
        return ()
    found = [f"{label}.{other}" for other in _ENDINGS]
    for index, sign in enumerate(label):
        found += [f"{label[:index]}{other}{label[index + 1 :]}.{ending}" for other in _one_or_pair(sign)]
    found += [f"{label[:i]}{label[i + 1]}{label[i]}{label[i + 2 :]}.{ending}" for i in range(len(label) - 1)]
    found += [f"{label[:i]}{label[i + 1 :]}.{ending}" for i in range(len(label))]
    found += [f"{label}{padding}.{ending}" for padding in _PADDING]
    found += [f"{label[:i]}{label[i]}{label[i:]}.{ending}" for i in range(len(label))]
    proper = [name for name in found if not name.startswith("-") and "-." not in name]
    return tuple(name for name in dict.fromkeys(proper) if name != f"{label}.{ending}")[:MOST]


def _one_or_pair(sign: str) -> tuple[str, ...]:
    alike = _ALIKE.get(sign, "")
    return (alike,) if alike in ("rn", "vv") else tuple(alike)


def ask(egress: Egress, domain: str) -> tuple[str, ...] | str:
    """Those of the candidates that have an address, or the code of what prevented the look."""
    names = candidates(domain)
    budget = Budget(_SECONDS, 2_000_000)
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="alike") as pool:
        answers = list(pool.map(lambda name: _held(egress, name, budget), names))
    found = tuple(name for name, answer in zip(names, answers, strict=True) if answer is True)
    unknown = [answer for answer in answers if isinstance(answer, str)]
    return unknown[0] if unknown and not found else found


def _held(egress: Egress, name: str, budget: Budget) -> bool | str:
    try:
        return bool(egress.lookup(name, "A", budget).values)
    except NotReached as error:
        return error.outcome.code
