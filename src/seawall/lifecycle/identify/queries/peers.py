"""Where a company stands among the companies of the insurer's own book, without telling who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from seawall.core.money import parse_amount
from seawall.core.universe.model import Universe
from seawall.lifecycle.identify.models import Assessment
from seawall.records.parties.viewer import Viewer

# Fewer could be told apart: nothing is said of them.
LEAST = 10
# Companies are of one size when their revenue lies within this factor of each other, either way.
SIZE = 4
# Outside the office the place is told in steps of a tenth, so that no one company's coming or going shows.
STEP = 0.1


@dataclass(frozen=True, slots=True)
class Book:
    """Companies of the book like this one: of its industry and `size`, or of its industry only where these are few.

    `below` is the share of them that score lower. `count` and `quartiles` are for the office only.
    """

    sized: bool
    below: float
    count: int | None
    quartiles: tuple[float, float, float] | None


def book_peers(viewer: Viewer, found: Assessment, universe: Universe) -> Book | None:
    """By the newest assessment of each other company of the house; None where fewer than `LEAST` are comparable.

    `found` is one that the viewer may see. The score compared is the one of that assessment.
    """
    company = found.inputs["submission"]["company"]
    rows = (
        Assessment.objects.filter(
            tenant_id=viewer.tenant,
            inputs__submission__company__industry__startswith=str(company["industry"])[:1],
        )
        .exclude(submission__company_id=found.submission.company_id)
        .order_by("submission__company_id", "-recorded_at")
        .distinct("submission__company_id")
        .values_list("score", "inputs__submission__company__revenue")
    )
    all_of_industry = [(float(score), _revenue(revenue, universe)) for score, revenue in rows]
    own = _revenue(company["revenue"], universe)
    alike = [score for score, revenue in all_of_industry if own / SIZE <= revenue <= own * SIZE]
    if len(alike) >= LEAST:
        return _book(viewer, found.score, alike, sized=True)
    scores = [score for score, _ in all_of_industry]
    return _book(viewer, found.score, scores, sized=False) if len(scores) >= LEAST else None


def _book(viewer: Viewer, score: float, scores: Sequence[float], *, sized: bool) -> Book:
    below = sum(other < score for other in scores) / len(scores)
    if not viewer.office:
        return Book(sized, in_tenths(below), None, None)
    low, middle, high = quantiles(scores, n=4, method="inclusive")
    return Book(sized, below, len(scores), (low, middle, high))


def in_tenths(share: float) -> float:
    return round(round(share / STEP) * STEP, 2)


def _revenue(stored: dict[str, str], universe: Universe) -> float:
    """In major units of the universe's currency."""
    return float(universe.convert(parse_amount(stored["amount"], stored["currency"])).amount)
