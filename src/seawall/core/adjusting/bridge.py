"""The bridge from claimed to payable, cover by cover, with what earlier payments have used up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from seawall.core.adjusting.worksheet import Worksheet
from seawall.core.coverage.terms import Payment, PolicyTerms, eroded, settle, shared_retention, within
from seawall.core.decimals import plain
from seawall.core.money import Money, total
from seawall.core.problems import Refused


class NotCovered(Refused):
    """A worksheet for a cover the policy does not carry: the third gate should have stopped it."""

    code = "adjusting.not_covered"
    status = 422


class TwoWorksheets(Refused):
    """An event has one worksheet for each cover, so that its retention is taken once."""

    code = "adjusting.two_worksheets"
    status = 422


@dataclass(frozen=True, slots=True)
class Paid:
    """An earlier payment under the policy: it has used up `amount` of the cover's sub-limit and of the aggregate."""

    cover: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Span:
    """One cover on the bridge. `claimed` − `disallowed` = `payment.covered`; the rest is in `payment`.

    `sub_limit_left` is what earlier payments had left. `mitigation` is paid on top, within the sub-limit of its own.
    """

    cover: str
    claimed: Money
    disallowed: Money
    sub_limit_left: Money
    payment: Payment
    mitigation: Money

    def as_dict(self) -> dict[str, str]:
        steps = {
            "claimed": self.claimed,
            "disallowed": self.disallowed,
            "covered": self.payment.covered,
            "retained": self.payment.retained,
            "coinsured": self.payment.coinsured,
            "sub_limit_left": self.sub_limit_left,
            "above_sub_limit": self.payment.above_sub_limit,
            "above_aggregate": self.payment.above_aggregate,
            "payable": self.payment.payable,
            "mitigation": self.mitigation,
            "aggregate_left": self.payment.aggregate_left,
        }
        return {"cover": self.cover, **{name: plain(money.amount) for name, money in steps.items()}}


@dataclass(frozen=True, slots=True)
class Bridge:
    """`payable` for the loss and `mitigation` on top of it make up `total`; `aggregate_left` after this settlement."""

    currency: str
    spans: tuple[Span, ...]
    aggregate_before: Money
    aggregate_left: Money

    @property
    def payable(self) -> Money:
        return total([span.payment.payable for span in self.spans], self.currency)

    @property
    def mitigation(self) -> Money:
        return total([span.mitigation for span in self.spans], self.currency)

    @property
    def total(self) -> Money:
        return self.payable + self.mitigation

    def as_dict(self) -> dict[str, Any]:
        return {
            "currency": self.currency,
            "spans": [span.as_dict() for span in self.spans],
            "aggregate_before": plain(self.aggregate_before.amount),
            "aggregate_left": plain(self.aggregate_left.amount),
            "payable": plain(self.payable.amount),
            "mitigation": plain(self.mitigation.amount),
            "total": plain(self.total.amount),
        }


def build_bridge(
    worksheets: Sequence[Worksheet],
    policy: PolicyTerms,
    earlier: Sequence[Paid] = (),
    *,
    one_retention: bool = True,
    mitigation_on_top: bool = True,
) -> Bridge:
    """Settle one event. Covers draw on the aggregate in the order of the policy, whatever the order of the worksheets.

    `one_retention`: the event bears the highest retention of the covers it touches, once; otherwise each cover its own.
    `mitigation_on_top`: it is paid beside the loss, without retention, up to the limit of the cover (Insurance Law of
    China, art. 57); otherwise it is part of the loss. Raises `NotCovered`, `TwoWorksheets`, `MixedCurrencies`.
    """
    by_cover = {sheet.cover: sheet for sheet in worksheets}
    if len(by_cover) != len(worksheets):
        raise TwoWorksheets("worksheets")
    for cover in by_cover:
        if policy.cover(cover) is None:
            raise NotCovered("worksheets", cover=cover)
    zero = Money.zero(policy.currency)
    covered = {
        cover: sheet.covered if mitigation_on_top else sheet.covered + sheet.mitigation
        for cover, sheet in by_cover.items()
    }
    # In the order of the policy, so that the last minor unit of a shared retention falls on the same cover every time.
    ordered = {terms.cover: covered[terms.cover] for terms in policy.covers if terms.cover in covered}
    shared = shared_retention(ordered, policy) if one_retention else {}
    before = eroded(policy.aggregate, total([paid.amount for paid in earlier], policy.currency))
    left, spans = before, list[Span]()
    for terms in policy.covers:
        if terms.cover not in by_cover:
            continue
        sheet = by_cover[terms.cover]
        used = total([paid.amount for paid in earlier if paid.cover == terms.cover], policy.currency)
        sub_left = eroded(terms.limit, used)
        applied = replace(terms, retention=shared.get(terms.cover, zero)) if one_retention else terms
        payment = settle(covered[terms.cover], applied, sub_limit_left=sub_left, aggregate_left=left)
        left = payment.aggregate_left
        on_top = within(sheet.mitigation, terms.limit) if mitigation_on_top else zero
        extra = sheet.mitigation if mitigation_on_top else zero
        disallowed = sheet.claimed - covered[terms.cover] - extra
        spans.append(Span(terms.cover, sheet.claimed - extra, disallowed, sub_left, payment, on_top))
    return Bridge(policy.currency, tuple(spans), before, left)
