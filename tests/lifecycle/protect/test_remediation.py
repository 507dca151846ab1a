"""Fixes from the assessment, promised, done and verified."""

from __future__ import annotations

from datetime import timedelta

import pytest

from seawall.core.status import WrongState
from seawall.lifecycle.protect.actions import remediation as actions
from seawall.lifecycle.protect.models import Remediation
from seawall.lifecycle.protect.queries.remediation import remediations
from seawall.records.parties.roles import BROKER, INSURED, PROVIDER, UNDERWRITER
from seawall.records.parties.viewer import Forbidden, NotFound
from seawall.records.vault.actions.file import store_file
from seawall.records.vault.subject import Subject
from tests.factories import AT, assessed, house

pytestmark = pytest.mark.django_db


def test_fixes_are_tracked_from_the_assessment_once() -> None:
    home = house()
    found = assessed(home)
    rows = actions.track(assessment=found.pk, by=home[BROKER], at=AT)
    assert {r.control for r in rows} == {f["control"] for f in found.result["fixes"]}
    assert all(r.title["zh"] and r.title["en"] for r in rows)
    again = actions.track(assessment=found.pk, by=home[BROKER], at=AT)
    assert {r.pk for r in again} == {r.pk for r in rows}
    assert remediations(home[INSURED], at=AT, company=found.submission.company_id).count() == len(rows)
    assert not remediations(home[PROVIDER], at=AT).exists()
    with pytest.raises(NotFound):
        actions.promise(remediation=found.pk, due=AT.date(), by=home[BROKER], at=AT)


def test_a_fix_is_promised_done_verified_and_taken_up_again() -> None:
    home = house()
    row = actions.track(assessment=assessed(home).pk, by=home[BROKER], at=AT)[0]
    due = (AT + timedelta(days=30)).date()
    with pytest.raises(actions.DuePast):
        actions.promise(remediation=row.pk, due=AT.date() - timedelta(days=1), by=home[INSURED], at=AT)
    assert actions.promise(remediation=row.pk, due=due, by=home[INSURED], at=AT).status == "promised"
    with pytest.raises(WrongState):
        actions.verify(remediation=row.pk, by=home[UNDERWRITER], at=AT)
    with pytest.raises(actions.EvidenceNeeded):
        actions.finish(remediation=row.pk, by=home[INSURED], at=AT)
    with pytest.raises(NotFound):
        actions.finish(remediation=row.pk, file=row.pk, by=home[INSURED], at=AT)
    file = store_file(subject=Subject.of(row), name="证明.pdf", content=b"%PDF-1.7\n1", by=home[INSURED], at=AT)
    assert actions.finish(remediation=row.pk, file=file.pk, by=home[INSURED], at=AT).status == "done"
    with pytest.raises(Forbidden):
        actions.verify(remediation=row.pk, by=home[INSURED], at=AT)
    assert actions.verify(remediation=row.pk, note="复扫确认", by=home.system, at=AT).status == "verified"
    with pytest.raises(actions.EvidenceNeeded):
        actions.reopen(remediation=row.pk, note="", by=home[UNDERWRITER], at=AT)
    assert actions.reopen(remediation=row.pk, note="又暴露了", by=home[UNDERWRITER], at=AT).status == "open"
    kept = Remediation.objects.get(pk=row.pk)
    assert kept.verified_at is None
    assert kept.due is None
    assert kept.note == "又暴露了"
