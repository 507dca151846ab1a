"""A release as the core reads it: by kind, the reader that finds everything wrong with a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from seawall import reference
from seawall.core.assets.rules import AssetRules
from seawall.core.coverage.products import Product
from seawall.core.evidence.controls import Controls
from seawall.core.evidence.observations import Checks
from seawall.core.evidence.questionnaire import Questionnaire
from seawall.core.incidents.categories import load_categories
from seawall.core.incidents.clocks import load_clocks
from seawall.core.liability.wording import load_wording
from seawall.core.pricing.appetite import load_appetite
from seawall.core.pricing.manual import load_manual
from seawall.core.problems import Refused
from seawall.core.scoring.gbt20984 import load_method
from seawall.core.universe.load import load_universe


class UnknownKind(Refused):
    """The platform has no use for documents of this kind."""

    code = "release.unknown_kind"
    status = 422


def _standard(document: reference.Document) -> None:
    reader = STANDARDS.get(document.header.id)
    if reader is not None:
        reader(document)


READERS: Mapping[str, Callable[[reference.Document], Any]] = {
    "universe": load_universe,
    "controls": lambda d: Controls.load(d.body),
    "questionnaires": lambda d: Questionnaire.load(d.body),
    "checks": lambda d: Checks.load(d.body),
    "assets": lambda d: AssetRules.load(d.body),
    "products": Product.load,
    "wordings": lambda d: load_wording(d.body, id=d.header.id, version=d.header.version),
    "rating": lambda d: load_manual(d.body, id=d.header.id, version=d.header.version),
    "appetite": lambda d: load_appetite(d.body),
    "standards": _standard,
    # Made by runs of `records.feeds`, which read them; nobody hands one in.
    "feeds": lambda d: d.body["entries"].items(),
}
# Standards are tables of different shapes; those without a reader are kept as they are, to be shown.
STANDARDS: Mapping[str, Callable[[reference.Document], Any]] = {
    "gbt20984-2022": load_method,
    "gbt20986-2023": lambda d: load_categories(d.body),
    "notification": lambda d: load_clocks(d.body),
}


def check(document: reference.Document) -> None:
    """Raise `Invalid` with everything wrong in `document`, or `UnknownKind`."""
    reader = READERS.get(document.header.kind)
    if reader is None:
        raise UnknownKind("kind", kind=document.header.kind)
    reader(document)
