"""A good feed makes a release, a bad one replaces nothing and says why, the same one twice is one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from seawall.core.feeds.basis import Basis
from seawall.core.problems import Invalid
from seawall.records import tenancy
from seawall.records.feeds.actions import Load, NoBasis, SameHand, authorise, fail, take
from seawall.records.feeds.models import FeedBasis, FeedRun
from seawall.records.feeds.queries import UnknownFeed, newest_release, runs, standings, vulnerability
from seawall.records.journal.models import Entry
from seawall.records.parties.roles import ADMIN, BROKER, CLAIMS, INSURED, PORTFOLIO, SUPERVISOR, UNDERWRITER
from seawall.records.parties.viewer import Forbidden
from seawall.records.releases import queries as releases
from seawall.records.releases.models import Release
from tests.factories import AT, House, house
from tests.races import at_once

SAMPLES = Path(__file__).parents[1] / "core" / "feeds" / "samples"
KEV: dict[str, Any] = json.loads((SAMPLES / "kev.json").read_text())
DAY = timedelta(days=1)


@pytest.fixture
def home(db: None) -> House:
    return house()


def kev(change: Callable[[dict[str, Any]], None] | None = None, day: str = "2025-11-14") -> Load:
    whole = json.loads(json.dumps(KEV)) | {"dateReleased": f"{day}T18:00:00.000Z"}
    if change:
        change(whole)
    whole["count"] = len(whole["vulnerabilities"])
    return Load("kev", (json.dumps(whole).encode(),), "kev.json")


def sample(kind: str, name: str = "", **more: str) -> Load:
    return Load(kind, ((SAMPLES / (name or f"{kind}.json")).read_bytes(),), name or f"{kind}.json", **more)


def test_a_good_feed_becomes_a_release_and_the_next_one_says_what_changed(home: House) -> None:
    first = take(kev(), by=home[ADMIN], at=AT)
    assert (first.outcome, first.entries, first.published) == ("good", 12, "2025-11-14")
    assert first.change["added"] == 12
    assert first.release is not None
    assert str(first.release) == f"feeds/kev@{AT:%Y%m%d}.1"
    assert releases.document(first.release).sha256 == first.release.sha256

    def next_day(whole: dict[str, Any]) -> None:
        whole["vulnerabilities"].pop()
        whole["vulnerabilities"][0]["knownRansomwareCampaignUse"] = "Known"
        whole["vulnerabilities"].append({**whole["vulnerabilities"][1], "cveID": "CVE-2026-0001"})

    second = take(kev(next_day, "2025-11-15"), by=home.system, at=AT + DAY)
    assert {key: second.change[key] for key in ("added", "removed", "changed")} == {
        "added": 1, "removed": 1, "changed": 1
    }  # fmt: skip
    assert second.change["examples"]["added"] == ["CVE-2026-0001"]
    assert (second.before, second.outcome) == (first.release, "good")
    held = newest_release(home[ADMIN], "kev")
    assert held is not None
    assert held.body["entries"]["CVE-2026-0001"]["vendor"]
    assert Release.objects.filter(kind="feeds").count() == 2
    assert Entry.objects.filter(verb="feed.run").count() == 2


def test_the_same_feed_twice_is_one_release(home: House) -> None:
    first = take(kev(), by=home[ADMIN], at=AT)
    again = take(kev(), by=home[ADMIN], at=AT + DAY)
    assert (again.outcome, again.release, again.sha256) == ("unchanged", first.release, first.sha256)
    assert Release.objects.filter(kind="feeds").count() == 1


def test_two_on_one_day_are_two_versions(home: House) -> None:
    take(kev(), by=home[ADMIN], at=AT)
    later = take(kev(day="2025-11-16"), by=home[ADMIN], at=AT)
    assert later.release is not None
    assert later.release.version == f"{AT:%Y%m%d}.2"
    assert later.change["changed"] == 0


def broken() -> dict[str, Load]:
    whole = json.dumps(KEV).encode()

    def shrink(document: dict[str, Any]) -> None:
        document["vulnerabilities"] = document["vulnerabilities"][:9]

    return {
        "feed.not_json": Load("kev", (whole[:-40],), "cut"),
        "feed.empty": kev(lambda d: d.update(vulnerabilities=[])),
        "feed.shrunken": kev(shrink, "2025-11-20"),
        "feed.older": kev(day="2024-01-01"),
        "feed.too_deep": Load("kev", (b"[" * 100_000,), "deep"),
        "feed.too_large": Load("kev", (gzip.compress(b" " * 40_000_000),), "bomb"),
        "feed.not_this_feed": sample("kev", "nvd.json"),
        "feed.bad_sign": kev(lambda d: d["vulnerabilities"][0].update(product="a\x00")),
        "feed.parts": Load("kev", (), "nothing"),
    }


@pytest.mark.parametrize("code", broken())
def test_a_bad_feed_replaces_nothing_and_the_run_says_why(home: House, code: str) -> None:
    good = take(kev(), by=home[ADMIN], at=AT)
    bad = take(broken()[code], by=home[ADMIN], at=AT + DAY)
    assert (bad.outcome, bad.release) == ("failed", None)
    assert code in {problem["code"] for problem in bad.problems}
    assert newest_release(home[ADMIN], "kev") == good.release
    [standing] = [s for s in standings(home[ADMIN], at=AT + DAY) if s.kind.id == "kev"]
    assert (standing.good, standing.failed) == (good, bad)


def test_less_or_older_is_taken_when_somebody_says_why(home: House) -> None:
    take(kev(), by=home[ADMIN], at=AT)
    less = broken()["feed.shrunken"]
    run = take(Load(less.kind, less.parts, less.source, reason="the catalogue was split in two"), by=home[ADMIN], at=AT)
    assert (run.outcome, run.entries, run.reason) == ("good", 9, "the catalogue was split in two")
    assert Entry.objects.get(object_id=str(run.pk)).reason == run.reason


def test_a_feed_that_adds_keeps_what_was_there(home: House) -> None:
    take(sample("cve"), by=home[ADMIN], at=AT)
    page = json.loads((SAMPLES / "cve.json").read_text())[0]
    page["cveMetadata"]["cveId"] = "CVE-2026-9999"
    run = take(Load("cve", (json.dumps(page).encode(),), "one"), by=home[ADMIN], at=AT + DAY)
    assert (run.entries, run.change["added"], run.change["removed"]) == (3, 1, 0)


@pytest.mark.parametrize("kind", ["kev", "cve", "nvd", "attack", "veris", "ransomware"])
def test_every_open_feed_is_taken_in(home: House, kind: str) -> None:
    assert take(sample(kind), by=home.system, at=AT).outcome == "good"


PURPOSE = "Underwriting and watch of companies that asked for it"


def basis() -> Basis:
    start = AT.date()
    return Basis("contract", "provider", PURPOSE, start, start + timedelta(days=90))


def test_leaks_need_a_basis_in_force_and_two_people(home: House) -> None:
    with pytest.raises(NoBasis):
        take(sample("leaks"), by=home[PORTFOLIO], at=AT)
    assert not FeedRun.objects.exists()
    made = authorise(kind="leaks", basis=basis(), by=home[ADMIN], at=AT)
    with pytest.raises(SameHand):
        take(sample("leaks"), by=home[ADMIN], at=AT)
    run = take(sample("leaks"), by=home[PORTFOLIO], at=AT)
    assert (run.outcome, run.basis) == ("good", made)
    assert run.basis is not None
    assert run.basis.approver.name == "管理员"
    domain = take(sample("leaks", "leaks-domain.json", domain="example.com"), by=home.system, at=AT)
    assert domain.entries == 4
    assert domain.release is not None
    assert "zhang" not in json.dumps(domain.release.body)
    with pytest.raises(NoBasis):
        take(sample("leaks"), by=home[PORTFOLIO], at=AT + 91 * DAY)


def test_a_basis_is_for_feeds_that_need_one_and_complete(home: House) -> None:
    with pytest.raises(UnknownFeed):
        authorise(kind="kev", basis=basis(), by=home[ADMIN], at=AT)
    with pytest.raises(Invalid):
        authorise(kind="leaks", basis=Basis("x", "y", "", AT.date(), AT.date()), by=home[ADMIN], at=AT)
    for role in (PORTFOLIO, SUPERVISOR, BROKER):
        with pytest.raises(Forbidden):
            authorise(kind="leaks", basis=basis(), by=home[role], at=AT)
    assert not FeedBasis.objects.exists()


@pytest.mark.parametrize("role", [UNDERWRITER, CLAIMS, SUPERVISOR, BROKER, INSURED])
def test_only_those_who_may_run_feeds(home: House, role: str) -> None:
    with pytest.raises(Forbidden):
        take(kev(), by=home[role], at=AT)
    with pytest.raises(UnknownFeed):
        take(Load("weather", (b"",), "x"), by=home[ADMIN], at=AT)


def test_a_source_that_does_not_answer_is_a_failed_run(home: House) -> None:
    run = fail(kind="kev", source="https://feeds.example/kev", why="timeout", by=home.system, at=AT)
    assert (run.outcome, run.problems[0]["code"], run.sha256) == ("failed", "feed.not_reached", "")


def test_a_run_is_never_changed(home: House) -> None:
    run = take(kev(), by=home[ADMIN], at=AT)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        FeedRun.objects.filter(pk=run.pk).update(outcome="failed")


def test_the_office_alone_sees_the_runs(home: House) -> None:
    take(kev(), by=home[ADMIN], at=AT)
    assert runs(home[SUPERVISOR], "kev").count() == 1
    assert runs(home[UNDERWRITER], "epss").count() == 0
    for role in (BROKER, INSURED):
        for ask in (lambda: runs(home[role]), lambda: vulnerability(home[role], "CVE-2021-44228")):  # noqa: B023
            with pytest.raises(Forbidden):
                ask()
    assert not releases.releases(home[BROKER]).filter(kind="feeds").exists()


def test_another_house_has_its_own(home: House) -> None:
    take(kev(), by=home[ADMIN], at=AT)
    other = house("other", credit_code="")
    assert newest_release(other[ADMIN], "kev") is None
    tenancy.enter(home[ADMIN].tenant)
    assert newest_release(home[ADMIN], "kev") is not None


def test_priority_comes_from_what_was_taken_in_and_before_that_from_what_ships(home: House) -> None:
    shipped = vulnerability(home[UNDERWRITER], "cve-2021-44228")
    assert (shipped.priority.value, shipped.listed_as_of) == (1.0, "2026-08-22")
    take(kev(), by=home[ADMIN], at=AT)
    take(sample("epss", "epss.csv.gz"), by=home[ADMIN], at=AT)
    gone = vulnerability(home[UNDERWRITER], "CVE-2021-44228")
    assert (gone.priority.value, gone.found.listed, gone.listed_as_of) == (None, False, "2025-11-14")
    held = vulnerability(home[UNDERWRITER], "CVE-2025-64446")
    assert (held.priority.reasons, held.found.epss, held.scored_as_of) == (
        ("listed", "forecast"),
        0.91838,
        "2026-08-22",
    )
    odd = vulnerability(home[UNDERWRITER], "x__y'\"; drop")
    assert odd.priority.value is None


@pytest.mark.django_db(transaction=True)
def test_runs_at_the_same_moment_make_one_release() -> None:
    home = house()
    done = at_once(home[ADMIN].tenant, *[lambda: take(kev(), by=home[ADMIN], at=AT).outcome] * 4)
    assert sorted(map(str, done)) == ["good", "unchanged", "unchanged", "unchanged"]
    tenancy.enter(home[ADMIN].tenant)
    assert Release.objects.filter(kind="feeds").count() == 1
