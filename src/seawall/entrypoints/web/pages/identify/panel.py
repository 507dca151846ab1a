"""The indication beside the questionnaire: score, premiums, what is not seen yet, how far the answers have got."""

from __future__ import annotations

from typing import Any

from seawall.core.money import Money
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web.addresses import address
from seawall.lifecycle.identify.queries.answers import Asking

PRODUCTS = ("sme", "system", "bespoke")


def panel(asking: Asking, *, desk: str, language: str) -> dict[str, Any]:
    """What the panel shows; `refused` are sentences when nothing can be said, such as for a currency without rates."""
    progress, library = asking.form.progress, asking.library
    asked = asking.submission.document.get("request", {})
    shown: dict[str, Any] = {
        "progress": progress,
        "open": progress.asked - progress.answered,
        "controls": len(library.controls.priors),
        "url": address(desk, "submission", asking.submission.pk),
        "limit": _money(asked.get("limit")),
    }
    now = asking.indication
    if now is None:
        return {**shown, "refused": [sentence(problem) for problem in asking.problems]}
    order = [p for p in PRODUCTS if p in library.products] + [p for p in library.products if p not in PRODUCTS]
    premiums = [
        {
            "code": code,
            "name": library.products[code].name[language],
            "premium": now.premiums[code],
            "range": now.ranges[code],
            "asked": code == asked.get("product"),
        }
        for code in order
    ]
    chosen = next((p for p in premiums if p["asked"]), None) or next((p for p in premiums if p["premium"]), None)
    seen = len(library.controls.priors) - now.unseen
    return {**shown, "now": now, "premiums": premiums, "chosen": chosen, "seen": seen}


def _money(stored: Any) -> Money | None:
    if not isinstance(stored, dict):
        return None
    return Money.of(str(stored["amount"]), str(stored["currency"]))
