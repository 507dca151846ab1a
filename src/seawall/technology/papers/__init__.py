"""Papers: bilingual PDF documents, set by typst with embedded fonts."""

from .amounts import grouped, in_capitals
from .data import (
    AssessmentPaper,
    CoverRow,
    Lang,
    PaperKind,
    Premium,
    QuotePaper,
    SchedulePaper,
    SettlementPaper,
)
from .render import KINDS, LANGUAGES, render

__all__ = [
    "KINDS",
    "LANGUAGES",
    "AssessmentPaper",
    "CoverRow",
    "Lang",
    "PaperKind",
    "Premium",
    "QuotePaper",
    "SchedulePaper",
    "SettlementPaper",
    "grouped",
    "in_capitals",
    "render",
]
