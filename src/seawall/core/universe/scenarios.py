"""Values of a risk universe beside its families: scenarios, industry packs, and risks without a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seawall.core.submission import Company
from seawall.core.texts import Text

INDUSTRY, ENTERPRISE, SCENARIO = "industry", "enterprise", "scenario"
GRAINS = (INDUSTRY, ENTERPRISE, SCENARIO)
MOST_OF_A_FAMILY = 0.9  # what packs together may make up of a family at one company; the rest stays general


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a parameter comes from and how sure it is."""

    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """What exactly happens, as a part of its family. Without `pack` it can happen to every company.

    `share` is its part of the family's frequency: general scenarios of a family add up to 1, and where a pack applies
    its scenarios take their shares and the general ones keep the rest. `ratio` is its mean loss against the family's;
    ratios are scaled so that the family's mean loss is kept. `shares` splits its loss over covers like its family's.
    `actors` are ids of the actor library; `losses` loss classes; `leads_to` the scenarios it often turns into.
    `accumulates`: one event strikes many companies at once.
    """

    id: str
    family: str
    pack: str | None
    name: Text
    description: Text
    actors: tuple[str, ...]
    techniques: tuple[str, ...]
    asset: Text
    consequence: Text
    veris: str
    incident_category: str
    share: float
    share_basis: Basis
    ratio: float
    ratio_basis: Basis
    shares: Mapping[str, float]
    own_shares: bool
    shares_basis: Basis
    losses: tuple[str, ...]
    leads_to: tuple[str, ...]
    accumulates: bool


@dataclass(frozen=True, slots=True)
class Pack:
    """Scenarios that only some companies meet.

    It applies where the company's GB/T 4754 code begins with one of `industries` or it declares one of `attributes`
    (everywhere when both are empty), and has at most `most_employees` people where that is set.
    """

    id: str
    name: Text
    description: Text
    industries: tuple[str, ...]
    attributes: tuple[str, ...]
    most_employees: int | None
    basis: Basis

    def applies(self, company: Company) -> bool:
        if self.most_employees is not None and company.employees > self.most_employees:
            return False
        if not self.industries and not self.attributes:
            return True
        return self.takes(company.industry) or bool(attributes(company) & set(self.attributes))

    def takes(self, industry: str) -> bool:
        """Whether the GB/T 4754 code lies in one of the pack's industries."""
        return any(industry.startswith(code) for code in self.industries)


def attributes(company: Company) -> frozenset[str]:
    """What a company declares that packs can ask for: `critical_infrastructure` and `vendor:<category>`."""
    found = {f"vendor:{v.category}" for v in company.vendors}
    if company.critical_infrastructure:
        found.add("critical_infrastructure")
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class OtherRisk:
    """A risk of the business that the cyber loss model does not quantify and no cyber cover answers for.

    `families` are the risk families through which a cyber event can set it off: their loss is quantified there.
    """

    id: str
    side: str
    name: Text
    description: Text
    families: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class LossClass:
    """A class of loss; `covers` that answer for it, none where no cover of the trade does."""

    id: str
    name: Text
    description: Text
    covers: tuple[str, ...]
