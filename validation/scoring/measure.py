"""What the score gets right, measured on companies whose controls are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import spearmanr
from validation.scoring.synthetic import DAY, Company, Process, states

from seawall.core.assessment.assess import as_array
from seawall.core.evidence.answers import evidence_from_answers
from seawall.core.evidence.belief import believe
from seawall.core.evidence.certificates import evidence_from_certificates
from seawall.core.evidence.items import Evidence
from seawall.core.evidence.observations import evidence_from_findings
from seawall.core.library import Library
from seawall.core.money import Money
from seawall.core.scoring.posture import HIGH, LOW, sample, score_of
from seawall.core.submission import Company as Insured
from seawall.core.universe.risk import CompanyRisk, company_risk

STANDARDS = ("iso27001", "mlps", "soc2")
SAMPLES = 1000
SIZES = ((20_000_000, "F"), (80_000_000, "C"), (200_000_000, "I"), (800_000_000, "J"))


@dataclass(frozen=True, slots=True)
class Look:
    """How much is looked at: a share of the questions, how many answers have a file, hosts scanned, certificates."""

    answers: float = 0.0
    filed: float = 0.0
    hosts: int = 0
    certificates: bool = False


LOOKS = {
    "nothing": Look(),
    "a third of the answers": Look(answers=1 / 3),
    "all answers": Look(answers=1.0),
    "scan of 1 host": Look(hosts=1),
    "scan of 40 hosts": Look(hosts=40),
    "answers with files, scan, certificates": Look(answers=1.0, filed=0.5, hosts=5, certificates=True),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """By company (N): score, interval, true score; expected loss truly, as seen, and by size alone.

    `beliefs` and `truth` (N·C, 3) are the probabilities given to the states and which of them was true.
    """

    score: np.ndarray
    low: np.ndarray
    high: np.ndarray
    true: np.ndarray
    loss: np.ndarray
    loss_seen: np.ndarray
    loss_size: np.ndarray
    beliefs: np.ndarray
    truth: np.ndarray

    @property
    def covered(self) -> float:
        """How often the interval holds the true score."""
        return float(((self.low <= self.true) & (self.true <= self.high)).mean())

    @property
    def width(self) -> float:
        return float((self.high - self.low).mean())

    @property
    def bias(self) -> float:
        """Score less true score, on average."""
        return float((self.score - self.true).mean())

    @property
    def order(self) -> float:
        """Spearman's rank correlation of score and true score."""
        return float(spearmanr(self.score, self.true).statistic) if np.ptp(self.score) > 1e-9 else 0.0

    @property
    def order_of_losses(self) -> tuple[float, float]:
        """Spearman's rank correlation of the true expected loss with what size alone says, and with what is seen."""
        size, seen = (float(spearmanr(said, self.loss).statistic) for said in (self.loss_size, self.loss_seen))
        return size, seen

    @property
    def error_of_losses(self) -> tuple[float, float]:
        """Mean distance in logarithms of the true expected loss from what size alone says, and from what is seen."""
        size, seen = (float(np.abs(np.log(said / self.loss)).mean()) for said in (self.loss_size, self.loss_seen))
        return size, seen

    @property
    def lift(self) -> list[float]:
        """True expected loss over that of an average company of the size, by tenth of the score, the worst first."""
        tenths = np.array_split(np.argsort(self.score, kind="stable"), 10)
        relative = self.loss / self.loss_size
        return [float(relative[tenth].mean() / relative.mean()) for tenth in tenths]

    @property
    def brier(self) -> float:
        """Mean squared distance of belief and truth over the three states; 0 is certain and right."""
        return float(((self.beliefs - self.truth) ** 2).sum(axis=1).mean())

    def reliability(self, bins: int = 10) -> list[tuple[float, float, int]]:
        """Probability given, frequency found, and how many, by tenths of the probability given."""
        given, found = self.beliefs.ravel(), self.truth.ravel()
        place = np.minimum((given * bins).astype(int), bins - 1)
        return [
            (float(given[place == k].mean()), float(found[place == k].mean()), int((place == k).sum()))
            for k in range(bins)
            if (place == k).any()
        ]

    @property
    def calibration_error(self) -> float:
        """Mean distance of probability given and frequency found, by how many."""
        table = self.reliability()
        return sum(abs(p - f) * n for p, f, n in table) / sum(n for _, _, n in table)


def with_common(library: Library, common: float) -> Library:
    return replace(library, controls=replace(library.controls, common=common))


def risks(library: Library) -> list[CompanyRisk]:
    """Four companies of different size and industry."""
    priors = {c: (p.absent, p.partial, p.present) for c, p in library.controls.priors.items()}
    insured = [Insured("甲", "A", "CN", None, i, Money.of(r, "CNY"), 100, r // 2000) for r, i in SIZES]
    return [company_risk(company, library.universe, priors) for company in insured]


def evidence(company: Company, look: Look) -> list[Evidence]:
    """What is seen of one company."""
    library = company.library
    found: list[Evidence] = []
    if look.answers:
        answers = company.answers(look.answers, filed=look.filed)
        found += evidence_from_answers(answers, library.questionnaire)
    if look.hosts:
        found += evidence_from_findings(company.findings(look.hosts), library.checks)
    if look.certificates:
        found += evidence_from_certificates(company.certificates(STANDARDS), library.controls, as_of=DAY)
    return found


def believed(library: Library, risk: CompanyRisk, pieces: Sequence[Evidence]) -> np.ndarray:
    """Beliefs (C, 3) in the order of the universe."""
    return as_array(risk, believe(library.controls, pieces, as_of=DAY))


def interval(library: Library, risk: CompanyRisk, beliefs: np.ndarray) -> tuple[float, float]:
    drawn = sample(risk, beliefs, common=library.controls.common, seed=1, samples=SAMPLES)
    low, high = np.quantile(drawn.scores, [LOW, HIGH])
    score = float(score_of(risk, beliefs))
    return min(float(low), score), max(float(high), score)


def companies(library: Library, process: Process, count: int, seed: int) -> list[tuple[CompanyRisk, Company]]:
    """So many companies of known controls, of the four sizes in turn."""
    rng = np.random.default_rng(seed)
    truth, kinds = states(library.controls, count, process, rng), risks(library)
    return [(kinds[i % len(kinds)], Company(truth[i], library, process, rng)) for i in range(count)]


def true_states(risk: CompanyRisk, company: Company) -> np.ndarray:
    """Certainties (C, 3) of the truth, in the order of the universe."""
    return np.eye(3)[[company.truth[control] for control in risk.controls]]


def measure(library: Library, process: Process, look: Look, *, count: int, seed: int = 1) -> Measured:
    """Draw the companies and their evidence, and see what is made of them."""
    rows, given, true = [], [], []
    for risk, company in companies(library, process, count, seed):
        beliefs, truth = believed(library, risk, evidence(company, look)), true_states(risk, company)
        low, high = interval(library, risk, beliefs)
        losses = [float(risk.total(b)) for b in (truth, beliefs, risk.prior)]
        rows.append((float(score_of(risk, beliefs)), low, high, float(score_of(risk, truth)), *losses))
        given.append(beliefs)
        true.append(truth)
    return Measured(*np.array(rows).T, np.concatenate(given), np.concatenate(true))
