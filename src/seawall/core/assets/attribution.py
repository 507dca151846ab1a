"""Why an asset is the company's: signs, and how sure they make it together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from seawall.core.documents import Node
from seawall.core.texts import Text

SURE = 0.99


@dataclass(frozen=True, slots=True)
class Sign:
    """One kind of sign: which source it comes from, how sure it makes it alone, and its sentence by language."""

    code: str
    source: str
    confidence: float
    text: Text

    def said(self, language: str, params: Mapping[str, str]) -> str:
        """The sentence with its parameters; one that is missing is left out."""
        filled = dict.fromkeys(_PARAMS, "–") | {key: str(value) for key, value in params.items()}
        return self.text[language] % filled


_PARAMS = ("submission", "domain", "by", "vendor", "vendor_en", "tool", "file")


def read_signs(node: Node) -> dict[str, Sign]:
    """The signs by code, with every problem noted on the node."""
    signs = {}
    for code, entry in node.entries("attribution"):
        entry.only("source", "confidence", "text")
        text = entry.text("text")
        for language, sentence in text.items():
            try:
                sentence % dict.fromkeys(_PARAMS, "")
            except (KeyError, ValueError, TypeError):
                entry.problems.add(f"{entry.at('text')}.{language}", "document.form", text=sentence[:80])
        signs[code] = Sign(code, entry.string("source"), entry.number("confidence", 0.01, SURE), text)
    return signs


def confidence(signs: Iterable[Sign]) -> float:
    """How likely the asset is the company's, in [0, `SURE`]: 1 − ∏ (1 − c) over the surest sign of each source.

    Signs of one source share their errors, so more of them add nothing; sources are taken to err independently. No
    sign at all is 0. The order does not matter.
    """
    surest: dict[str, float] = {}
    for sign in signs:
        surest[sign.source] = max(sign.confidence, surest.get(sign.source, 0.0))
    # fsum keeps the result independent of order to the last bit.
    return min(SURE, -math.expm1(math.fsum(math.log1p(-c) for c in surest.values())))
