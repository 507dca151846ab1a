"""Every feed in its own format; and what is cut, bent, swollen or hostile is refused as a whole, fast."""

from __future__ import annotations

import copy
import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.core.feeds import exploited
from seawall.core.feeds.cves import Affected, split_cpe
from seawall.core.feeds.kinds import KINDS, read
from seawall.core.feeds.reading import MOST_TOLD, Bounds, plain, unpacked
from seawall.core.problems import Invalid

SAMPLES = Path(__file__).parent / "samples"


def sample(kind: str) -> bytes:
    return (SAMPLES / ("epss.csv.gz" if kind == "epss" else f"{kind}.json")).read_bytes()


def document(kind: str) -> Any:
    return json.loads(sample(kind))


def sent(value: Any) -> bytes:
    return json.dumps(value).encode()


def codes(kind: str, data: bytes, **more: str) -> set[str]:
    with pytest.raises(Invalid) as refused:
        read(kind, [data], **more)
    return {problem.code for problem in refused.value.problems}


def read_or_told(kind: str, data: bytes) -> None:
    """Nothing but `Invalid` is raised, and what is read can be stored."""
    told = []
    try:
        feed = read(kind, [data])
    except Invalid as refused:
        told = list(refused.problems)
    if told:
        assert len(told) <= MOST_TOLD + 1
    else:
        json.dumps({n: plain(e) for n, e in feed.entries.items()}, ensure_ascii=False, allow_nan=False).encode()


def test_each_sample_is_read_whole() -> None:
    sizes = {kind: len(read(kind, [sample(kind)]).entries) for kind in KINDS}
    assert sizes == {
        "kev": 12, "epss": 12, "cve": 2, "nvd": 2, "attack": 31, "veris": 5, "ransomware": 4, "leaks": 2
    }  # fmt: skip
    for kind in KINDS:
        feed = read(kind, [gzip.compress(sample(kind)) if kind != "epss" else sample(kind)])
        assert not feed.left_out
        json.dumps({name: plain(entry) for name, entry in feed.entries.items()}, allow_nan=False)


def test_what_the_records_say() -> None:
    kev = read("kev", [sample("kev")])
    assert (kev.published, kev.meta) == ("2025-11-14", {"version": "2025.11.14"})
    assert kev.entries["CVE-2025-64446"].product == "FortiWeb"
    epss = read("epss", [sample("epss")])
    assert epss.published == "2026-08-22"
    assert epss.entries["CVE-2025-64446"].epss == 0.91838
    cve = read("cve", [sample("cve")]).entries["CVE-2021-41773"]
    assert (cve.cvss, cve.scheme, cve.cwes) == (7.5, "3.1", ("CWE-22",))
    assert cve.affected == (
        Affected("Apache Software Foundation", "Apache HTTP Server", "2.4.49", "2.4.49", True),
        Affected("Apache", "Range Example", "2.0.0", "2.4.51", False, "semver"),
    )
    nvd = read("nvd", [sample("nvd")]).entries
    assert nvd["CVE-2021-41773"].affected == (Affected("apache", "http_server", "2.4.49", "2.4.49", True),)
    assert nvd["CVE-2024-6387"].affected[0] == Affected("openbsd", "openssh", "8.6", "9.8", False)
    attack = read("attack", [sample("attack")])
    assert attack.meta == {"version": "18.1"}
    assert attack.entries["T1486"].tactics == ("impact",)
    assert "T1100" not in attack.entries
    assert any(name.endswith("uses T1486") for name in attack.entries)
    veris = read("veris", [sample("veris")]).entries["0001AA7F-C601-424A-B2B8-BE6C9F5164E7"]
    assert (veris.year, veris.month, veris.records, veris.loss) == (2010, 4, 1, 1_250_000)
    assert veris.actions == ("misuse: Privilege abuse",)
    posts = list(read("ransomware", [sample("ransomware")]).entries.values())
    assert (posts[-1].title, posts[-1].sector, posts[-1].discovered) == (
        "Plant Works AG",
        "Manufacturing",
        "2025-04-01",
    )
    assert split_cpe("cpe:/a:apache:http_server") is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_cut_at_any_byte_is_refused(kind: str) -> None:
    whole = sample(kind).rstrip() if kind != "epss" else sample(kind)
    step = max(1, len(whole) // 700)
    for cut in sorted({*range(0, len(whole), step), *range(max(0, len(whole) - 60), len(whole))}):
        with pytest.raises(Invalid):
            read(kind, [whole[:cut]])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "epss"])
def test_a_gzip_cut_at_any_byte_is_refused(kind: str) -> None:
    whole = gzip.compress(sample(kind))
    for cut in {*range(0, len(whole), max(1, len(whole) // 200)), *range(len(whole) - 12, len(whole))}:
        with pytest.raises(Invalid):
            read(kind, [whole[:cut]])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_a_flipped_byte_is_read_as_json_or_refused_but_never_breaks(kind: str, data: st.DataObject) -> None:
    whole = bytearray(sample(kind))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] = data.draw(st.integers(0, 255))
    read_or_told(kind, bytes(whole))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, part in inner for p in _places(part, (*path, key)))]


@settings(max_examples=250, deadline=None)
@given(st.sampled_from([k for k in KINDS if k != "epss"]), st.data())
def test_whatever_stands_in_a_place_is_read_or_told(kind: str, data: st.DataObject) -> None:
    whole = document(kind)
    place = data.draw(st.sampled_from(_places(whole)[1:]))
    inner = whole
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = data.draw(_JSON)
    read_or_told(kind, sent(whole))


def _kev(change: Callable[[Any], None]) -> bytes:
    whole = document("kev")
    change(whole)
    return sent(whole)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d["vulnerabilities"].pop(), "feed.count"),
        (lambda d: d["vulnerabilities"].__setitem__(0, d["vulnerabilities"][1]), "feed.twice"),
        (lambda d: d["vulnerabilities"][0].__setitem__("cveID", "CVE-99-1"), "feed.form"),
        (lambda d: d["vulnerabilities"][0].__setitem__("product", 7), "feed.not_text"),
        (lambda d: d["vulnerabilities"][0].__setitem__("product", "a\x00b"), "feed.bad_sign"),
        (lambda d: d["vulnerabilities"][0].__setitem__("product", "a\ud800"), "feed.bad_sign"),
        (lambda d: d["vulnerabilities"][0].__setitem__("dateAdded", "2025-13-01"), "feed.not_a_day"),
        (lambda d: d["vulnerabilities"][0].__setitem__("knownRansomwareCampaignUse", "Maybe"), "feed.unknown_word"),
        (lambda d: d.update(vulnerabilities=[], count=0), "feed.empty"),
        (lambda d: d.update(vulnerabilities={}, count=0), "feed.not_a_list"),
        (lambda d: d.pop("catalogVersion"), "feed.not_this_feed"),
    ],
)
def test_what_is_wrong_is_told(change: Callable[[Any], None], code: str) -> None:
    assert code in codes("kev", _kev(change))


def test_every_problem_is_told_and_a_flood_of_them_is_counted() -> None:
    whole = document("kev")
    for row in whole["vulnerabilities"][:3]:
        row["cveID"] = "x"
        row["dateAdded"] = "y"
    with pytest.raises(Invalid) as refused:
        read("kev", [sent(whole)])
    assert [p.field for p in refused.value.problems] == [
        f"vulnerabilities[{n}].{key}" for n in range(3) for key in ("cveID", "dateAdded")
    ]
    flood = {**whole, "vulnerabilities": [{"cveID": f"x{n}"} for n in range(9_000)], "count": 9_000}
    with pytest.raises(Invalid) as refused:
        read("kev", [sent(flood)])
    assert len(refused.value.problems) == MOST_TOLD + 1
    assert refused.value.problems[-1].code == "feed.and_more"


def _epss(*lines: str, head: str = "#model_version:v2026.06.15,score_date:2026-08-22T12:00:22Z") -> bytes:
    return gzip.compress("\n".join((head, "cve,epss,percentile", *lines, "")).encode())


def test_scores_are_taken_only_whole_and_in_range() -> None:
    good = "CVE-2020-1000,0.00043,0.1"
    assert len(read("epss", [_epss(good, "CVE-2020-1001,1,1.00000", "CVE-2020-1002,4e-05,0.0")]).entries) == 3
    assert codes("epss", gzip.decompress(_epss(good))) == {"feed.not_gzip"}
    assert codes("epss", _epss(good, good)) == {"feed.twice"}
    assert codes("epss", _epss(good, "CVE-2020-1001,1.5,0.1")) == {"feed.out_of_range"}
    for line in ("CVE-2020-1001,nan,0.1", "CVE-2020-1001,0.1", "CVE-2020-1001,-0.1,0.1", "", "=cmd,0.1,0.1"):
        assert codes("epss", _epss(good, line, good.replace("1000", "1003"))) == {"feed.line"}, line
    assert codes("epss", _epss(good, head="cve,epss")) == {"feed.not_this_feed"}
    assert codes("epss", _epss()) == {"feed.empty"}
    assert codes("epss", _epss(good) + b"more") == {"feed.truncated"}


def test_hostile_input_is_refused_fast() -> None:
    start = time.monotonic()
    assert codes("kev", b"[" * 1_000_000) == {"feed.too_deep"}
    assert codes("kev", b'{"a":' * 500_000) == {"feed.too_deep"}
    assert codes("kev", b"[" + b"[]," * 5_000_000 + b"[]]") == {"feed.too_many"}
    assert codes("kev", b'{"count": ' + b"9" * 1_000_000 + b"}") == {"feed.not_json"}
    assert codes("kev", b'{"count": NaN}') == {"feed.not_json"}
    assert codes("kev", b'{"count": 1, "count": 2}') == {"feed.key_twice"}
    assert codes("kev", b"\xff\xfe{}") == {"feed.not_utf8"}
    assert codes("kev", b"") == {"feed.not_json"}
    assert codes("kev", gzip.compress(b"0" * 40_000_000)) == {"feed.too_large"}
    assert codes("kev", b"0" * 40_000_000) == {"feed.too_large"}
    assert time.monotonic() - start < 10
    bomb = gzip.compress(b"0" * 1_000_000)
    with pytest.raises(Invalid):
        unpacked(bomb, Bounds(bytes=1_000, entries=1))


def test_an_answer_of_the_nvd_needs_all_its_pages() -> None:
    page = document("nvd")
    pages = []
    for n, row in enumerate(page["vulnerabilities"]):
        pages.append(sent({**page, "resultsPerPage": 1, "startIndex": n, "vulnerabilities": [row]}))
    assert len(read("nvd", pages).entries) == 2
    assert codes("nvd", pages[0]) == {"feed.count"}
    with pytest.raises(Invalid):
        read("nvd", [pages[0], pages[0]])


def test_relations_that_lead_nowhere_and_ids_that_stand_twice_are_told() -> None:
    whole = document("attack")
    twice = copy.deepcopy(whole)
    twice["objects"].append(twice["objects"][1])
    assert codes("attack", sent(twice)) == {"feed.twice"}
    whole["objects"] = [o for o in whole["objects"] if o.get("name") != "Data Encrypted for Impact"]
    assert codes("attack", sent(whole)) == {"feed.dangling"}


def test_a_few_wrong_incidents_are_left_out_and_told_many_refuse_the_feed() -> None:
    one = document("veris")[0]
    many = [{**one, "incident_id": f"id-{n}"} for n in range(200)]
    many[7] = {**one, "incident_id": "id-8"}
    feed = read("veris", [sent(many)])
    assert (len(feed.entries), feed.left_out, feed.told[0].code) == (199, 1, "feed.twice")
    for n in range(5):
        many[n] = {"incident_id": f"id-{n}"}
    assert "feed.missing" in codes("veris", sent(many))


def test_neither_people_nor_passwords_are_kept_of_leaks() -> None:
    canary = "Winter2025!hunter2"
    breaches = document("leaks")
    breaches[0] |= {"Password": canary, "Passwords": [canary], "Description": canary, "Hash": canary, "Email": canary}
    feed = read("leaks", [sent(breaches)])
    assert canary not in repr(feed)
    assert feed.entries["service:ExampleForum"].accounts == 152_445
    people = json.loads((SAMPLES / "leaks-domain.json").read_text())
    people[canary] = ["ExampleForum"]
    found = read("leaks", [sent(people)], domain="Example.com")
    assert {name: leak.accounts for name, leak in found.entries.items()} == {
        "example.com:ExampleForum": 3,
        "example.com:StealerLog2024": 2,
    }
    assert not any(person in repr(found) for person in people)
    people[canary] = [canary * 9]
    with pytest.raises(Invalid) as refused:
        read("leaks", [sent(people)], domain="example.com")
    assert canary not in repr(refused.value.problems)
    assert refused.value.problems[0].field == "alias 4"
    assert codes("leaks", sent(people), domain="not a domain") == {"feed.form"}


def test_a_full_day_of_scores_is_read_in_seconds() -> None:
    lines = [f"CVE-{2000 + n % 25}-{10_000 + n},0.{n % 100_000:05},0.{n % 90_000:05}" for n in range(300_000)]
    start = time.monotonic()
    feed = read("epss", [_epss(*lines)])
    assert len(feed.entries) == 300_000
    assert time.monotonic() - start < 15
    assert exploited.EPSS_BOUNDS.entries > 300_000
