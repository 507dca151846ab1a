"""Closing the loop: what the claims have shown becomes a proposal for the rating plan, which a person decides on."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from seawall.core.decimals import plain
from seawall.core.problems import Refused
from seawall.lifecycle.recover.queries.experience import modifiers, observe
from seawall.lifecycle.strategy.actions.proposal import propose
from seawall.lifecycle.strategy.models import RatingProposal
from seawall.lifecycle.strategy.queries.in_force import rating_plan
from seawall.records.parties.viewer import Viewer

# Claims for half credibility. No k for cyber books is published: a tenth of the 1,082 claims that classical theory asks
# for in full (90 % within 5 %, Poisson) is this platform's own choice.
HALF_CREDIBILITY = Decimal(108)


class NoPlan(Refused):
    """No rating plan is in force for this currency."""

    code = "experience.no_plan"


class NoExperience(Refused):
    """No policy priced under the plan has been on risk."""

    code = "experience.none"


@transaction.atomic
def propose_experience(
    *, currency: str, until: date, k: Decimal = HALF_CREDIBILITY, by: Viewer, at: datetime
) -> RatingProposal:
    """Propose modifiers of frequency and severity for the plan in force; raises `NoPlan`, `NoExperience`."""
    by.require("rating_plan.propose")
    plan = rating_plan(by, on=timezone.localdate(at), currency=currency)
    if plan is None:
        raise NoPlan("currency", currency=currency)
    seen = observe(plan, until=until)
    if not seen.exposure:
        raise NoExperience("until", until=until.isoformat())
    found = modifiers(seen, k)
    evidence = {
        "until": until.isoformat(),
        "currency": currency,
        "policies": seen.policies,
        "exposure_years": plain(seen.exposure),
        "expected_events": plain(seen.expected_events),
        "expected_loss": plain(seen.expected_loss),
        "events": seen.events,
        "loss": seen.loss,
        "claims": list(seen.claims),
        "k": plain(k),
        "credibility": {
            "frequency": plain(found.frequency_credibility),
            "severity": plain(found.severity_credibility),
        },
    }
    return propose(plan=plan, evidence=evidence, proposed=found.as_dict(), by=by, at=at)
