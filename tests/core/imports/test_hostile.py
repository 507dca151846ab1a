"""Files nobody's tool has written: each is refused, or its broken part told, at once and within little memory."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.core.imports import KINDS, read
from seawall.core.imports.records import MOST_TROUBLES, Bomb, Gatherer, TooMuch, Unreadable, WrongKind
from seawall.core.problems import Refused
from tests.core.imports.test_reading import FILES

LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(10))
NMAP = b'<nmaprun version="7" start="1">%s</nmaprun>'
REFUSED: dict[str, tuple[bytes, type[Refused]]] = {
    "empty": (b" \n", Unreadable),
    "laughs": (b"<!DOCTYPE nmaprun [" + LAUGHS + b"]><nmaprun>&l9;</nmaprun>", Bomb),
    "reads a file": (b'<!DOCTYPE nmaprun [<!ENTITY x SYSTEM "file:///etc/passwd">]><nmaprun>&x;</nmaprun>', Bomb),
    "parameter entity": (b'<!DOCTYPE nmaprun [<!ENTITY % x SYSTEM "http://x.example/">%x;]><nmaprun/>', Bomb),
    "undeclared entity": (NMAP % b"&x;", Unreadable),
    "deep": (NMAP % (b"<a>" * 100_000), Bomb),
    "many attributes": (NMAP % (b"<host " + b" ".join(b'a%d="1"' % n for n in range(5000)) + b"/>"), Bomb),
    "broken": (NMAP % b"<host>", Unreadable),
    "other root": (b"<html><body/></html>", WrongKind),
    "pdf": (b"%PDF-1.7\n", WrongKind),
    "zip": (b"PK\x03\x04" + b"\0" * 100, WrongKind),
    "binary": (bytes(range(256)) * 10, WrongKind),
    "no name column": (b"colour,size\nred,1\n", WrongKind),
    "half a character": (b"name\n\xff\xff\xff", Unreadable),
    "unknown encoding": (b'<?xml version="1.0" encoding="x-none"?><nmaprun/>', Unreadable),
    "multi-byte encoding": (b'<?xml version="1.0" encoding="euc-kr"?><nmaprun/>', Unreadable),
    "deep json": (b'{"bomFormat":"CycloneDX","components":' + b"[" * 200_000, Bomb),
    "huge number": (b'{"bomFormat":"CycloneDX","version":' + b"9" * 100_000 + b"}", Unreadable),
    "not a number": (b'{"bomFormat":"CycloneDX","version":NaN}', Unreadable),
    "infinite number": (b'{"bomFormat":"CycloneDX","version":1e999}', Unreadable),
    "not a map": (b'["bomFormat"]', WrongKind),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_once(name: str) -> None:
    content, error = REFUSED[name]
    kind = "cyclonedx" if name == "not a map" else ""
    began = time.perf_counter()
    with pytest.raises(error) as caught:
        read(content, kind)
    assert time.perf_counter() - began < 1
    assert all(len(str(value)) <= 80 for p in caught.value.problems for value in p.params.values())


def test_what_nobody_said_is_read_as_it_was_said_to_be() -> None:
    with pytest.raises(WrongKind):
        read((FILES / "openvas.xml").read_bytes(), "nmap")
    with pytest.raises(WrongKind):
        read(b"name\nx\n", "excel")


def test_one_broken_record_does_not_cost_the_others() -> None:
    port = b'<port portid="%s" protocol="tcp"><state state="open"/></port>'
    host = b'<host><address addr="%s" addrtype="ipv4"/><ports>' + port + b"</ports></host>"
    found = read(
        NMAP % (host % (b"10.0.0.1", b"9" * 5000) + host % (b"999.0.0.1", b"80") + host % (b"10.0.0.2", b"80"))
    )
    assert {a.name for a in found.assets} == {"10.0.0.1", "10.0.0.2", "10.0.0.2:80/tcp"}
    assert [t.code for t in found.problems] == ["imports.port", "imports.no_address"]


def test_a_register_of_many_faults_tells_some_and_counts_the_rest() -> None:
    found = read(b"name,kind\n" + b"x,ufo\n" * 5000)
    assert len(found.problems) == MOST_TROUBLES + 2
    assert (found.problems[-1].code, found.problems[-1].params) == ("imports.more_problems", {"count": 4800})


@pytest.mark.parametrize("broken", [b'"' + b"x" * 3_000_000, b"x" * 3_000_000, b"a\0b"], ids=["quoted", "long", "nul"])
def test_endless_cells_and_nul(broken: bytes) -> None:
    found = read(b"name\n" + broken + b"\nc\n", "register")
    assert any(t.code == "imports.line" for t in found.problems)
    assert {a.name for a in found.assets} <= {"c"}


def test_large_but_honest_within_seconds_and_little_memory() -> None:
    head = b'<ReportItem port="443" protocol="tcp" severity="2" pluginID="%d" pluginName="x">'
    item = head + b"<plugin_output>%s</plugin_output></ReportItem>"
    host = b'<ReportHost name="10.0.%d.%d">%s</ReportHost>'
    body = b"".join(
        host % (n // 250, n % 250, b"".join(item % (p, b"y" * 300) for p in range(100))) for n in range(300)
    )
    content = b"<NessusClientData_v2><Report>" + body + b"</Report></NessusClientData_v2>"
    assert len(content) > 10_000_000
    tracemalloc.start()
    began = time.perf_counter()
    found = read(content)
    seconds, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.weaknesses) == 30_000
    assert seconds < 30, "tracing makes it several times slower than it is"
    assert peak < 120_000_000


def test_too_many_of_anything_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seawall.core.imports.records.MOST_ASSETS", 3)
    with pytest.raises(TooMuch):
        read(b"name\n" + b"".join(b"a%d\n" % n for n in range(5)))


def test_names_with_hidden_signs_are_not_names() -> None:
    found = Gatherer()
    for name in ("evil\u202egpj.exe", "a\x1b[31m", "x" * 300, "", "\u200b"):
        assert found.asset("host", name, 1) == ""
    assert [t.code for t in found.problems] == ["imports.name"] * 5


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.binary(max_size=300), kind=st.sampled_from(("", *KINDS)))
def test_any_bytes_end_in_records_or_a_refusal(content: bytes, kind: str) -> None:
    try:
        found = read(content, kind)
    except Refused:
        return
    assert found.kind in KINDS


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_bitten_files_end_in_records_or_a_refusal(data: st.DataObject) -> None:
    """Real files with a piece cut out, doubled or overwritten."""
    name = data.draw(st.sampled_from(sorted(path.name for path in FILES.iterdir())))
    content = (FILES / name).read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 200)))
    piece = data.draw(st.one_of(st.just(content[start:end] * 2), st.binary(max_size=20)))
    try:
        read(content[:start] + piece + content[end:])
    except Refused:
        return
