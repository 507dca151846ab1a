"""What the score and the price would be now, for the page that asks after every answer; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import numpy as np
from django.utils import timezone

from seawall.core.advice.fixes import relativity
from seawall.core.assessment.assess import as_array, beliefs_of
from seawall.core.assessment.options import Desk
from seawall.core.coverage.products import Product
from seawall.core.evidence.belief import Belief
from seawall.core.evidence.items import Finding
from seawall.core.library import Library
from seawall.core.money import Money
from seawall.core.scoring.posture import HIGH, LOW, interval, sample, score_of
from seawall.core.scoring.sampling import States, certain
from seawall.core.submission import Submission as Filed
from seawall.core.universe.risk import Floats, company_risk
from seawall.lifecycle.identify.queries.evidence import findings_for
from seawall.lifecycle.identify.queries.file import shown
from seawall.lifecycle.identify.queries.scope import submission
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer

SEED = 1
# A quarter of the assessment's sample: the ends of the interval move by less than a point.
SAMPLES = 500


@dataclass(frozen=True, slots=True)
class Indication:
    """Score with its 5-95 % interval and a peer's, premium by product, loss relativity of the product asked for.

    `premiums` (None where the plan refuses) lie within `ranges`: the premiums if the controls turned out as well, and
    as badly, as the evidence leaves open (5-95 %). `unseen` counts controls of which nothing is known; `beliefs` are
    what is known of the others.
    """

    score: float
    low: float
    high: float
    peer: float
    premiums: Mapping[str, Money | None]
    ranges: Mapping[str, tuple[Money, Money] | None]
    relativity: str
    unseen: int
    beliefs: Mapping[str, Belief]


def indication(
    viewer: Viewer, submission_id: UUID, *, at: datetime, overlay: Mapping[str, str] | None = None
) -> Indication:
    """From the stored answers with `overlay` (question → value) laid over them; raises `NotFound`, `Invalid`.

    The same functions as the assessment, without what the panel does not show: losses by cover and ranked fixes.
    """
    file = submission(viewer, submission_id, at=at)
    library = library_on(viewer, on=timezone.localdate(at))
    content = shown(file, as_of=timezone.localdate(at), overlay=overlay)
    return indicated(content, findings_for(file, library, at=at), library, as_of=timezone.localdate(at))


def indicated(content: Filed, findings: Sequence[Finding], library: Library, *, as_of: date) -> Indication:
    """The same from a submission that has been read."""
    priors = {c: (p.absent, p.partial, p.present) for c, p in library.controls.priors.items()}
    risk = company_risk(content.company, library.universe, priors)
    believed = beliefs_of(content, findings, library, as_of=as_of)
    beliefs = as_array(risk, believed)
    drawn = sample(risk, beliefs, common=library.controls.common, seed=SEED, samples=SAMPLES)
    score, low, high = interval(risk, beliefs, drawn)
    desk = Desk(content, library, risk)
    products = library.products
    asked = products.get(content.request.product or "system", next(iter(products.values())))
    premiums = {p.id: desk.premium(p, beliefs) for p in products.values()}
    losses = risk.in_states(drawn.states)
    return Indication(
        score=score,
        low=low,
        high=high,
        peer=float(score_of(risk, risk.prior)),
        premiums=premiums,
        ranges={p.id: _range(desk, p, premiums[p.id], drawn.states, losses) for p in products.values()},
        relativity=str(relativity(risk, beliefs, asked.default_covers())),
        unseen=sum(not b.seen for b in believed.values()),
        beliefs=believed,
    )


def _range(
    desk: Desk, product: Product, premium: Money | None, states: States, losses: Floats
) -> tuple[Money, Money] | None:
    """Premiums at the 5 % and 95 % loss among `states` (N, C), widened to hold `premium`.

    `losses` (N, S) are the expected losses of those states by scenario.
    """
    if premium is None:
        return None
    order = np.argsort(losses @ desk.risk.covered(product.default_covers()), kind="stable")
    ends = [desk.premium(product, certain(states[order[int(share * (len(order) - 1))]])) for share in (LOW, HIGH)]
    amounts = [premium, *(end for end in ends if end is not None)]
    return min(amounts), max(amounts)
