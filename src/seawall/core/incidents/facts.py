"""What is known of an incident. None means not known yet, and is never taken for no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from seawall.core.money import Money

OPERATORS = ("critical_infrastructure", "central_body", "other")


@dataclass(frozen=True, slots=True)
class Incident:
    """Times are aware; `operator` is one of `OPERATORS`; shares lie in [0, 1]; outages are in minutes.

    `jurisdictions` are the codes used in the notification release (CN, EU, US, US-NY). `anchors` are moments that start
    further clocks: `classified_at`, `handled_at`, `extortion_paid_at`, and those of the claim.
    A naive time or an unknown operator raises `ValueError`.
    """

    discovered_at: datetime
    jurisdictions: frozenset[str]
    operator: str = "other"
    categories: tuple[str, ...] = ()
    sectors: frozenset[str] = frozenset()
    personal_data: bool | None = None
    people_affected: int | None = None
    sensitive_people_affected: int | None = None
    high_risk_to_people: bool | None = None
    direct_loss: Money | None = None
    whole_outage_minutes: int | None = None
    main_function_outage_minutes: int | None = None
    public_site_outage_minutes: int | None = None
    population_share: float | None = None
    population_span: str | None = None
    daily_life_people: int | None = None
    significant: bool | None = None
    major_ict: bool | None = None
    material: bool | None = None
    public_interest_at_risk: bool | None = None
    ransomware: bool | None = None
    extortion_paid: bool | None = None
    anchors: Mapping[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A naive time would shift every deadline by hours without a trace."""
        for name, moment in {"discovered_at": self.discovered_at, **self.anchors}.items():
            if moment.utcoffset() is None:
                raise ValueError(f"{name} must be an aware time")
        if self.operator not in OPERATORS:
            raise ValueError(f"unknown operator: {self.operator!r}")

    def facts(self) -> dict[str, Any]:
        """Facts by name, as conditions read them; `direct_loss_cny` only when the loss is in CNY.

        `category_classes` are the classes of the categories ("MI" of "MI-07"); without a category neither is known.
        """
        left_out = ("anchors", "direct_loss", "categories")
        named = {spec.name: getattr(self, spec.name) for spec in fields(self) if spec.name not in left_out}
        loss = self.direct_loss
        named["direct_loss_cny"] = loss.amount if loss is not None and loss.currency == "CNY" else None
        named["categories"] = self.categories or None
        named["category_classes"] = tuple(dict.fromkeys(c.split("-")[0] for c in self.categories)) or None
        return named
