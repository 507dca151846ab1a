"""An object of every kind in a seeded house, for the variables of an operation's path and body."""

from __future__ import annotations

from seawall.lifecycle.detect.models import Alert, Observation, Watch
from seawall.lifecycle.identify.models import Assessment, Asset, Consent, Dispute, Import, ScanOrder
from seawall.lifecycle.protect.models import LedgerEntry, Policy, Referral, Remediation
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.respond.models import Duty, Engagement, Incident, Task
from seawall.lifecycle.strategy.models import PanelProvider, RatingProposal
from seawall.records import tenancy
from seawall.records.parties.models import Mandate, Membership, Organisation, Token
from seawall.records.releases.models import Release
from seawall.records.vault.models import File

FOREIGN = "zqbravo"
PLAIN = {
    "language": "zh", "kind": "schedule", "currency": "CNY", "medium": "json", "framework": "csf2",
    "risk": "system_failure", "form": "yaml", "library": "mlps-2-0",
}  # fmt: skip


def objects(slug: str) -> dict[str, str]:
    """An object of every kind, of the company `a` of a tenant."""
    with tenancy.inside(tenancy.EVERY):
        company = Organisation.objects.get(tenant__slug=slug, kind="insured", name_en=f"{slug}-a-company")
        house = {"tenant_id": company.tenant_id}
        policy = Policy.objects.filter(insured=company, watches__isnull=False).order_by("recorded_at")[0]
        incident = Incident.objects.filter(company=company).order_by("recorded_at")[0]
        claim = Claim.objects.filter(company=company).order_by("recorded_at")[0]
        quote = policy.quote
        watch = Watch.objects.get(policy=policy)
        provider = Membership.objects.get(user__email=f"provider@{slug}.example")
        own = Membership.objects.get(user__email=f"insured-a@{slug}.example")
        other = Membership.objects.get(user__email=f"broker2@{slug}.example")
        files = File.objects.filter(organisation=company).order_by("recorded_at")
        submission = quote.submission
        found = {
            "company": company,
            "client": company,
            "organisation": company,
            "submission": submission,
            "consent": Consent.objects.filter(company=company)[0],
            "scan": ScanOrder.objects.filter(company=company)[0],
            "asset": Asset.objects.filter(company=company, kind="device")[0],
            "dispute": Dispute.objects.filter(company=company, status="open")[0],
            "import": Import.objects.filter(company=company)[0],
            "assessment": Assessment.objects.filter(submission=submission)[0],
            "quote": quote,
            "option": policy.option,
            "referral": Referral.objects.filter(quote__insured=company, status="open")[0],
            "policy": policy,
            "booking": LedgerEntry.objects.filter(policy=policy, memo="premium")[0].transaction,
            "fix": Remediation.objects.filter(company=company)[0],
            "watch": watch,
            "observation": Observation.objects.filter(watch=watch)[0],
            "alert": Alert.objects.filter(watch=watch)[0],
            "incident": incident,
            "engagement": Engagement.objects.filter(incident=incident, organisation=provider.organisation)[0],
            "task": Task.objects.filter(incident=incident, bearer="insured")[0],
            "duty": Duty.objects.filter(incident=incident)[0],
            "claim": claim,
            "proposal": RatingProposal.objects.filter(**house)[0],
            "release": Release.objects.filter(kind="questionnaires", **house)[0],
            "wording": Release.objects.filter(kind="wordings", **house)[0],
            "place": PanelProvider.objects.filter(ended_at=None, **house)[0],
            "broker": other.organisation,
            "mandate": Mandate.objects.filter(client=company, broker__name_en=f"{slug} broker1")[0],
            "membership": other,
            "token": Token.objects.filter(membership=own).order_by("-recorded_at")[0],
            "incident-file": files.filter(noun="incident", subject=str(incident.pk))[0],
            "claim-file": files.filter(noun="claim", subject=str(claim.pk))[0],
            "file": files.filter(key__destroyed_at=None)[0],
        }
    return {kind: str(getattr(row, "pk", row)) for kind, row in found.items()}


def kind_of(operation_id: str, name: str) -> str:
    """Which object a variable of the path names."""
    special = {"get_incident_file": "incident-file", "get_claim_file": "claim-file"}
    if name == "file_id" and operation_id in special:
        return special[operation_id]
    return name.removesuffix("_id")
