"""Every operation × every role × {own, of a mandate or work that ended, of another company, foreign, missing}.

The expectations are declared in `expectations`; an operation that is not declared there fails.
"""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

import pytest

from seawall.lifecycle.detect.models import Alert, Observation, Watch
from seawall.lifecycle.identify.models import Assessment, Consent, ScanOrder
from seawall.lifecycle.protect.models import LedgerEntry, Policy, Referral, Remediation
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.respond.models import Duty, Engagement, Incident, Task
from seawall.lifecycle.strategy.models import PanelProvider, RatingProposal
from seawall.records import tenancy
from seawall.records.parties.models import Mandate, Membership, Organisation, Token
from seawall.records.releases.models import Release
from seawall.records.vault.models import File
from tests.entrypoints.api.calling import OPERATIONS, example_of, names_in, try_out
from tests.entrypoints.api.expectations import HOUSE, READ, RULES, WRITE, Rule
from tests.seeded import TENANT, person_of

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("seeded")]
FOREIGN = "zqbravo"
# One person of each role whose objects they are, and three whose they are not (any more): another company, a broker
# whose mandate was revoked, a provider that declined the work.
OWNERS = (
    "underwriter", "claims", "portfolio", "admin", "supervisor", "broker1", "insured-a", "provider",
)  # fmt: skip
OUTSIDERS = ("broker2", "insured-b", "counsel")


@cache
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


PLAIN = {"language": "zh", "kind": "schedule", "currency": "CNY"}


def ask(operation_id: str, rule: Rule, token: str, ids: dict[str, str], own: dict[str, str]) -> tuple[Any, set[str]]:
    """The operation with the objects in `ids` as its subject; and which of them it named."""
    method, path, operation = OPERATIONS[operation_id]
    address, named = path, set()
    for name in names_in(path):
        value = PLAIN.get(name) or ids[kind_of(operation_id, name)]
        named |= set() if name in PLAIN else {value}
        address = address.replace(f"{{{name}}}", value)
    body = example_of(operation)
    if body is not None:
        for field, kind in rule.body.items():
            body[field] = own[kind]
        if rule.subject:
            kind = {"subject": "incident"}.get(rule.subject, rule.subject)
            body[rule.subject] = ids[kind]
            named.add(ids[kind])
    if rule.query:
        parts = [part.partition("=") for part in rule.query.split("&")]
        address += "?" + "&".join(
            f"{key}={own.get(value, value) if key != 'noun' else value}" for key, _, value in parts
        )
    return try_out(token, method, address, body), named


def seen(answer: Any, named: set[str]) -> tuple[int, str]:
    """Status and body, with the names of objects left out."""
    text = answer.content.decode("utf-8", "replace")
    for value in named:
        text = text.replace(value, "…")
    return answer.status_code, text


def test_every_operation_is_declared() -> None:
    assert sorted(RULES) == sorted(OPERATIONS)


@pytest.mark.parametrize("operation_id", sorted(OPERATIONS))
def test_operation(told: dict[str, Any], operation_id: str) -> None:
    rule = RULES[operation_id]
    method, path, _operation = OPERATIONS[operation_id]
    own, foreign = objects(TENANT), objects(FOREIGN)
    missing = {kind: str(uuid.uuid4()) for kind in own}
    names_one = bool([name for name in names_in(path) if name not in PLAIN] or rule.subject)
    for who in (*OWNERS, *OUTSIDERS):
        person = person_of(told, who)
        case = f"{operation_id} by {who}"
        mine = seen(*ask(operation_id, rule, person["token"], own, own))
        if person["role"] not in rule.may:
            assert mine[0] == 403, (case, mine)
        elif person["role"] in rule.sees and (who not in OUTSIDERS or rule.sees == HOUSE or not names_one):
            assert mine[0] in (rule.own or (READ if method == "get" else WRITE)), (case, mine)
            assert "urn:seawall:problem:schema" not in mine[1], (case, mine)
        else:
            assert mine[0] == 404, (case, mine)
        if names_one:
            theirs = seen(*ask(operation_id, rule, person["token"], foreign, own))
            nowhere = seen(*ask(operation_id, rule, person["token"], missing, own))
            assert theirs == nowhere, case
            assert theirs[0] == (404 if person["role"] in rule.may else 403), (case, theirs)


@pytest.mark.parametrize("operation_id", sorted(OPERATIONS))
def test_nobody_without_a_token(told: dict[str, Any], operation_id: str) -> None:
    """No token, a wrong one, one that was revoked: the same refusal."""
    rule, own = RULES[operation_id], objects(TENANT)
    answers = [ask(operation_id, rule, token, own, own)[0] for token in ("", "sw_" + "x" * 43, "Ж", "sw_ short")]
    for answer in answers:
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"]
        assert answer.content == answers[0].content
