from seawall.lifecycle.recover.models.adjustment import AdjustedCover, Adjustment, Determination
from seawall.lifecycle.recover.models.claim import Claim, Closure, Reserve
from seawall.lifecycle.recover.models.payment import Approval, PaidCover, Payment

__all__ = [
    "AdjustedCover", "Adjustment", "Approval", "Claim", "Closure", "Determination", "PaidCover", "Payment", "Reserve",
]  # fmt: skip
