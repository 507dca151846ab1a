"""One submission through the stage: filed, answered, consented, scanned, assessed, replayed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from seawall.core.evidence.items import Finding
from seawall.lifecycle.identify.actions import assessment, consent, scan, submission
from seawall.lifecycle.identify.queries.file import form
from seawall.lifecycle.identify.queries.indicative import indication
from seawall.lifecycle.strategy.queries.in_force import library_on
from tests.factories import AT, house, submission_document

pytestmark = pytest.mark.django_db


def test_a_submission_is_filed_scanned_assessed_and_replayed() -> None:
    home = house()
    broker, system = home["broker"], home.system
    filed = submission.file(document=submission_document(), by=broker, at=AT)
    assert filed.number == "S-2026-000001"
    library = library_on(broker, on=AT.date())
    assert form(filed, library.questionnaire, as_of=AT.date()).progress.complete

    given = consent.give(
        company=filed.company_id,
        domains=["yunpiaotong.example"],
        statement="同意",
        until=(AT + timedelta(days=300)).date(),
        by=broker,
        at=AT,
    )
    with pytest.raises(scan.NoConsent):
        scan.order(company=filed.company_id, domains=given.domains, purpose="assess", by=broker, at=AT)
    consent.report_verification(consent=given.pk, seen={"yunpiaotong.example": "ok"}, by=system, at=AT)
    order = scan.order(
        company=filed.company_id, domains=given.domains, purpose="assess", submission=filed.pk, by=broker, at=AT
    )
    scan.start(order=order.pk, by=system, at=AT)
    finding = Finding("SW-MAIL-03", "yunpiaotong.example", "found", "medium", AT, {"domain": "yunpiaotong.example"})
    scan.report(order=order.pk, findings=[finding], assets=[], by=system, at=AT)
    scan.report(order=order.pk, findings=[finding], assets=[], by=system, at=AT)

    before = indication(broker, filed.pk, at=AT)
    submission.submit(submission=filed.pk, by=broker, at=AT)
    made = assessment.make(submission=filed.pk, by=broker, at=AT)
    assert made.score_low < made.score < made.score_high
    assert abs(made.score - before.score) < 1e-2
    assert assessment.replay(assessment=made.pk, by=broker, at=AT) == (True, [])
