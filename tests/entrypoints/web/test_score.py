"""What the assessment page says of the score: evidence with its age, both sides of a contradiction, gaps, peers."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from seawall.core.evidence.items import Finding
from seawall.lifecycle.identify.actions import assessment, consent, scan, submission
from seawall.lifecycle.identify.models import Assessment
from seawall.records.parties.roles import BROKER, INSURED, UNDERWRITER
from tests.entrypoints.web.visits import Visitor
from tests.factories import AT, House, submission_document
from tests.lifecycle.identify.test_peers import others

DOMAIN = "yunpiaotong.example"


@pytest.fixture
def assessed(home: House) -> Assessment:
    """A company that says its remote desktops are shut, with one found open, and mail hosts of which some lack TLS."""
    filed = submission.file(document=submission_document(), by=home[BROKER], at=AT)
    until = (AT + timedelta(days=300)).date()
    given = consent.give(
        company=filed.company_id, domains=[DOMAIN], statement="同意外部检测", until=until, by=home[INSURED], at=AT
    )
    consent.report_verification(consent=given.pk, seen={DOMAIN: "ok"}, by=home.system, at=AT)
    order = scan.order(
        company=filed.company_id, domains=[DOMAIN], purpose="assess", submission=filed.pk, by=home[BROKER], at=AT
    )
    scan.start(order=order.pk, by=home.system, at=AT)
    seen = AT - timedelta(days=10)
    findings = [
        Finding("SW-EXP-01", f"vpn.{DOMAIN}", "found", "critical", seen),
        *(Finding("SW-TLS-04", f"h{n}.{DOMAIN}", "found", "medium", seen) for n in range(3)),
        *(Finding("SW-TLS-04", f"h{n}.{DOMAIN}", "not_found", "medium", seen) for n in range(3, 10)),
    ]
    scan.report(order=order.pk, findings=findings, assets=[], by=home.system, at=AT)
    submission.submit(submission=filed.pk, by=home[BROKER], at=AT)
    return assessment.make(submission=filed.pk, by=home[BROKER], at=AT)


def page_of(home: House, role: str, found: Assessment, language: str = "en") -> str:
    text = Visitor(home, home[role], language).get(f"assessments/{found.pk}/")
    return re.sub(r"\s+", " ", text)


def test_evidence_shows_its_reliability_age_and_decay(home: House, assessed: Assessment) -> None:
    page = page_of(home, BROKER, assessed)
    assert re.search(r"reliability 0\.95 when fresh, 0\.90 now \(10 days old, half-life 90 days\); weight", page)
    assert "counts until" in page
    assert "(3 assets)" in page
    assert "(7 assets)" in page
    assert "半衰期 90 天" in page_of(home, INSURED, assessed, "zh")


def test_a_contradiction_shows_both_sides_and_what_settles_it(home: House, assessed: Assessment) -> None:
    clash = next(c for c in assessed.result["contradictions"] if c["control"] == "exposed_services")
    assert clash["if_claim"] > assessed.score > clash["if_seen"]
    page = page_of(home, UNDERWRITER, assessed)
    for side in ("if_claim", "if_seen"):
        assert f"score {clash[side]:.1f} if this holds" in page
    assert "Mend it and have it looked at again, correct the answer" in page


def test_what_to_hand_in_next_is_told_with_its_worth(home: House, assessed: Assessment) -> None:
    worth = assessed.result["worth"]
    assert [w["narrows"] for w in worth] == sorted((w["narrows"] for w in worth), reverse=True)
    page = page_of(home, INSURED, assessed)
    assert f"{worth[0]['narrows']:.1f} points" in page
    assert "What to hand in next" in page
    assert "No default grade is given" in page


def test_peers_are_a_picture_with_words_and_say_that_they_are_no_companies(home: House, assessed: Assessment) -> None:
    page = page_of(home, BROKER, assessed)
    share = round(100 * assessed.result["peers"]["below"])
    assert f"Scores higher than {share}% of companies like it" in page
    assert "not real companies" in page
    assert '"kind": "histogram"' in page
    assert "fewer than ten comparable companies" in page


def test_the_own_book_tells_the_insured_its_place_only(home: House, assessed: Assessment) -> None:
    others(home, 10)
    for role, whole in ((UNDERWRITER, True), (BROKER, False), (INSURED, False)):
        page = page_of(home, role, assessed)
        assert "In this insurer" in page
        assert ("10 companies; quartiles" in page) is whole


def test_an_assessment_older_than_peers_still_has_a_page(home: House, assessed: Assessment) -> None:
    old = {key: value for key, value in assessed.result.items() if key not in ("peers", "worth")}
    older = Assessment.objects.create(
        tenant_id=assessed.tenant_id, recorded_at=AT, submission=assessed.submission, as_of=assessed.as_of, seed=1,
        engine="0.0", inputs=assessed.inputs, releases=assessed.releases, result=json.loads(json.dumps(old)),
        score=assessed.score, score_low=assessed.score_low, score_high=assessed.score_high, level=assessed.level,
    )  # fmt: skip
    page = page_of(home, BROKER, older)
    assert "Score" in page
    assert 'id="peers"' not in page
