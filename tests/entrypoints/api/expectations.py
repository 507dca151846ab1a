"""Who may use which operation on which object: one row for each operation. What is not in here fails the matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

U, C, P, A, S = "underwriter", "claims_handler", "portfolio_manager", "administrator", "supervisor"
B, I, V = "broker", "insured", "provider"  # noqa: E741
OFFICE = frozenset({U, C, P, A, S})
ALL = OFFICE | {B, I, V}
# The sides that may see an object at all: of the company's circle, of an incident's, of the office's own.
COMPANY, INCIDENT = OFFICE | {B, I}, ALL
HOUSE = ALL | {"whoever belongs to the house"}


@dataclass(frozen=True)
class Rule:
    """`may`: the roles with the verb; another gets 403 whatever it names. `sees`: of these, whose own object it is;
    another person of the same role gets 404, as for what does not exist. `subject`: where the object is named when it
    is not in the path. `body`: fields of the body with the kind of object of one's own house that goes in there.
    `own`: the statuses that a permitted request to one's own object may have."""

    may: frozenset[str]
    sees: frozenset[str] = frozenset()
    subject: str = ""
    body: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    own: tuple[int, ...] = ()


def r(may: str | frozenset[str], sees: frozenset[str] = COMPANY, **more: object) -> Rule:
    """`may` as letters or as a set."""
    letters = {"U": U, "C": C, "P": P, "A": A, "S": S, "B": B, "I": I, "V": V}
    roles = frozenset(letters[letter] for letter in may) if isinstance(may, str) else may
    return Rule(roles, sees, **more)  # type: ignore[arg-type]


NONE: frozenset[str] = frozenset()
READ = (200,)
# A write that is permitted may still be refused by the state of things.
WRITE = (200, 201, 202, 409, 422)
FOUR_EYES = (*WRITE, 403)

RULES: dict[str, Rule] = {
    # strategy
    "list_products": r(ALL, HOUSE),
    "offer_product": r("PA", HOUSE, subject="release", body={"wording": "wording"}),
    "get_appetite": r(OFFICE, HOUSE),
    "get_appetite_in_words": r(OFFICE | {B}, HOUSE),
    "adopt_appetite": r("PA", HOUSE, subject="release"),
    "get_rating_plan": r(OFFICE, HOUSE),
    "adopt_rating_plan": r("PA", HOUSE, subject="release"),
    "get_strategy": r(OFFICE, HOUSE),
    "list_figures": r(ALL, HOUSE),
    "get_book": r(OFFICE, HOUSE),
    "list_panel": r(ALL, HOUSE),
    "appoint_provider": r("CA", HOUSE, subject="organisation"),
    "dismiss_provider": r("CA", HOUSE),
    "list_hotlines": r(ALL, HOUSE),
    "list_rating_proposals": r(OFFICE, HOUSE),
    "decide_rating_proposal": r("P", HOUSE, own=FOUR_EYES),
    "get_risk_universe": r(ALL, HOUSE),
    "adopt_risk_universe": r("PA", HOUSE, subject="release"),
    "list_risks": r(ALL, HOUSE),
    "get_risk": r(ALL, HOUSE),
    "export_risk_universe": r(OFFICE, HOUSE),
    "get_universe_draft": r(OFFICE, HOUSE),
    "begin_universe_draft": r("UPA", HOUSE),
    "load_universe_draft": r("UPA", HOUSE),
    "change_universe_draft": r("UPA", HOUSE),
    "switch_universe_risk": r("UPA", HOUSE),
    "try_universe_draft": r("UPA", HOUSE),
    "adopt_universe_draft": r("PA", HOUSE),
    "drop_universe_draft": r("UPA", HOUSE),
    # identify
    "list_companies": r(ALL, HOUSE),
    "get_company": r(ALL),
    "list_submissions": r(ALL, HOUSE),
    "get_submission": r(ALL),
    "file_submission": r("UBI", HOUSE),
    "edit_submission": r("UBI"),
    "get_questionnaire": r(ALL),
    "get_answer_history": r(ALL, query="question=Q011"),
    "answer_questionnaire": r("UBI"),
    "export_questionnaire": r(ALL),
    "import_questionnaire": r("UBI"),
    "get_filled_form": r(ALL),
    "submit_submission": r("UBI"),
    "decline_submission": r("U"),
    "close_submission": r("UBI"),
    "get_indication": r(ALL),
    "list_assessments": r(ALL, HOUSE),
    "make_assessment": r("UBI"),
    "get_assessment": r(ALL),
    "list_frameworks": r(ALL, HOUSE),
    "get_framework": r(ALL, HOUSE),
    "get_conformity": r(ALL),
    "get_exposure": r(ALL),
    "replay_assessment": r(ALL),
    "order_assessment_report": r(ALL),
    "get_assessment_report": r(ALL, own=(200, 404)),
    "list_consents": r(ALL),
    "give_consent": r("BI", subject="company"),
    "check_consent": r("BI"),
    "withdraw_consent": r("I"),
    "list_scans": r(ALL),
    "order_scan": r("UBI", subject="company"),
    "get_scan": r(ALL),
    "list_assets": r(ALL),
    "get_asset": r(ALL),
    "raise_dispute": r("BI"),
    "list_disputes": r(ALL, HOUSE),
    "get_dispute": r(ALL),
    "withdraw_dispute": r("BI"),
    "decide_dispute": r("U"),
    "list_imports": r(ALL),
    "get_import": r(ALL),
    "import_file": r("UBI", subject="company"),
    # protect
    "list_quotes": r(ALL, HOUSE),
    "get_quote": r(ALL),
    "make_quote": r("UB", subject="assessment"),
    "refer_quote": r("UB"),
    "list_referrals": r(OFFICE, HOUSE),
    "decide_referral": r("U", own=FOUR_EYES),
    "replay_quote": r(OFFICE),
    "order_quote_paper": r(ALL),
    "get_quote_paper": r(ALL, own=(200, 404)),
    "list_fixes": r(ALL),
    "get_fix": r(ALL),
    "track_fixes": r("UBI", own=WRITE),
    "promise_fix": r("UBI"),
    "finish_fix": r("UBI"),
    "get_fix_proof": r(ALL, own=(200, 404)),
    "verify_fix": r("U"),
    "reopen_fix": r("U"),
    "bind_quote": r("UBI", body={"option": "option"}, own=FOUR_EYES),
    "list_policies": r(ALL, HOUSE),
    "get_policy": r(ALL),
    "issue_policy": r("U"),
    "cancel_policy": r("U"),
    "get_policy_paper": r(ALL),
    "list_ledger": r(OFFICE, HOUSE),
    "list_policy_ledger": r(OFFICE),
    "reverse_booking": r("P", HOUSE),
    # detect
    "list_watches": r(ALL, HOUSE),
    "get_watch": r(ALL),
    "start_watch": r("UI"),
    "end_watch": r("U"),
    "list_observations": r(ALL),
    "get_observation": r(ALL),
    "list_alerts": r(ALL, HOUSE),
    "get_alert": r(ALL),
    "settle_alert": r("UI"),
    "reopen_alert": r("UI", own=FOUR_EYES),
    # respond
    "list_incident_categories": r(ALL, HOUSE),
    "list_incidents": r(ALL, HOUSE),
    "notify_incident": r("CBI", subject="company"),
    "get_incident": r(ALL, INCIDENT),
    "triage_incident": r("C"),
    "add_event": r("CIV", INCIDENT),
    "get_incident_file": r(ALL, OFFICE | {I, V}),
    "contain_incident": r("C"),
    "close_incident": r("C"),
    "reopen_incident": r("C"),
    "engage_provider": r("C", body={"provider": "place"}),
    "list_engagements": r(OFFICE | {V}, HOUSE),
    "accept_engagement": r("V", frozenset({V})),
    "decline_engagement": r("V", frozenset({V})),
    "report_engagement": r("V", frozenset({V})),
    "start_task": r("CIV", frozenset({C, I})),
    "finish_task": r("CIV", frozenset({C, I})),
    "list_duties": r(ALL, HOUSE),
    "mark_duty_done": r("CI"),
    "waive_duty": r("C"),
    # recover
    "list_claims": r(ALL, HOUSE),
    "list_overdue_claims": r(OFFICE, HOUSE),
    "get_claim": r(ALL),
    "replay_claim": r("CS"),
    "hand_in_claim_file": r("CI"),
    "get_claim_file": r(ALL, OFFICE | {I}),
    "order_statement": r(ALL),
    "get_statement": r(ALL, own=(200, 404)),
    "reconcile": r(OFFICE, HOUSE),
    "open_claim": r("C", subject="incident"),
    "receive_proof": r("C"),
    "determine_claim": r("C"),
    "adjust_claim": r("C"),
    "set_reserve": r("C"),
    "approve_claim": r("C", own=FOUR_EYES),
    "pay_claim": r("C"),
    "deny_claim": r("C", own=FOUR_EYES),
    "close_claim": r("C"),
    "reopen_claim": r("C"),
    "propose_experience": r("CP", HOUSE),
    # parties
    "get_me": r(ALL, HOUSE),
    "list_organisations": r(ALL, HOUSE),
    "register_organisation": r("UAB", HOUSE),
    "set_hotline": r("CAV", frozenset({C, A})),
    "list_mandates": r(ALL, HOUSE),
    "give_mandate": r("UA", HOUSE, subject="client", body={"broker": "broker"}),
    "revoke_mandate": r("UAI"),
    "list_people": r("A", HOUSE),
    "invite_person": r("A", HOUSE, subject="organisation"),
    "end_membership": r("A", HOUSE),
    "list_tokens": r(ALL, HOUSE),
    "issue_token": r(ALL, HOUSE),
    "revoke_token": r(ALL, frozenset({A, I})),
    # records
    "list_journal": r("SA", HOUSE),
    "list_feeds": r(OFFICE, HOUSE),
    "list_feed_runs": r(OFFICE, HOUSE),
    "list_feed_mentions": r(OFFICE, HOUSE, query="kind=leaks"),
    "run_feed": r("PA", HOUSE),
    "authorise_feed": r("A", HOUSE),
    "get_vulnerability": r(OFFICE, HOUSE, query="cve=CVE-2021-41773"),
    "list_releases": r(ALL, HOUSE),
    "get_release": r(ALL, HOUSE),
    "compare_releases": r(ALL, HOUSE, query="since=release"),
    "load_release": r("A", HOUSE),
    "list_vault_files": r(ALL - {B}, HOUSE, query="noun=claim&subject=claim"),
    "get_vault_file": r(ALL - {B}, OFFICE | {I}),
    "list_vault_leaves": r(ALL, HOUSE, query="noun=claim&subject=claim"),
    "list_vault_heads": r(ALL, HOUSE),
    "get_vault_anchor": r(ALL, HOUSE),
    "sign_vault_anchor": r(ALL, HOUSE),
    "check_vault": r("SA", HOUSE),
    "export_vault": r("UCS", HOUSE),
    "export_policy": r("UCSI"),
    "erase_files": r("A", HOUSE, subject="subject", body={}),
}
