"""The settlement statement 赔款计算书 as a file of the claim."""

from __future__ import annotations

from seawall.lifecycle.recover.models import Claim
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject

MARK = "settlement"


def statement_name(claim: Claim, language: str) -> str:
    """What the statement is called; a new settlement, approval or payment makes another statement."""
    state = f"{claim.adjustments.count()}.{claim.approvals.count()}.{claim.payments.count()}"
    return f"{claim.number}-{MARK}-{state}-{language}.pdf"


def may_have_statement(viewer: Viewer, claim: Claim) -> bool:
    """The office once there is a settlement; the others once something of it is approved."""
    return claim.adjustments.exists() and (viewer.office or claim.approvals.exists())


def statement(claim: Claim, language: str) -> File | None:
    """The statement on paper as the claim stands, None while it is not drawn."""
    subject = Subject.of(claim)
    kept = File.objects.filter(tenant_id=claim.tenant_id, noun=subject.noun, subject=subject.id)
    rows = kept.filter(uploaded_by=None).defer("content").select_related("key").order_by("-recorded_at")
    wanted = statement_name(claim, language)
    return next((file for file in rows if file.name == wanted), None)


def is_statement(claim: Claim, file: File) -> bool:
    """Whether a file of the claim is one of its statements, whichever state it was drawn in."""
    return file.uploaded_by_id is None and file.name.startswith(f"{claim.number}-{MARK}-")
