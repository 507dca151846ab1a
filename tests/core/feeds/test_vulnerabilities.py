"""Lookup by CVE and product, and the priority: a fact outweighs a forecast."""

import json
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.core.feeds.vulnerabilities import Priority, Vulnerabilities, Vulnerability, priority
from seawall.reference import known_exploited

CASE = Path(__file__).parents[3] / "validation" / "feeds" / "forecast-alone"
EXPECTED = json.loads((CASE / "expected.json").read_text())


def test_what_the_forecast_alone_misses() -> None:
    found = known_exploited().entries.values()
    ransomware = [v for v in found if v.ransomware]
    assert len(found) == EXPECTED["entries"]
    assert len(ransomware) == EXPECTED["ransomware"]
    assert sum(v.ransomware is None for v in found) == EXPECTED["unmarked"]
    assert median(v.epss for v in found if v.epss is not None) == pytest.approx(EXPECTED["median"])
    for bound, count in EXPECTED["scores_at_least"].items():
        assert sum((v.epss or 0) >= float(bound) for v in found) == count
    for bound, count in EXPECTED["ransomware_at_most"].items():
        assert sum((v.epss or 0) <= float(bound) for v in ransomware) == count
    # What the forecast leaves below the bound, the priority does not.
    assert {priority(v).value for v in ransomware} == {1.0}


def test_the_spelling_of_cpe_and_kev_meet() -> None:
    shipped = known_exploited()
    assert shipped.by_cve(" cve-2021-41773 ") is not None
    web = [v.cve for v in shipped.by_product("apache", "http_server")]
    assert web == [v.cve for v in shipped.by_product("Apache", "HTTP Server")]
    assert web[:2] == ["CVE-2021-41773", "CVE-2021-42013"]
    assert shipped.by_product("apache", "no such") == ()
    assert ("apache", "httpserver") in set(shipped.products())


def test_nothing_known_is_not_zero() -> None:
    assert known_exploited().priority("CVE-1999-0001") == Priority(None, ("unknown",))
    assert priority(None).value is None
    assert priority(Vulnerability("CVE-2020-0001", epss=0.0)).value == 0.0


@given(st.booleans(), st.sampled_from([True, False, None]), st.none() | st.floats(0, 1))
def test_the_greater_of_fact_and_forecast(listed: bool, ransomware: bool | None, epss: float | None) -> None:
    found = Vulnerability("CVE-2020-0001", listed=listed, ransomware=ransomware, epss=epss)
    value, reasons = priority(found).value, priority(found).reasons
    if listed:
        assert value == 1.0
        assert reasons[0] == "listed"
        assert ("ransomware" in reasons) is (ransomware is True)
    elif epss is None:
        assert (value, reasons) == (None, ("unknown",))
    else:
        assert (value, reasons) == (epss, ("forecast",))


def test_products_come_worst_first() -> None:
    made = Vulnerabilities.of(
        [
            Vulnerability("CVE-1", "A B", "c", epss=0.9),
            Vulnerability("CVE-2", "a-b", "C", listed=True, epss=0.1),
            Vulnerability("CVE-3", "a_b", "C", listed=True, ransomware=True, epss=0.01),
            Vulnerability("CVE-4", "a_b", "C"),
        ]
    )
    assert [v.cve for v in made.by_product("ab", "c")] == ["CVE-3", "CVE-2", "CVE-1", "CVE-4"]
