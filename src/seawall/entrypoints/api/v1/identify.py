"""Identify: companies, submissions, answers, consents, scans, assessments, the live indication."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import READS, WRITES, listed, made
from seawall.entrypoints.api.v1.schemas import (
    AnswersIn,
    ConsentIn,
    Empty,
    Key,
    Listed,
    Made,
    Page,
    Reason,
    ScanIn,
    SubmissionIn,
    Verdict,
    amount,
)
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.identify.actions import assessment as assessments
from seawall.lifecycle.identify.actions import consent as consents
from seawall.lifecycle.identify.actions import scan as scans
from seawall.lifecycle.identify.actions import submission as submissions
from seawall.lifecycle.identify.models import Consent, ScanOrder, Submission
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.company import told
from seawall.lifecycle.identify.queries.file import findings_of, newest_answers
from seawall.lifecycle.identify.queries.indicative import indication
from seawall.records.parties.models import Organisation

router = Router(tags=["identify"])


def _company(row: Organisation) -> dict[str, Any]:
    names = {"zh": row.name_zh, "en": row.name_en}
    return {"id": str(row.pk), "name": names, "credit_code": row.credit_code, "country": row.country}


@router.get("companies", response={200: Listed, **READS}, operation_id="list_companies")
def companies(request: HttpRequest, page: Page = 1) -> Listed:
    """The insured companies you may know of."""
    return listed(scope.companies(viewer(request), at=timezone.now()).order_by("name_zh", "pk"), page, _company)


@router.get("companies/{uuid:company_id}", response={200: dict[str, Any], **READS}, operation_id="get_company")
def company(request: HttpRequest, company_id: UUID) -> dict[str, Any]:
    """One company."""
    return _company(scope.company(viewer(request), company_id, at=timezone.now()))


def _submission(row: Submission) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "number": row.number,
        "status": row.status,
        "company": str(row.company_id),
        "document": row.document,
        "reason": row.reason,
        "filed_at": row.recorded_at,
    }


@router.get("submissions", response={200: Listed, **READS}, operation_id="list_submissions")
def list_submissions(request: HttpRequest, page: Page = 1) -> Listed:
    """Submissions, newest first."""
    return listed(scope.submissions(viewer(request), at=timezone.now()), page, _submission)


@router.get("submissions/{uuid:submission_id}", response={200: dict[str, Any], **READS}, operation_id="get_submission")
def submission(request: HttpRequest, submission_id: UUID) -> dict[str, Any]:
    """One submission with its newest answers."""
    found = scope.submission(viewer(request), submission_id, at=timezone.now())
    answers = {
        question: {"value": a.value, "scope": a.scope, "answered_by": a.answered_by_name, "answered_on": a.answered_on}
        for question, a in newest_answers(found).items()
    }
    return {**_submission(found), "answers": answers}


@router.post("submissions", response={201: Made, **WRITES}, operation_id="file_submission")
def file(request: HttpRequest, body: SubmissionIn, key: Key) -> HttpResponse:
    """File a submission document; every problem is told at its field."""
    return write(request, body, lambda by, at: made(submissions.file(document=body.document, by=by, at=at)), 201)


@router.put("submissions/{uuid:submission_id}", response={200: Made, **WRITES}, operation_id="edit_submission")
def edit(request: HttpRequest, submission_id: UUID, body: SubmissionIn, key: Key) -> HttpResponse:
    """Replace the facts of a submission; answers stay."""
    return write(
        request,
        body,
        lambda by, at: made(submissions.edit(submission=submission_id, document=body.document, by=by, at=at)),
    )


@router.post(
    "submissions/{uuid:submission_id}/answers", response={200: Made, **WRITES}, operation_id="answer_questionnaire"
)
def answer(request: HttpRequest, submission_id: UUID, body: AnswersIn, key: Key) -> HttpResponse:
    """Give answers; earlier ones stay on record."""
    return write(
        request,
        body,
        lambda by, at: made(
            submissions.answer(submission=submission_id, answers=body.answers, scope_words=body.scope, by=by, at=at)
        ),
    )


@router.post(
    "submissions/{uuid:submission_id}/submit", response={200: Made, **WRITES}, operation_id="submit_submission"
)
def submit(request: HttpRequest, submission_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Hand it to the insurer."""
    return write(request, body, lambda by, at: made(submissions.submit(submission=submission_id, by=by, at=at)))


@router.post(
    "submissions/{uuid:submission_id}/decline", response={200: Made, **WRITES}, operation_id="decline_submission"
)
def decline(request: HttpRequest, submission_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Decline to insure, with the reason the applicant reads."""
    return write(
        request,
        body,
        lambda by, at: made(submissions.decline(submission=submission_id, reason=body.reason, by=by, at=at)),
    )


@router.get(
    "submissions/{uuid:submission_id}/indication",
    response={200: dict[str, Any], **READS},
    operation_id="get_indication",
)
def indicate(request: HttpRequest, submission_id: UUID) -> dict[str, Any]:
    """Score and premiums as they would be now; nothing is stored."""
    found = indication(viewer(request), submission_id, at=timezone.now())
    return {
        "score": found.score,
        "low": found.low,
        "high": found.high,
        "peer": found.peer,
        "premiums": {product: amount(premium) for product, premium in found.premiums.items()},
    }


def _consent(row: Consent) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "company": str(row.company_id),
        "domains": row.domains,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "record": {f"{consents.TOKEN_NAME}.{domain}": row.token for domain in row.domains},
        "verified_at": row.verified_at,
        "verification": row.verification,
        "withdrawn_at": row.withdrawn_at,
    }


@router.get("companies/{uuid:company_id}/consents", response={200: Listed, **READS}, operation_id="list_consents")
def list_consents(request: HttpRequest, company_id: UUID, page: Page = 1) -> Listed:
    """A company's consents, with the TXT record each one waits for."""
    by, now = viewer(request), timezone.now()
    scope.company(by, company_id, at=now)
    return listed(scope.consents(by, company_id, at=now), page, _consent)


@router.post("consents", response={201: Made, **WRITES}, operation_id="give_consent")
def give(request: HttpRequest, body: ConsentIn, key: Key) -> HttpResponse:
    """Let the company's domains be looked at until a day."""
    return write(
        request,
        body,
        lambda by, at: made(
            consents.give(
                company=body.company, domains=body.domains, statement=body.statement, until=body.until, by=by, at=at
            )
        ),
        201,
    )


@router.post("consents/{uuid:consent_id}/check", response={200: Made, **WRITES}, operation_id="check_consent")
def check(request: HttpRequest, consent_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Ask the name servers again."""
    return write(request, body, lambda by, at: made(consents.check_again(consent=consent_id, by=by, at=at)))


@router.post("consents/{uuid:consent_id}/withdraw", response={200: Made, **WRITES}, operation_id="withdraw_consent")
def withdraw(request: HttpRequest, consent_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """No look after this."""
    return write(request, body, lambda by, at: made(consents.withdraw(consent=consent_id, by=by, at=at)))


def _scan(row: ScanOrder) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "company": str(row.company_id),
        "domains": row.domains,
        "purpose": row.purpose,
        "status": row.status,
        "progress": row.progress,
        "error": row.error,
        "finished_at": row.finished_at,
    }


@router.post("scans", response={201: Made, **WRITES}, operation_id="order_scan")
def order(request: HttpRequest, body: ScanIn, key: Key) -> HttpResponse:
    """Order a scan of domains under a verified consent."""
    return write(
        request,
        body,
        lambda by, at: made(
            scans.order(
                company=body.company,
                domains=body.domains,
                purpose="assess",
                submission=body.submission,
                by=by,
                at=at,
            )
        ),
        201,
    )


@router.get("scans/{uuid:scan_id}", response={200: dict[str, Any], **READS}, operation_id="get_scan")
def scan(request: HttpRequest, scan_id: UUID) -> dict[str, Any]:
    """A scan, how far it is, and its findings in their three states."""
    found = scope.scan_order(viewer(request), scan_id, at=timezone.now())
    findings = [{**asdict(f), "detail": dict(f.detail)} for f in findings_of(found)]
    return {**_scan(found), "findings": findings}


@router.post(
    "submissions/{uuid:submission_id}/assessments", response={201: Made, **WRITES}, operation_id="make_assessment"
)
def make(request: HttpRequest, submission_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Assess a submitted submission."""
    return write(request, body, lambda by, at: made(assessments.make(submission=submission_id, by=by, at=at)), 201)


@router.get("assessments/{uuid:assessment_id}", response={200: dict[str, Any], **READS}, operation_id="get_assessment")
def assessment(request: HttpRequest, assessment_id: UUID) -> dict[str, Any]:
    """One assessment; outside the insurer without the insides of the loss model."""
    by = viewer(request)
    found = scope.assessment(by, assessment_id, at=timezone.now())
    return {"id": str(found.pk), "submission": str(found.submission_id), "result": told(by, found)}


@router.get(
    "assessments/{uuid:assessment_id}/replay", response={200: Verdict, **READS}, operation_id="replay_assessment"
)
def replay(request: HttpRequest, assessment_id: UUID) -> Verdict:
    """Compute it again from its record."""
    equal, differing = assessments.replay(assessment=assessment_id, by=viewer(request), at=timezone.now())
    return Verdict(equal=equal, differing=differing)
