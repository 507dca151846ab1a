"""The calibration of the risk universe, run again as a whole: fitted, tried on what was held out, beside what ships.

Public losses are large losses: what is reported is what was worth reporting. They say how heavy the tail is and how
loss grows with records; they do not say what an average claim costs. The level therefore comes from insurers' figures,
and this says how far the shipped parameters lie from both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from seawall.core.problems import Collector
from seawall.core.universe.fits import (
    Floats,
    LognormalFit,
    MeanDoubt,
    TailFit,
    elasticity,
    hill,
    lognormal,
    mean_doubt,
    pareto_tail,
)
from seawall.core.universe.model import Universe

FOLDS, HELD_OUT = 5, 4
THRESHOLDS = (1e6, 5e6)
TOP = (10, 15, 25, 40)
CAPS = (None, 1e7, 1e6)
LEVELS = (0.5, 0.75, 0.9, 0.95)
LEAST = 30  # losses of one action below which no fit of it is shown
LINKS = {  # families by the VERIS action that public losses of their kind stand under
    "Error": ("data_exposure_misconfiguration", "system_failure"),
    "Hacking": ("data_theft_exploit", "credential_stuffing", "ddos_outage", "supplier_breach", "web_defacement"),
    "Malware": ("ransomware_encryption", "ransomware_backup_loss"),
    "Misuse": ("insider_misuse",),
    "Social": ("business_email_compromise",),
}


@dataclass(frozen=True, slots=True)
class Loss:
    """One public incident; `actions` are VERIS actions, `records` None where unknown, `loss` in USD."""

    incident: str
    actions: tuple[str, ...]
    records: float | None
    loss: float

    @property
    def held_out(self) -> bool:
        """By the hash of its identifier, so that the split never depends on order or on who splits."""
        return int(hashlib.sha1(self.incident.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS == HELD_OUT


@dataclass(frozen=True, slots=True)
class Coverage:
    """Held-out losses above the fitted quantile of `level`: how many, of how many, and how many were to be expected."""

    level: float
    above: int
    of: int
    expected: float
    chance: float


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The fit on the rest, tried on what was held out; `p_value` of the distance `ks`: below 0.05 it is refused."""

    n: int
    ks: float
    p_value: float
    coverage: tuple[Coverage, ...]


@dataclass(frozen=True, slots=True)
class ByAction:
    """Losses of one VERIS action beside the families of that kind; medians in USD for the reference company."""

    action: str
    fit: LognormalFit
    families: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Beside:
    """A shipped level beside the published figure it leans on."""

    what: str
    shipped: float
    published: float
    figure: str

    @property
    def ratio(self) -> float:
        return self.shipped / self.published


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything one run says. `records` is (slope, its error, R², n) of ln loss on ln records, fitted and held out."""

    used: int
    body: LognormalFit
    tails: tuple[TailFit, ...]
    hills: Mapping[int, float]
    held_out: HeldOut
    doubts: tuple[MeanDoubt, ...]
    records: tuple[float, float, float, int]
    records_held_out: tuple[float, float, float, int]
    actions: tuple[ByAction, ...]
    market: tuple[Beside, ...]

    def as_dict(self) -> dict[str, Any]:
        made = asdict(self)
        made["body"] |= {"median": self.body.median, "mean": self.body.mean}
        for shown, doubt in zip(made["doubts"], self.doubts, strict=True):
            shown["spread"] = doubt.spread
        for shown, tail in zip(made["tails"], self.tails, strict=True):
            shown["has_mean"] = tail.has_mean
        for row, beside in zip(made["market"], self.market, strict=True):
            row["ratio"] = beside.ratio
        return made


def read_losses(rows: Sequence[Mapping[str, str]], usable: Sequence[str]) -> tuple[Loss, ...]:
    """From rows of text (incident, action, records, loss, quality); raises `Invalid` with every row that is none."""
    problems, found = Collector(), []
    for number, row in enumerate(rows, start=1):
        try:
            loss, records = float(row["loss"]), row["records"]
            if row["quality"] in usable and loss > 0:
                actions = tuple(part for part in row["action"].split("|") if part)
                found.append(Loss(row["incident"], actions, float(records) if records else None, loss))
        except (KeyError, ValueError, AttributeError):
            problems.add(f"incidents[{number}]", "universe.loss_row", row=number)
    if len(found) < 2 * LEAST:
        problems.add("incidents", "universe.few_losses", found=len(found), least=2 * LEAST)
    problems.raise_if_any()
    return tuple(found)


def calibrate(losses: Sequence[Loss], universe: Universe, published: Mapping[str, float], *, seed: int) -> Calibration:
    """Fit, hold-out check, doubt about the mean, and both comparisons; `published` are market figures by id."""
    amounts = np.array([x.loss for x in losses])
    held = np.array([x.held_out for x in losses])
    train, test = amounts[~held], amounts[held]
    body = lognormal(train)
    return Calibration(
        used=len(losses),
        body=body,
        tails=tuple(pareto_tail(train, t) for t in THRESHOLDS),
        hills={k: hill(train, k) for k in TOP},
        held_out=_tried(body, test),
        doubts=tuple(mean_doubt(amounts, cap, seed=seed) for cap in CAPS),
        records=_records([x for x in losses if not x.held_out]),
        records_held_out=_records([x for x in losses if x.held_out]),
        actions=tuple(_by_action(losses, universe)),
        market=(*_market(universe, published), *_public(body, published)),
    )


def _tried(body: LognormalFit, test: Floats) -> HeldOut:
    from scipy.stats import binomtest, kstest

    found = kstest(test, body.below)
    coverage = []
    for level in LEVELS:
        above = int((test > body.quantile(level)).sum())
        chance = float(binomtest(above, len(test), 1 - level).pvalue)
        coverage.append(Coverage(level, above, len(test), len(test) * (1 - level), chance))
    return HeldOut(len(test), float(found.statistic), float(found.pvalue), tuple(coverage))


def _records(losses: Sequence[Loss]) -> tuple[float, float, float, int]:
    known = [(x.records, x.loss) for x in losses if x.records]
    return *elasticity(np.array([r for r, _ in known]), np.array([y for _, y in known])), len(known)


def _by_action(losses: Sequence[Loss], universe: Universe) -> list[ByAction]:
    usd = float(universe.rates["USD"])
    families = {f.id: (f.severity.level / usd, f.sigma) for f in universe.families}
    found = []
    for action, linked in LINKS.items():
        mine = np.array([x.loss for x in losses if action in x.actions and not x.held_out])
        if len(mine) >= LEAST // 2:
            found.append(ByAction(action, lognormal(mine), {f: families[f] for f in linked if f in families}))
    return found


def _public(body: LognormalFit, published: Mapping[str, float]) -> tuple[Beside, ...]:
    """The fit of public losses beside another collection of public losses."""
    return (
        Beside("median of public losses, USD", body.median, published["iris-median"], "iris-median"),
        Beside("nine in ten below, USD", body.quantile(0.9), published["iris-p90"], "iris-p90"),
    )


def _market(universe: Universe, published: Mapping[str, float]) -> tuple[Beside, ...]:
    usd = float(universe.rates["USD"])
    rate = {f.id: f.frequency.level for f in universe.families}
    mean = {f.id: f.severity.level * float(np.exp(f.sigma**2 / 2)) / usd for f in universe.families}
    ransom = ("ransomware_encryption", "ransomware_backup_loss")
    ransoms = sum(rate[f] for f in ransom)
    fraud, both = published["bec-frequency"], published["bec-frequency"] + published["transfer-fraud-frequency"]
    mail = (fraud * published["bec-mean"] + (both - fraud) * published["transfer-fraud-mean"]) / both
    total = sum(rate.values())
    average = sum(rate[f] * mean[f] for f in rate) / total
    return (
        Beside("claims a year", total, published["claim-frequency"], "claim-frequency"),
        Beside("mean of a claim, USD", average, published["claim-mean"], "claim-mean"),
        Beside("ransomware a year", ransoms, published["ransomware-frequency"], "ransomware-frequency"),
        Beside(
            "mean of ransomware, USD",
            sum(rate[f] * mean[f] for f in ransom) / ransoms,
            published["ransomware-mean"],
            "ransomware-mean",
        ),
        Beside("e-mail fraud a year", rate["business_email_compromise"], both, "bec- and transfer-fraud-frequency"),
        Beside("mean of e-mail fraud, USD", mean["business_email_compromise"], mail, "bec- and transfer-fraud-mean"),
    )
