"""What the score and the price would be now, for the page that asks after every answer; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from seawall.core.advice.fixes import relativity
from seawall.core.assessment.assess import as_array, beliefs_of
from seawall.core.assessment.options import Desk
from seawall.core.money import Money
from seawall.core.scoring.posture import posture
from seawall.core.universe.risk import company_risk
from seawall.lifecycle.identify.queries.file import filed, findings_for
from seawall.lifecycle.identify.queries.scope import submission
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer

SEED = 1


@dataclass(frozen=True, slots=True)
class Indication:
    """Score with its 90 % interval and a peer's, premium by product (None where the plan refuses), loss relativity."""

    score: float
    low: float
    high: float
    peer: float
    premiums: Mapping[str, Money | None]
    relativity: str
    unseen: int


def indication(
    viewer: Viewer, submission_id: UUID, *, at: datetime, overlay: Mapping[str, str] | None = None
) -> Indication:
    """From the stored answers with `overlay` (question → value) laid over them; raises `NotFound`, `Invalid`.

    The same functions as the assessment, without what the panel does not show: losses by cover and ranked fixes.
    """
    file = submission(viewer, submission_id, at=at)
    day = at.date()
    library = library_on(viewer, on=day)
    content = filed(file, as_of=day, overlay=overlay)
    priors = {c: (p.absent, p.partial, p.present) for c, p in library.controls.priors.items()}
    risk = company_risk(content.company, library.universe, priors)
    believed = beliefs_of(content, findings_for(file, at=at), library, as_of=day)
    beliefs = as_array(risk, believed)
    found = posture(risk, beliefs, seed=SEED)
    desk = Desk(content, library, risk)
    asked = library.products[content.request.product or "system"]
    return Indication(
        score=found.score,
        low=found.low,
        high=found.high,
        peer=found.peer,
        premiums={p.id: desk.premium(p, beliefs) for p in library.products.values()},
        relativity=str(relativity(risk, beliefs, asked.default_covers())),
        unseen=sum(not b.seen for b in believed.values()),
    )
