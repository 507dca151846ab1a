"""A claim's figures worked out from documents, so that either side can work them out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from seawall.core.adjusting.bridge import Bridge, Paid, build_bridge
from seawall.core.adjusting.document import replay as read_worksheets
from seawall.core.adjusting.worksheet import CostSchema, Worksheet, load_costs, with_determination
from seawall.core.decimals import plain
from seawall.core.liability.document import read_claim
from seawall.core.liability.gates import FAILED, NEEDS_EVIDENCE, Determination, ItemDetermination, determine
from seawall.core.liability.wording import load_wording
from seawall.core.money import Money
from seawall.core.problems import Problem
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.protect.queries.policy import read_terms
from seawall.lifecycle.recover.models import Adjustment, Claim, PaidCover
from seawall.lifecycle.recover.models import Determination as Judged
from seawall.records.releases.models import Release


@dataclass(frozen=True, slots=True)
class Settlement:
    """Worksheets after the gates, and the bridge over them."""

    worksheets: tuple[Worksheet, ...]
    bridge: Bridge

    def as_dict(self) -> dict[str, Any]:
        """JSON-able; amounts in major units as text."""
        sheets = [{"cover": s.cover, "lines": [line.as_dict() for line in s.lines]} for s in self.worksheets]
        return {"worksheets": sheets, "bridge": self.bridge.as_dict()}


def judge(document: Mapping[str, Any], wording: Release) -> Determination:
    """The claim document through the three gates of a wording; raises `Invalid`."""
    words = load_wording(wording.body, id=wording.identifier, version=wording.version)
    return determine(read_claim(document, words), words)


def settle(document: Mapping[str, Any], judged: Determination, costs: CostSchema) -> Settlement:
    """The settlement document after what the gates have said; raises `Invalid` and what the steps raise."""
    currency = str(document["currency"])
    sheets = tuple(with_determination(sheet, judged) for sheet in read_worksheets(document, costs).worksheets)
    bridge = build_bridge(
        sheets,
        read_terms(document["policy"]),
        [Paid(body["cover"], Money.of(body["amount"], currency)) for body in document["earlier"]],
        one_retention=document["one_retention"],
        mitigation_on_top=document["mitigation_on_top"],
    )
    return Settlement(sheets, bridge)


def settlement_document(claim: Claim, worksheets: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Everything a settlement rests on: the policy's terms, what other claims have used up, and the worksheets."""
    policy = claim.policy
    return {
        "currency": claim.currency,
        "jurisdiction": policy.jurisdiction,
        "policy": policy.terms,
        "earlier": [
            {"cover": cover, "amount": plain(Money(paid, claim.currency).amount)}
            for cover, paid in sorted(paid_by_cover(policy, without=claim).items())
        ],
        "one_retention": True,
        "mitigation_on_top": policy.jurisdiction == "CN",
        "worksheets": [dict(sheet) for sheet in worksheets],
    }


def paid_by_cover(policy: Policy, *, without: Claim | None = None) -> dict[str, int]:
    """What has been paid under the policy as indemnity, by cover, in minor units; `without` one claim's payments."""
    rows = PaidCover.objects.filter(policy=policy)
    if without is not None:
        rows = rows.exclude(payment__claim=without)
    return {cover: paid for cover, paid in rows.order_by().values_list("cover").annotate(paid=Sum("indemnity")) if paid}


def paid_on(claim: Claim) -> dict[str, tuple[int, int]]:
    """Cover → (indemnity, mitigation) already paid on this claim, in minor units."""
    rows = PaidCover.objects.filter(payment__claim=claim).order_by().values_list("cover")
    return {cover: (a, b) for cover, a, b in rows.annotate(a=Sum("indemnity"), b=Sum("mitigation"))}


def disagreements(found: Settlement, judged: Determination) -> Iterator[Problem]:
    """Where the worksheets do not follow the determination: a line nobody judged, a reduction nobody took."""
    items = {item.item: item for item in judged.items}
    for sheet in found.worksheets:
        for line in sheet.lines:
            item = items.get(line.id) or items.get(sheet.cover)
            if item is None or item.cover != sheet.cover:
                yield Problem(f"worksheets.{sheet.cover}.{line.id}", "claim.line_not_determined", {"line": line.id})
        for item in judged.items:
            if item.cover == sheet.cover and item.outcome not in (FAILED, NEEDS_EVIDENCE):
                yield from _not_taken(sheet, item)


def _not_taken(sheet: Worksheet, item: ItemDetermination) -> Iterator[Problem]:
    lines = [line for line in sheet.lines if line.id == item.item] or list(sheet.lines)
    taken = {deduction.clause for line in lines for deduction in line.deductions}
    for reason in item.reductions:
        if reason.clause not in taken and any(line.admitted.minor > 0 for line in lines):
            about = {"item": item.item, "clause": reason.clause}
            yield Problem(f"worksheets.{sheet.cover}.{item.item}", "claim.reduction_not_taken", about)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A determination or an adjustment worked out again; `same` when nothing came out otherwise."""

    same: bool
    engine_then: str
    stored: Mapping[str, Any]
    computed: Mapping[str, Any]


def replay_determination(found: Judged) -> Replayed:
    """Judge the recorded document by the recorded wording again."""
    fresh = judge(found.document, found.wording).as_dict()
    return Replayed(fresh == found.result, found.engine, found.result, fresh)


def replay_adjustment(found: Adjustment) -> Replayed:
    """Adjust the recorded document after the recorded determination again."""
    judged = judge(found.determination.document, found.determination.wording)
    fresh = settle(found.document, judged, load_costs(found.determination.wording.body)).as_dict()
    return Replayed(fresh == found.result, found.engine, found.result, fresh)
