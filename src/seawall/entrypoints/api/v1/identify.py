"""Identify: companies, submissions, answers, the live indication, assessments. Consents and scans: `looks`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import FILE, file_answer, made, named, page_of, reads, sends, writes
from seawall.entrypoints.api.v1.questionnaire import told_answer
from seawall.entrypoints.api.v1.schemas import identify as s
from seawall.entrypoints.api.v1.schemas.base import (
    Code,
    Empty,
    Key,
    Language,
    Line,
    Listed,
    Made,
    Ordered,
    Paging,
    Reason,
    Verdict,
    amount,
    names_of,
    with_amounts,
)
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.identify.actions import assessment as assessments
from seawall.lifecycle.identify.actions import report as reports
from seawall.lifecycle.identify.actions import submission as submissions
from seawall.lifecycle.identify.models import Assessment, Submission
from seawall.lifecycle.identify.queries import answers as answer_queries
from seawall.lifecycle.identify.queries import company as company_queries
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.exposure import exposure
from seawall.lifecycle.identify.queries.indicative import Indication, indication
from seawall.lifecycle.identify.queries.peers import book_peers
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.models import Organisation

router = Router(tags=["identify"])


def _company(row: Organisation) -> s.Company:
    return s.Company(
        id=row.pk, name=names_of(row.name_zh, row.name_en), credit_code=row.credit_code, country=row.country
    )


@router.get("companies", response=reads(Listed[s.Company]), operation_id="list_companies")
def companies(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The insured companies you may know of."""
    rows = scope.companies(viewer(request), at=timezone.now()).order_by("name_zh")
    return page_of(rows, paging, _company)


@router.get("companies/{uuid:company_id}", response=reads(s.CompanyPage), operation_id="get_company")
def company(request: HttpRequest, company_id: UUID) -> s.CompanyPage:
    """One company, with its broker and what is newest of it."""
    found = company_queries.page(viewer(request), company_id, at=timezone.now())
    return s.CompanyPage(
        **_company(found.company).model_dump(),
        broker=named(found.broker) if found.broker else None,  # type: ignore[arg-type]
        submission=found.submissions[0].pk if found.submissions else None,
        assessment=found.assessment.pk if found.assessment else None,
        scan=found.scans[0].pk if found.scans else None,
    )


def _submission(row: Submission) -> s.Submission:
    return s.Submission(
        id=row.pk,
        number=row.number,
        status=row.status,
        company=row.company_id,
        document=row.document,
        reason=row.reason,
        filed_at=row.recorded_at,
    )


@router.get("submissions", response=reads(Listed[s.Submission]), operation_id="list_submissions")
def list_submissions(
    request: HttpRequest, paging: Query[Paging], company: UUID | None = None, status: Code = ""
) -> dict[str, Any]:
    """Submissions, newest first; of one company or in one status when asked."""
    rows = scope.submissions(viewer(request), at=timezone.now())
    rows = rows.filter(company_id=company) if company else rows
    return page_of(rows.filter(status=status) if status else rows, paging, _submission)


@router.get("submissions/{uuid:submission_id}", response=reads(s.SubmissionPage), operation_id="get_submission")
def submission(request: HttpRequest, submission_id: UUID) -> s.SubmissionPage:
    """One submission with its newest answers."""
    by, now = viewer(request), timezone.now()
    found = scope.submission(by, submission_id, at=now)
    given = answer_queries.answers_of(by, submission_id, at=now)
    return s.SubmissionPage(
        **_submission(found).model_dump(), answers={question: told_answer(found) for question, found in given.items()}
    )


@router.post("submissions", response=writes(Made, 201), operation_id="file_submission")
def file(request: HttpRequest, body: s.SubmissionIn, key: Key) -> HttpResponse:
    """File a submission document; every problem is told at its field."""
    return write(request, body, lambda by, at: made(submissions.file(document=body.document, by=by, at=at)), 201)


@router.put("submissions/{uuid:submission_id}", response=writes(Made), operation_id="edit_submission")
def edit(request: HttpRequest, submission_id: UUID, body: s.SubmissionIn, key: Key) -> HttpResponse:
    """Replace the facts of a submission; answers stay."""
    return write(
        request,
        body,
        lambda by, at: made(submissions.edit(submission=submission_id, document=body.document, by=by, at=at)),
    )


@router.post("submissions/{uuid:submission_id}/submit", response=writes(Made), operation_id="submit_submission")
def submit(request: HttpRequest, submission_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Hand it to the insurer."""
    return write(request, body, lambda by, at: made(submissions.submit(submission=submission_id, by=by, at=at)))


@router.post("submissions/{uuid:submission_id}/decline", response=writes(Made), operation_id="decline_submission")
def decline(request: HttpRequest, submission_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Decline to insure, with the reason the applicant reads."""
    return write(
        request,
        body,
        lambda by, at: made(submissions.decline(submission=submission_id, reason=body.reason, by=by, at=at)),
    )


@router.post("submissions/{uuid:submission_id}/close", response=writes(Made), operation_id="close_submission")
def close(request: HttpRequest, submission_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Close it without insurance: taken back, or not pursued."""
    return write(
        request,
        body,
        lambda by, at: made(submissions.close(submission=submission_id, reason=body.reason, by=by, at=at)),
    )


def _indication(found: Indication) -> s.Indication:
    premiums = {}
    for product, premium in found.premiums.items():
        low, high = found.ranges[product] or (None, None)
        premiums[product] = s.Premium(
            premium=amount(premium) if premium else None,
            low=amount(low) if low else None,
            high=amount(high) if high else None,
        )
    return s.Indication(
        score=found.score, low=found.low, high=found.high, peer=found.peer, unseen=found.unseen, premiums=premiums
    )


@router.get("submissions/{uuid:submission_id}/indication", response=reads(s.Indication), operation_id="get_indication")
def indicate(
    request: HttpRequest,
    submission_id: UUID,
    instead: Annotated[
        list[Line], Field(max_length=50, description="an answer to try out, as question=answer, such as Q011=yes")
    ] = Query([]),  # type: ignore[type-arg]  # noqa: B008
) -> s.Indication:
    """Score and premiums as they would be now, with other answers when given; nothing is stored."""
    overlay = dict(part.partition("=")[::2] for part in instead if "=" in part)
    return _indication(indication(viewer(request), submission_id, at=timezone.now(), overlay=overlay))


def _assessment(row: Assessment) -> s.Assessment:
    return s.Assessment(
        id=row.pk,
        submission=row.submission_id,
        as_of=row.as_of,
        score=row.score,
        low=row.score_low,
        high=row.score_high,
        level=row.level,
        engine=row.engine,
        made_at=row.recorded_at,
    )


@router.get("assessments", response=reads(Listed[s.Assessment]), operation_id="list_assessments")
def list_assessments(request: HttpRequest, paging: Query[Paging], submission: UUID | None = None) -> dict[str, Any]:
    """Assessments, newest first; of one submission when asked."""
    rows = scope.assessments(viewer(request), at=timezone.now())
    return page_of(rows.filter(submission_id=submission) if submission else rows, paging, _assessment)


@router.post("submissions/{uuid:submission_id}/assessments", response=writes(Made, 201), operation_id="make_assessment")
def make(request: HttpRequest, submission_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Assess a submitted submission."""
    return write(request, body, lambda by, at: made(assessments.make(submission=submission_id, by=by, at=at)), 201)


@router.get("assessments/{uuid:assessment_id}", response=reads(s.AssessmentPage), operation_id="get_assessment")
def assessment(request: HttpRequest, assessment_id: UUID) -> s.AssessmentPage:
    """One assessment; outside the insurer without the insides of the loss model."""
    by, now = viewer(request), timezone.now()
    found = scope.assessment(by, assessment_id, at=now)
    book = book_peers(by, found, library_on(by, on=timezone.localdate(now)).universe)
    return s.AssessmentPage(
        **_assessment(found).model_dump(),
        seed=found.seed,
        releases=found.releases,
        result=with_amounts(company_queries.told(by, found)),
        book_peers=s.BookPeers.model_validate(asdict(book)) if book else None,
    )


@router.get("assessments/{uuid:assessment_id}/exposure", response=reads(s.Exposure), operation_id="get_exposure")
def exposed(request: HttpRequest, assessment_id: UUID) -> s.Exposure:
    """How often a year's loss passes the amounts the company named."""
    found = exposure(viewer(request), assessment_id, at=timezone.now())
    return s.Exposure(passed=[s.Passed(kind=p.kind, amount=amount(p.amount), years=p.years) for p in found])


@router.get("assessments/{uuid:assessment_id}/replay", response=reads(Verdict), operation_id="replay_assessment")
def replay(request: HttpRequest, assessment_id: UUID) -> Verdict:
    """Compute it again from its record."""
    equal, differing = assessments.replay(assessment=assessment_id, by=viewer(request), at=timezone.now())
    return Verdict(equal=equal, differing=differing)


@router.post(
    "assessments/{uuid:assessment_id}/report/{language}",
    response=writes(Ordered, 202),
    operation_id="order_assessment_report",
)
def order_report(request: HttpRequest, assessment_id: UUID, language: Language, body: Empty, key: Key) -> HttpResponse:
    """Have the report drawn up as PDF, as you may read it."""

    def work(by: Any, at: datetime) -> Ordered:
        reports.order_report(assessment=assessment_id, language=language, by=by, at=at)
        return Ordered()

    return write(request, body, work, 202)


@router.get(
    "assessments/{uuid:assessment_id}/report/{language}",
    response=FILE,
    operation_id="get_assessment_report",
    openapi_extra=sends("application/pdf"),
)
def report(request: HttpRequest, assessment_id: UUID, language: Language) -> HttpResponse:
    """The report as PDF, once it is drawn up."""
    by, now = viewer(request), timezone.now()
    return file_answer(*reports.read_report(assessment=assessment_id, language=language, by=by, at=now))
