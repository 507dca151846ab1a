"""Notice of an incident 报案: help first, whether or not a policy answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from django.db import transaction

from seawall.core.problems import Collector
from seawall.lifecycle.identify.models import Submission
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.respond.actions.common import judge, set_duties, write
from seawall.lifecycle.respond.actions.steps import set_tasks
from seawall.lifecycle.respond.models import Incident
from seawall.lifecycle.respond.queries import rules
from seawall.records.journal.actions import record
from seawall.records.numbering import next_number
from seawall.records.parties.models import Organisation
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import NotFound, Viewer

LONGEST = 10_000
# Clocks differ a little; a discovery seconds ahead of ours is now.
SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Notice:
    """The one page. `facts` are answers by name (see `queries.rules.FACTS`), unknown ones left out or None.

    `category` is a code of GB/T 20986 or empty, and then taken from the answers.
    """

    company: UUID
    what_happened: str
    discovered_at: datetime
    contact: str
    occurred_at: datetime | None = None
    affected: str = ""
    category: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def notify(*, notice: Notice, by: Viewer, at: datetime) -> Incident:
    """A new incident with number, category, first grade, steps and duties; repeated notices make one each.

    Raises `Invalid` with every problem of the page, `NotFound` for a company the viewer may not know of.
    """
    by.require("incident.notify")
    company = visible_companies(by, at=at).filter(tenant_id=by.tenant, pk=notice.company).first()
    if company is None:
        raise NotFound("company")
    facts = {**_known_before(company), **_checked(notice, at)}
    first = rules.look(facts)
    category = rules.known_category(notice.category or first.category).code
    policy = policy_on(company, notice.discovered_at)
    incident = Incident(
        tenant_id=by.tenant,
        recorded_at=at,
        number=next_number("incident", tenant=by.tenant, at=at),
        company=company,
        policy=policy,
        discovered_at=notice.discovered_at,
        occurred_at=notice.occurred_at,
        reported_at=at,
        reported_by_id=by.user or None,
        what_happened=notice.what_happened.strip(),
        affected=notice.affected.strip(),
        contact=notice.contact.strip(),
        category=category,
        facts=facts,
        grading={
            "importance": first.importance,
            "business_loss": first.business_loss,
            "social_harm": first.social_harm,
            "provisional": True,
        },
    )
    incident.save(force_insert=True)
    found = judge(incident, at=at)
    incident.save()
    set_duties(incident, found, at=at)
    set_tasks(incident, at=at)
    record(
        "incident.notify",
        incident,
        by=by,
        at=at,
        new={
            "number": incident.number,
            "category": category,
            "grade": incident.grade,
            "policy": policy.number if policy else None,
            "facts": facts,
        },
    )
    write("notified", incident, incident.what_happened, by=by, at=at, happened_at=notice.discovered_at)
    return incident


def _checked(notice: Notice, at: datetime) -> dict[str, Any]:
    """The facts of the page; raises `Invalid`."""
    problems = Collector()
    for name, text, longest in (
        ("what_happened", notice.what_happened, LONGEST),
        ("contact", notice.contact, 200),
        ("affected", notice.affected, LONGEST),
    ):
        if not text.strip() and name != "affected":
            problems.add(name, "document.blank")
        if len(text) > longest:
            problems.add(name, "document.too_long", longest=longest)
        if "\0" in text:
            problems.add(name, "document.not_text")
    times = {"discovered_at": notice.discovered_at, "occurred_at": notice.occurred_at}
    for name, moment in times.items():
        if moment is not None and moment.utcoffset() is None:
            problems.add(name, "incident.not_a_time")
        elif moment is not None and moment > at + SKEW:
            problems.add(name, "incident.future")
    problems.raise_if_any()
    if notice.occurred_at is not None and notice.occurred_at > notice.discovered_at:
        problems.add("occurred_at", "incident.occurred_after_discovery")
    problems.raise_if_any()
    return rules.read_facts(notice.facts)


def _known_before(company: Organisation) -> dict[str, Any]:
    """What the newest submission says of the company and the grade depends on."""
    filed = Submission.objects.filter(company=company).exclude(status="draft").order_by("-recorded_at").first()
    said = filed.document.get("company", {}) if filed else {}
    known: dict[str, Any] = {}
    if said.get("critical_infrastructure") is True:
        known["operator"] = "critical_infrastructure"
    if isinstance(said.get("mlps_level"), int):
        known["mlps_level"] = said["mlps_level"]
    return known


def policy_on(company: Organisation, discovered_at: datetime) -> Policy | None:
    """The policy that answers for the day of discovery in the policy's own zone; of several the newest."""
    held = Policy.objects.filter(insured=company).order_by("-inception", "-number")
    for policy in held:
        if policy.answers_for(discovered_at.astimezone(timezone(timedelta(hours=policy.utc_offset))).date()):
            return policy
    return None
