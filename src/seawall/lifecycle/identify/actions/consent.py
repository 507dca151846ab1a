"""Consent to be looked at from outside: recorded by the company, verified by DNS, withdrawn at any time."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from seawall.core.problems import Collector, Refused
from seawall.core.submission import host_name
from seawall.lifecycle.identify.actions.asset import proved
from seawall.lifecycle.identify.models import Consent
from seawall.lifecycle.identify.queries import scope
from seawall.records import queue
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import NotFound, Viewer

LONGEST = timedelta(days=400)
MOST_DOMAINS = 200
LONGEST_STATEMENT = 4000
TOKEN_NAME = "_seawall"  # noqa: S105


class Withdrawn(Refused):
    code = "consent.withdrawn"


class Ended(Refused):
    """The consent has run out; a new one is needed."""

    code = "consent.ended"


@transaction.atomic
def give(*, company: UUID, domains: Sequence[str], statement: str, until: date, by: Viewer, at: datetime) -> Consent:
    """Record that the company lets its `domains` be looked at up to and including a day; verification is queued.

    Raises `Invalid` for a domain that is no public host name, an end in the past or more than 400 days ahead.
    """
    by.require("consent.record")
    found = scope.company(by, company, at=at)
    problems = Collector()
    names = host_names(domains, problems)
    if not domains:
        problems.add("domains", "consent.no_domain")
    if not statement.strip():
        problems.add("statement", "consent.no_statement")
    elif len(statement) > LONGEST_STATEMENT:
        problems.add("statement", "document.too_long", longest=LONGEST_STATEMENT)
    if until < timezone.localdate(at):
        problems.add("until", "consent.expired", until=until.isoformat())
    elif until - timezone.localdate(at) > LONGEST:
        problems.add("until", "consent.too_long", days=LONGEST.days)
    problems.raise_if_any()
    made = Consent.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        company=found,
        domains=names,
        statement=statement.strip(),
        given_by_id=by.user or None,
        given_by_name=by.name,
        valid_from=timezone.localdate(at),
        valid_until=until,
        token=f"seawall-{secrets.token_hex(16)}",
    )
    record("consent.record", made, by=by, at=at, new={"domains": made.domains, "until": until})
    queue.defer("identify.verify_consent", tenant=by.tenant, consent=str(made.pk))
    return made


def host_names(domains: Sequence[str], problems: Collector) -> list[str]:
    """The domains as sorted host names, each once; what is none is a problem at `domains.<index>`."""
    names = set()
    for index, text in enumerate(domains):
        try:
            names.add(host_name(text))
        except Refused as refused:
            problems.add(f"domains.{index}", refused.code, **refused.problems[0].params)
    if len(domains) > MOST_DOMAINS:
        problems.add("domains", "document.too_many", most=MOST_DOMAINS)
    return sorted(names)


@transaction.atomic
def check_again(*, consent: UUID, by: Viewer, at: datetime) -> Consent:
    """Queue the verification once more, after the TXT record has been set; raises `Withdrawn`, `Ended`."""
    by.require("consent.record")
    found = _own(consent, by, at)
    if found.withdrawn_at is not None:
        raise Withdrawn("consent")
    if found.valid_until < timezone.localdate(at):
        raise Ended("consent", until=found.valid_until.isoformat())
    record("consent.check", found, by=by, at=at)
    queue.defer("identify.verify_consent", tenant=by.tenant, consent=str(found.pk))
    return found


@transaction.atomic
def report_verification(*, consent: UUID, seen: Mapping[str, str], by: Viewer, at: datetime) -> Consent:
    """What the name servers showed, domain → "ok" or the reason it failed; all must be ok.

    Once verified a consent stays so; one that was withdrawn meanwhile is not verified any more.
    """
    by.require("scan.report")
    found = Consent.objects.select_for_update().filter(tenant_id=by.tenant, pk=consent).first()
    if found is None:
        raise NotFound("consent")
    found.verification = dict(seen)
    shown = all(seen.get(domain) == "ok" for domain in found.domains)
    if found.verified_at is None and found.withdrawn_at is None and shown:
        found.verified_at = at
        proved(found, by=by, at=at)
    found.save(update_fields=["verification", "verified_at"])
    record("consent.verify", found, by=by, at=at, new={"seen": dict(seen), "verified": found.verified_at is not None})
    return found


@transaction.atomic
def withdraw(*, consent: UUID, by: Viewer, at: datetime) -> Consent:
    """No look after this; a scan under way stops at its next report. Raises `Withdrawn` the second time."""
    by.require("consent.withdraw")
    found = _own(consent, by, at)
    if found.withdrawn_at is not None:
        raise Withdrawn("consent")
    found.withdrawn_at = at
    found.save(update_fields=["withdrawn_at"])
    record("consent.withdraw", found, by=by, at=at, new={"withdrawn_at": at})
    return found


def _own(consent: UUID, by: Viewer, at: datetime) -> Consent:
    found = (
        Consent.objects.select_for_update()
        .filter(tenant_id=by.tenant, pk=consent, company__in=scope.companies(by, at=at))
        .first()
    )
    if found is None:
        raise NotFound("consent")
    return found
