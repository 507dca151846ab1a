"""`assess`: the whole chain from evidence to money, in one pure call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from seawall import __version__
from seawall.core.advice.fixes import ranked_fixes, relativity
from seawall.core.advice.residual import residuals
from seawall.core.assessment.losses import ground_up
from seawall.core.assessment.options import Desk, option
from seawall.core.assessment.values import Assessment, Clash
from seawall.core.evidence.answers import evidence_from_answers
from seawall.core.evidence.belief import Belief, believe, without
from seawall.core.evidence.certificates import evidence_from_certificates
from seawall.core.evidence.items import Finding
from seawall.core.evidence.observations import evidence_from_findings, not_checked
from seawall.core.evidence.questionnaire import submission_facts
from seawall.core.library import Library
from seawall.core.scoring.gbt20984 import roll_up
from seawall.core.scoring.posture import peers, posture, sample, score_of
from seawall.core.scoring.worth import to_be_had, worth
from seawall.core.submission import Submission
from seawall.core.universe.risk import CompanyRisk, Floats, company_risk

PRODUCTS = ("sme", "system", "bespoke")


def beliefs_of(
    submission: Submission, findings: Sequence[Finding], library: Library, *, as_of: date
) -> dict[str, Belief]:
    """Belief about every control from answers, certificates and findings."""
    evidence = [
        *evidence_from_answers(submission.answers, library.questionnaire, submission_facts(submission), as_of=as_of),
        *evidence_from_certificates(submission.company.certificates, library.controls, as_of=as_of),
        *evidence_from_findings(findings, library.checks),
    ]
    return believe(library.controls, evidence, as_of=as_of)


def as_array(risk: CompanyRisk, beliefs: Mapping[str, Belief]) -> Floats:
    """Beliefs (C, 3) in the order of the universe."""
    rows = [(b.absent, b.partial, b.present) for b in (beliefs[c] for c in risk.controls)]
    return np.array(rows, dtype=np.float64)


def clashes(risk: CompanyRisk, believed: Mapping[str, Belief], library: Library, *, as_of: date) -> tuple[Clash, ...]:
    """Every contradiction, with the score if either side gave way."""
    found = []
    for belief in believed.values():
        for contradiction in belief.contradictions:
            scores = []
            for withdrawn in (contradiction.sighting, contradiction.claim):
                changed = without(belief, withdrawn, library.controls, as_of=as_of)
                scores.append(float(score_of(risk, as_array(risk, {**believed, belief.control: changed}))))
            found.append(Clash(belief.control, contradiction, scores[0], scores[1]))
    return tuple(found)


def assess(
    submission: Submission, findings: Sequence[Finding], library: Library, *, as_of: date, seed: int
) -> Assessment:
    """Everything the platform says about one submission on one day.

    The same arguments give the same assessment, bit for bit. Raises `Refused` subclasses for a currency without a rate
    and a check the library does not know; a product the plan refuses to price keeps the reasons in its option.
    """
    universe = library.universe
    priors = {c: (p.absent, p.partial, p.present) for c, p in library.controls.priors.items()}
    risk = company_risk(submission.company, universe, priors)
    believed = beliefs_of(submission, findings, library, as_of=as_of)
    beliefs = as_array(risk, believed)
    desk = Desk(submission, library, risk)
    offered = [library.products[p] for p in library.products if p in PRODUCTS]
    offered.sort(key=lambda p: PRODUCTS.index(p.id))
    asked = library.products.get(submission.request.product or "system", offered[0])
    fixes = ranked_fixes(
        risk,
        beliefs,
        employees=submission.company.employees,
        price=lambda changed: desk.premium(asked, changed),
    )
    common = library.controls.common
    drawn = sample(risk, beliefs, common=common, seed=seed)
    found = posture(risk, beliefs, drawn, seed=seed)
    pieces = tuple(to_be_had(believed, library.controls, library.questionnaire, library.checks))
    tolerance = submission.request.tolerance
    left = residuals(
        risk,
        beliefs,
        library.gbt20984,
        fixes,
        None if tolerance is None else float(universe.convert(tolerance).amount),
    )
    return Assessment(
        submission=submission.id,
        as_of=as_of,
        seed=seed,
        engine=__version__,
        releases=library.releases,
        posture=found,
        peers=peers(risk, found, common=common, seed=seed),
        beliefs=believed,
        clashes=clashes(risk, believed, library, as_of=as_of),
        worth=worth(risk, drawn, believed, pieces),
        unseen_controls=tuple(c for c, b in believed.items() if not b.seen),
        unseen_checks=not_checked(findings),
        gbt20984=roll_up(library.gbt20984, [r.risk for r in left]),
        gbt20984_other=roll_up(library.gbt20984, [r.other for r in left]),
        residuals=left,
        losses=ground_up(risk, beliefs),
        fixes=fixes,
        options=tuple(option(desk, product, beliefs) for product in offered),
        relativities={p.id: str(relativity(risk, beliefs, p.default_covers())) for p in offered},
        texts=_texts(library),
    )


def _texts(library: Library) -> dict[str, dict[str, Mapping[str, str]]]:
    """Names of everything an assessment mentions, so that its JSON form can be read on its own."""
    covers = {c.code: c.name for p in library.products.values() for c in p.covers}
    return {
        "controls": {c: p.name for c, p in library.controls.priors.items()},
        "fixes": {c.id: c.fix for c in library.universe.controls},
        "scenarios": {s.id: s.name for s in library.universe.families},
        "covers": covers,
        "products": {p.id: p.name for p in library.products.values()},
        "levels": dict(library.gbt20984.levels),
    }
