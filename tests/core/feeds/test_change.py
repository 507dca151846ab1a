"""What a new feed does to the one before, and on what ground leaks are taken in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.core.feeds.basis import Basis, check_basis
from seawall.core.feeds.change import Older, Shrunken, admit, compare, joined
from seawall.core.problems import Invalid

_ENTRIES = st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.fixed_dictionaries({"n": st.integers(0, 3)}))


@given(_ENTRIES, _ENTRIES)
def test_the_difference_adds_up(before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]) -> None:
    change = compare(before, after)
    assert len(before) - change.removed + change.added == len(after)
    assert bool(change) is (before != after)
    assert compare(before, joined(before, after, whole=True)) == change
    grown = compare(before, joined(before, after, whole=False))
    assert grown.removed == 0


def test_an_older_record_does_not_replace_a_newer_one() -> None:
    held = {"a": {"updated": "2025-02-01", "n": 1}}
    assert joined(held, {"a": {"updated": "2025-01-01", "n": 2}}, whole=False) == held
    assert joined(held, {"a": {"updated": "2025-02-01", "n": 2}}, whole=False)["a"]["n"] == 2


@pytest.mark.parametrize(("kept", "good"), [(80, True), (79, False), (0, False), (100, True)])
def test_a_fifth_may_go_more_needs_a_reason(kept: int, good: bool) -> None:
    before = {f"{n}": {"n": n} for n in range(100)}
    change = compare(before, {key: before[key] for key in list(before)[:kept]})
    if good:
        admit(before, change, ("2025-01-01", "2025-01-01"))
    else:
        with pytest.raises(Shrunken):
            admit(before, change, ("2025-01-01", "2025-01-01"), reason="  ")
        admit(before, change, ("2025-01-01", "2025-01-01"), reason="the source has merged its lists")


def test_an_older_feed_needs_a_reason() -> None:
    with pytest.raises(Older):
        admit({}, compare({}, {}), ("2025-01-02", "2025-01-01"))
    admit({}, compare({}, {}), ("2025-01-02", ""))
    admit({}, compare({}, {}), ("2025-01-02", "2025-01-01"), reason="the newer one was withdrawn")


GOOD = Basis("contract", "provider", "underwriting and watch of insured domains", date(2026, 1, 1), date(2026, 12, 31))


def test_a_basis_names_ground_way_purpose_and_time() -> None:
    check_basis(GOOD)
    assert GOOD.holds(date(2026, 1, 1))
    assert not GOOD.holds(GOOD.end)
    bad = Basis("because", "bought_from_criminals", "risk", date(2026, 1, 1), date(2028, 1, 1))
    with pytest.raises(Invalid) as refused:
        check_basis(bad)
    assert [p.field for p in refused.value.problems] == ["ground", "way", "purpose", "end"]
    with pytest.raises(Invalid):
        check_basis(replace(GOOD, end=GOOD.start))
