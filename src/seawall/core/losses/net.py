"""Policy terms turned into payout curves: what of an event's loss the policy pays, cover by cover."""

from __future__ import annotations

from collections.abc import Mapping

from seawall.core.coverage.terms import CoverTerms, PolicyTerms, Waiting
from seawall.core.losses.payout import Payout


def cover_payout(terms: CoverTerms, *, share: float, retention: float, hourly: float) -> Payout:
    """What the cover pays of an event's loss x, of which `share` (> 0) falls under it.

    `retention` is this cover's part of the event's one retention; `hourly` the loss an interruption makes in an hour
    (> 0 where the cover waits), both in major units. The order is that of `coverage.terms.settle`.
    """
    pays = 1.0 - float(terms.coinsurance)
    limit = float(terms.limit.amount)
    waited = terms.waiting_hours * hourly
    offset = waited if terms.waiting is Waiting.RETENTION else 0.0
    most = float("inf") if terms.indemnity_days is None or hourly <= 0 else 24 * terms.indemnity_days * hourly

    def net(own: float) -> float:
        return min(limit, pays * max(0.0, min(own, most) - offset - retention))

    corners = {waited, offset + retention, offset + retention + limit / pays, most}
    knots = sorted(x for x in corners if waited <= x < float("inf"))
    points = [(0.0, 0.0), (waited / share, 0.0)] + [(x / share, net(x)) for x in knots]
    return Payout.through(points, 0.0)


def event_payouts(policy: PolicyTerms, shares: Mapping[str, float], *, hourly: float) -> dict[str, Payout]:
    """Payout curve for every cover of the policy that the event touches.

    `shares` says what part of the event's loss falls under each cover. The event bears one retention, the highest of
    the covers touched, split by these shares (a claim splits it by the actual losses: `coverage.terms`).
    """
    touched = {c: shares[c.cover] for c in policy.covers if shares.get(c.cover, 0.0) > 0}
    if not touched:
        return {}
    highest = max(float(c.retention.amount) for c in touched)
    whole = sum(touched.values())
    return {
        c.cover: cover_payout(c, share=share, retention=highest * share / whole, hourly=hourly)
        for c, share in touched.items()
    }
