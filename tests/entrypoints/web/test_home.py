"""The first page of each desk, and the search box."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from seawall.lifecycle.identify.actions import submission
from seawall.lifecycle.protect.actions import quote
from seawall.lifecycle.strategy.actions import proposal
from seawall.lifecycle.strategy.models import RatingPlan
from seawall.records import tenancy
from seawall.records.parties.roles import (
    ADMIN,
    BROKER,
    CLAIMS,
    INSURED,
    PORTFOLIO,
    PROVIDER,
    SUPERVISOR,
    UNDERWRITER,
)
from tests.entrypoints.web.visits import Visitor, stop_the_clock, visit
from tests.factories import AT, House, assessed, bound, claimed, house, notified, submission_document

EVERYBODY = (UNDERWRITER, CLAIMS, PORTFOLIO, ADMIN, SUPERVISOR, BROKER, INSURED, PROVIDER)


def test_an_empty_house_opens_at_every_desk_in_both_languages(home: House) -> None:
    for role in EVERYBODY:
        for language in ("en", "zh"):
            visit(home, role, language).get("")
    assert "Nothing waits for a decision" in visit(home, UNDERWRITER).get("")
    assert "A first indication takes" in visit(home, BROKER).get("")
    assert "Not assessed yet" in visit(home, INSURED).get("")


def test_nobody_else_opens_a_desk(home: House) -> None:
    for role, desk in ((BROKER, "office"), (INSURED, "broker"), (UNDERWRITER, "insured"), (PROVIDER, "office")):
        somebody = visit(home, role)
        assert somebody.client.get(f"/{desk}/").status_code == 404
        assert somebody.client.get("/").headers["Location"] == f"/{somebody.desk}/"
    somebody.client.logout()
    assert "login" in somebody.client.get("/office/").headers["Location"]
    tenancy.enter(home.system.tenant)


def test_an_underwriter_sees_what_waits_with_its_reason(home: House) -> None:
    offer = quote.make(assessment=assessed(home).pk, wishes=(), by=home[BROKER], at=AT)
    handed_in = submission.file(document=submission_document(), by=home[BROKER], at=AT)
    submission.submit(submission=handed_in.pk, by=home[BROKER], at=AT)
    page = visit(home, UNDERWRITER).get("")
    assert offer.number in page
    assert offer.referrals.get().reasons[0]["reason"]["en"] in page
    assert f"/office/quotes/{offer.pk}/" in page
    assert handed_in.number in page
    chinese = visit(home, SUPERVISOR, "zh").get("")
    assert offer.referrals.get().reasons[0]["reason"]["zh"] in chinese
    for role in (CLAIMS, PORTFOLIO, ADMIN):
        assert offer.number not in visit(home, role).get("")


def test_claims_see_the_clock_that_runs_out_next(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    held = bound(home)
    claim = claimed(home, held)
    stop_the_clock(monkeypatch, claim.recorded_at + timedelta(hours=1))
    page = visit(home, CLAIMS).get("")
    assert "Which clock runs out next" in page
    assert claim.number in page
    assert "Insurance Law art. 23" in page
    assert "保险法第二十三条" in visit(home, CLAIMS, "zh").get("")


def test_a_portfolio_manager_sees_the_book_and_what_is_proposed(home: House) -> None:
    bound(home)
    proposal.propose(
        plan=RatingPlan.objects.get(), evidence={"currency": "CNY"}, proposed={"factor": "1.08"}, by=home[CLAIMS], at=AT
    )
    page = visit(home, PORTFOLIO).get("")
    assert "The book by product" in page
    assert "1.08" in page


def test_a_supervisor_sees_what_was_decided_and_why(home: House) -> None:
    handed_in = submission.file(document=submission_document(), by=home[BROKER], at=AT)
    submission.submit(submission=handed_in.pk, by=home[BROKER], at=AT)
    submission.decline(submission=handed_in.pk, reason="暴露服务未整改", by=home[UNDERWRITER], at=AT)
    page = visit(home, SUPERVISOR).get("")
    assert "Submission declined" in page
    assert "暴露服务未整改" in page
    assert "暴露服务未整改" not in visit(home, UNDERWRITER).get("")


def test_a_broker_sees_what_is_missing(home: House) -> None:
    document = submission_document()
    document["answers"] = document["answers"][:5]
    filed = submission.file(document=document, by=home[BROKER], at=AT)
    page = visit(home, BROKER).get("")
    assert filed.number in page
    assert "Questions are open" in page
    assert f"/broker/submissions/{filed.pk}/questions/" in page
    assert "no consent yet" in page
    offer = quote.make(assessment=assessed(home).pk, wishes=(), by=home[BROKER], at=AT)
    assert offer.number in visit(home, BROKER).get("")


def test_an_insured_sees_whether_it_burns_and_what_to_fix(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    held = bound(home)
    page = visit(home, INSURED).get("")
    assert "Nothing is." in page
    assert "/insured/incidents/report/" in page or "Report an incident" in page
    assert held.number in page
    assert (
        held.quote.assessment.result["texts"]["fixes"][held.quote.assessment.result["fixes"][0]["control"]]["en"]
        in page
    )
    incident = notified(home, held)
    stop_the_clock(monkeypatch, incident.reported_at + timedelta(hours=1))
    burning = visit(home, INSURED).get("")
    assert incident.number in burning
    assert "Nothing is." not in burning


def test_search_finds_companies_and_papers_of_ones_own(home: House) -> None:
    filed = assessed(home).submission
    for role in (UNDERWRITER, BROKER, INSURED):
        somebody = visit(home, role)
        by_name = somebody.client.get("/search/", {"q": "云票通" if role != INSURED else "科技"}).content.decode()
        assert f"/{somebody.desk}/companies/" in by_name or "Nothing matches" in by_name
        assert filed.number in somebody.client.get("/search/", {"q": filed.number[:6]}).content.decode()
        straight = somebody.client.get("/search/", {"q": filed.number.lower()})
        assert straight.headers["Location"] == f"/{somebody.desk}/submissions/{filed.pk}/"
        assert somebody.client.get("/search/", {"q": "\x00"}).status_code == 200
        assert "What are you looking for" in somebody.client.get("/search/").content.decode()
    tenancy.enter(home.system.tenant)
    stranger = house("dongwu")
    for role in (UNDERWRITER, BROKER, INSURED, PROVIDER):
        somebody = Visitor(stranger, replace(stranger[role]))
        # Numbers are given per house, so another's paper of the same number must not be the one found.
        answer = somebody.client.get("/search/", {"q": filed.number})
        assert str(filed.pk) not in answer.content.decode() + answer.headers.get("Location", "")
    tenancy.enter(home.system.tenant)
