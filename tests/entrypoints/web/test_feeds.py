"""The pages of the feeds: what each stands at, taking one in, the basis, the priority of a CVE; both languages."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from seawall.core.feeds.kinds import KINDS
from seawall.lifecycle.identify.actions import submission
from seawall.records.feeds.models import FeedBasis, FeedRun
from seawall.records.parties.roles import ADMIN, BROKER, INSURED, PORTFOLIO, SUPERVISOR, UNDERWRITER
from seawall.records.releases.models import Release
from tests.entrypoints.web.visits import stop_the_clock, visit
from tests.factories import AT, House, house, submission_document

SAMPLES = Path(__file__).parents[2] / "core" / "feeds" / "samples"


@pytest.fixture
def home(db: None, monkeypatch: pytest.MonkeyPatch) -> House:
    found = house()
    stop_the_clock(monkeypatch, AT + timedelta(hours=2))
    return found


def sent(name: str, cut: int = 0) -> dict[str, object]:
    content = (SAMPLES / name).read_bytes()
    return {"upload": SimpleUploadedFile(name, content[: len(content) - cut]), "reason": ""}


def test_a_feed_is_taken_in_and_a_bad_one_says_why(home: House) -> None:
    admin = visit(home, ADMIN)
    assert "Never taken in" in admin.get("feeds/")
    assert admin.post("feeds/kev/run/", sent("kev.json")).endswith("/feeds/kev/")
    page = admin.get("feeds/kev/")
    assert "Taken in" in page
    assert "12 entries" in page
    admin.post("feeds/kev/run/", sent("kev.json", cut=30))
    page = admin.get("feeds/kev/")
    assert "This is not JSON" in page
    listed = admin.get("feeds/")
    assert "Current" in listed
    assert "This is not JSON" in listed
    assert FeedRun.objects.count() == 2
    release = Release.objects.get(kind="feeds")
    assert "CVE-2025-64446" in admin.get(f"releases/{release.pk}/")
    assert "优先" not in page
    chinese = visit(home, ADMIN, "zh").get("feeds/kev/")
    assert "Taken in" not in chinese


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_feed_has_its_page(home: House, kind: str, language: str) -> None:
    assert KINDS[kind].name[language] in visit(home, SUPERVISOR, language).get(f"feeds/{kind}/").replace("&amp;", "&")


def test_no_file_is_a_refused_run_and_an_unknown_feed_is_not_there(home: House) -> None:
    admin = visit(home, ADMIN)
    admin.post("feeds/kev/run/", {"reason": ""})
    assert FeedRun.objects.get().problems[0]["code"] == "feed.parts"
    admin.get("feeds/weather/", 404)
    admin.post("feeds/weather/run/", {}, 404)


def test_leaks_wait_for_a_basis_of_another_person(home: House) -> None:
    portfolio, admin = visit(home, PORTFOLIO), visit(home, ADMIN)
    page = portfolio.post("feeds/leaks/run/", {**sent("leaks.json"), "domain": ""}, 422)
    assert "recorded legal basis" in page
    basis = {"ground": "consent", "way": "provider", "purpose": "short", "start": "2026-11-24", "end": "2026-11-24"}
    page = admin.post("feeds/leaks/basis/", basis, 422)
    assert "10 to 1,000" in page
    assert not FeedBasis.objects.exists()
    admin.post("feeds/leaks/basis/", {**basis, "purpose": "承保评估与保险期间监测，经同意", "end": "2027-05-01"})
    assert "Approved by" in admin.get("feeds/leaks/")
    assert "ask a colleague" in admin.post("feeds/leaks/run/", {**sent("leaks.json"), "domain": ""}, 422)
    portfolio.post("feeds/leaks/run/", {**sent("leaks-domain.json"), "domain": "example.com"})
    run = FeedRun.objects.get()
    assert (run.outcome, run.entries) == ("good", 2)
    page = portfolio.get("feeds/leaks/")
    assert "zhang.wei" not in page


def test_the_priority_of_a_cve(home: House) -> None:
    office = visit(home, UNDERWRITER)
    assert "Priority 1.000" in office.get("feeds/?cve=CVE-2021-44228")
    assert "Nothing is known of it." in office.get("feeds/?cve=CVE-1999-0001")
    assert "Write it like" in office.get("feeds/?cve=%3Cscript%3E")


def test_others_may_not(home: House) -> None:
    visit(home, UNDERWRITER).post("feeds/kev/run/", sent("kev.json"), 403)
    visit(home, PORTFOLIO).post("feeds/leaks/basis/", {}, 403)
    for role in (BROKER, INSURED):
        visit(home, role).get("feeds/", 404)
    assert not FeedRun.objects.exists()


def test_companies_of_the_house_are_found_in_posts(home: House) -> None:
    posts = [
        {"post_title": "haian insured", "group_name": "examplelocker", "discovered": "2025-02-03 23:46:53.997398"},
        {"post_title": "yunpiaotong.example files", "group_name": "otherteam", "discovered": "2025-03-03 00:00:00"},
        {"post_title": "somebody else", "group_name": "otherteam", "discovered": "2025-03-03 00:00:00"},
    ]
    submission.file(document=submission_document(), by=home[BROKER], at=AT)
    admin = visit(home, ADMIN)
    file = SimpleUploadedFile("posts.json", json.dumps(posts).encode())
    admin.post("feeds/ransomware/run/", {"upload": file, "reason": ""})
    page = admin.get("feeds/ransomware/")
    assert "yunpiaotong.example files" in page
    assert page.count("by its domain") == 1
    assert page.count("by its name, to be judged") == 1
    assert page.count("row-link") == 2
