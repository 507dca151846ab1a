"""What is known of each control before any evidence, and how evidence of each source is weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from seawall.core.documents import Node
from seawall.core.evidence.items import SOURCES, STATES, UNINFORMATIVE, Source, State
from seawall.core.problems import Collector
from seawall.core.submission.codes import CERTIFICATE_STANDARDS
from seawall.core.texts import Text

# The least that a piece of evidence may say and still be written down as evidence.
LEAST_RELIABILITY = UNINFORMATIVE + 0.01


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a control: the state it points to and how reliable it is when fresh."""

    control: str
    says: State
    reliability: float


@dataclass(frozen=True, slots=True)
class ControlPrior:
    """How common the three states are among companies of which nothing else is known; the shares sum to 1."""

    control: str
    name: Text
    absent: float
    partial: float
    present: float
    source: str

    def of(self, state: State) -> float:
        return {"absent": self.absent, "partial": self.partial, "present": self.present}[state]


@dataclass(frozen=True, slots=True)
class CertificateRule:
    """What a certificate of one standard says, and how long before its last day it was issued."""

    standard: str
    name: Text
    cycle: timedelta
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Controls:
    """Priors by control, and the rules of weighing.

    `half_life` by source, in days: after it, half of what evidence says above chance is gone. `temper` in (0, 1]: the
    k-th strongest piece of one source about one control counts with temper**k. Two pieces contradict each other from
    an aged reliability of `contradiction_from` on. `common` in [0, 1) is the correlation of the controls of a company
    beneath their priors: it widens intervals and moves no belief.
    """

    priors: Mapping[str, ControlPrior]
    half_life: Mapping[Source, float]
    temper: float
    contradiction_from: float
    certificates: Mapping[str, CertificateRule]
    common: float = 0.0

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> Controls:
        """From the body of a `controls` document; raises `Invalid` with everything wrong in it."""
        problems = Collector()
        node = Node(document, problems=problems)
        node.only("controls", "half_life_days", "temper", "contradiction_from", "certificates", "common")
        priors = {code: _prior(code, entry) for code, entry in node.entries("controls")}
        lives = node.numbers("half_life_days", low=1)
        # Releases from before there were imports do not name them; they age like what is seen from outside.
        if "import" not in lives and "observation" in lives:
            lives["import"] = lives["observation"]
        for source in sorted(set(SOURCES) ^ set(lives)):
            problems.add("half_life_days", "document.unknown" if source in lives else "document.missing", value=source)
        rules = {name: _certificate_rule(name, entry, priors) for name, entry in node.entries("certificates")}
        for name in sorted(set(rules) - set(CERTIFICATE_STANDARDS)):
            problems.add("certificates", "document.unknown", value=name)
        temper = node.number("temper", 0.01, 1)
        contradiction_from = node.number("contradiction_from", UNINFORMATIVE, 1)
        common = node.number("common", 0, 0.9, default=0)
        problems.raise_if_any()
        return cls(priors, {source: lives[source] for source in SOURCES}, temper, contradiction_from, rules, common)


def _prior(code: str, node: Node) -> ControlPrior:
    node.only("name", "prior", "source")
    shares = node.child("prior")
    shares.only(*STATES)
    prior = ControlPrior(
        control=code,
        name=node.text("name"),
        absent=shares.number("absent", 0.01, 0.98),
        partial=shares.number("partial", 0.01, 0.98),
        present=shares.number("present", 0.01, 0.98),
        source=node.string("source"),
    )
    if abs(prior.absent + prior.partial + prior.present - 1) > 1e-9:
        node.problems.add(node.at("prior"), "controls.prior_sum")
    return prior


def read_reading(node: Node, controls: Mapping[str, ControlPrior] | None) -> Reading:
    """`{control, says, reliability}`; the control must be one of `controls` when these are given."""
    node.only("control", "says", "reliability")
    control = node.string("control") if controls is None else node.one_of("control", controls)
    says = node.one_of("says", STATES)
    state: State = next((known for known in STATES if known == says), "absent")
    return Reading(control, state, node.number("reliability", LEAST_RELIABILITY, 1))


def _certificate_rule(name: str, node: Node, controls: Mapping[str, ControlPrior]) -> CertificateRule:
    node.only("name", "cycle_days", "readings", "source")
    node.string("source")
    return CertificateRule(
        standard=name,
        name=node.text("name"),
        cycle=timedelta(days=node.integer("cycle_days", 1, 3660)),
        readings=tuple(read_reading(entry, controls) for entry in node.children("readings")),
    )
