"""Who may do what, as one table: verb → roles. A verb that is not in here nobody may use.

Stages add their verbs here, so that the whole permission matrix can be read (and tested) in one place.
"""

from __future__ import annotations

UNDERWRITER = "underwriter"
CLAIMS = "claims_handler"
PORTFOLIO = "portfolio_manager"
ADMIN = "administrator"
SUPERVISOR = "supervisor"
BROKER = "broker"
INSURED = "insured"
PROVIDER = "provider"
SYSTEM = "system"  # the platform itself: jobs and schedules

INSURER_STAFF = frozenset({UNDERWRITER, CLAIMS, PORTFOLIO, ADMIN})
OFFICE = INSURER_STAFF | {SUPERVISOR}
ROLES = OFFICE | {BROKER, INSURED, PROVIDER}

# The kind of organisation in which a role can be held.
HOME = {
    UNDERWRITER: "insurer", CLAIMS: "insurer", PORTFOLIO: "insurer", ADMIN: "insurer",
    SUPERVISOR: "supervisor", BROKER: "broker", INSURED: "insured", PROVIDER: "provider",
}  # fmt: skip

VERBS: dict[str, frozenset[str]] = {
    # records
    "organisation.register": frozenset({UNDERWRITER, ADMIN, BROKER}),
    "mandate.revoke": frozenset({UNDERWRITER, ADMIN, INSURED}),
    "organisation.hotline": frozenset({CLAIMS, ADMIN, PROVIDER}),
    "person.invite": frozenset({ADMIN}),
    "person.end": frozenset({ADMIN}),
    "token.issue": ROLES,
    "token.revoke": ROLES,
    "journal.read": frozenset({SUPERVISOR, ADMIN}),
    "vault.export": frozenset({UNDERWRITER, CLAIMS, SUPERVISOR, INSURED}),
    "vault.store": (ROLES - {SUPERVISOR}) | {SYSTEM},
    "vault.read": (ROLES - {BROKER}) | {SYSTEM},
    "vault.sign": frozenset({ADMIN, SUPERVISOR, SYSTEM}),
    "vault.anchor": ROLES | {SYSTEM},
    "vault.erase": frozenset({ADMIN}),
    "release.load": frozenset({ADMIN}),
    "feed.read": OFFICE | {SYSTEM},
    "feed.run": frozenset({PORTFOLIO, ADMIN, SYSTEM}),
    "feed.authorise": frozenset({ADMIN}),
    # strategy
    "appetite.adopt": frozenset({PORTFOLIO, ADMIN}),
    "product.offer": frozenset({PORTFOLIO, ADMIN}),
    "rating_plan.adopt": frozenset({PORTFOLIO, ADMIN}),
    "rating_plan.propose": frozenset({CLAIMS, PORTFOLIO}),
    "rating_plan.decide": frozenset({PORTFOLIO}),
    "universe.draft": frozenset({UNDERWRITER, PORTFOLIO, ADMIN}),
    "universe.adopt": frozenset({PORTFOLIO, ADMIN}),
    "universe.report": frozenset({SYSTEM}),
    "panel.appoint": frozenset({CLAIMS, ADMIN}),
    # identify
    "submission.file": frozenset({BROKER, INSURED, UNDERWRITER}),
    "submission.edit": frozenset({BROKER, INSURED, UNDERWRITER}),
    "submission.submit": frozenset({BROKER, INSURED, UNDERWRITER}),
    "submission.decline": frozenset({UNDERWRITER}),
    "submission.close": frozenset({BROKER, INSURED, UNDERWRITER}),
    "questionnaire.answer": frozenset({BROKER, INSURED, UNDERWRITER}),
    "consent.record": frozenset({INSURED, BROKER}),
    "consent.withdraw": frozenset({INSURED}),
    "scan.order": frozenset({BROKER, INSURED, UNDERWRITER, SYSTEM}),
    "asset.import": frozenset({BROKER, INSURED, UNDERWRITER}),
    "dispute.raise": frozenset({BROKER, INSURED}),
    "dispute.withdraw": frozenset({BROKER, INSURED}),
    "dispute.decide": frozenset({UNDERWRITER}),
    "assessment.make": frozenset({BROKER, INSURED, UNDERWRITER}),
    "scan.report": frozenset({SYSTEM}),
    "assessment.store": frozenset({SYSTEM, BROKER, INSURED, UNDERWRITER}),
    # protect
    "quote.make": frozenset({UNDERWRITER, BROKER}),
    "quote.refer": frozenset({UNDERWRITER, BROKER}),
    "referral.decide": frozenset({UNDERWRITER}),
    "quote.bind": frozenset({BROKER, INSURED, UNDERWRITER}),
    "quote.expire": frozenset({SYSTEM}),
    "policy.issue": frozenset({UNDERWRITER, SYSTEM}),
    "policy.document": frozenset({UNDERWRITER, SYSTEM}),
    "policy.cancel": frozenset({UNDERWRITER}),
    "policy.expire": frozenset({SYSTEM}),
    "ledger.reverse": frozenset({PORTFOLIO}),
    "remediation.track": frozenset({INSURED, BROKER, UNDERWRITER}),
    "remediation.verify": frozenset({UNDERWRITER, SYSTEM}),
    # detect
    "watch.start": frozenset({UNDERWRITER, INSURED, SYSTEM}),
    "watch.run": frozenset({SYSTEM}),
    "watch.end": frozenset({UNDERWRITER, SYSTEM}),
    "observation.record": frozenset({SYSTEM}),
    "alert.raise": frozenset({SYSTEM}),
    "alert.settle": frozenset({UNDERWRITER, INSURED}),
    # respond
    "incident.notify": frozenset({INSURED, BROKER, CLAIMS}),
    "incident.triage": frozenset({CLAIMS}),
    "incident.update": frozenset({CLAIMS, INSURED, PROVIDER}),
    "incident.close": frozenset({CLAIMS}),
    "provider.engage": frozenset({CLAIMS}),
    "engagement.report": frozenset({PROVIDER}),
    "duty.mark": frozenset({CLAIMS, INSURED}),
    "duty.waive": frozenset({CLAIMS}),
    # recover
    "claim.open": frozenset({CLAIMS}),
    "claim.determine": frozenset({CLAIMS}),
    "claim.adjust": frozenset({CLAIMS}),
    "claim.reserve": frozenset({CLAIMS}),
    "claim.approve": frozenset({CLAIMS}),
    "claim.pay": frozenset({CLAIMS}),
    "claim.deny": frozenset({CLAIMS}),
    "claim.close": frozenset({CLAIMS}),
    "claim.reopen": frozenset({CLAIMS}),
    "claim.replay": frozenset({CLAIMS, SUPERVISOR}),
    "claim.document": frozenset({CLAIMS, INSURED}),
    "claim.statement": frozenset({SYSTEM}),
}
