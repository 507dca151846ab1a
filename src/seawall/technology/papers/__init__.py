"""Papers: bilingual PDF documents, set by typst with embedded fonts."""

from .amounts import grouped, in_capitals
from .data import (
    AssessmentPaper,
    ConformityPaper,
    CoverRow,
    Lang,
    PaperKind,
    Premium,
    QuotePaper,
    RequirementRow,
    SchedulePaper,
    SettlementPaper,
)
from .render import KINDS, LANGUAGES, render

__all__ = [
    "KINDS",
    "LANGUAGES",
    "AssessmentPaper",
    "ConformityPaper",
    "CoverRow",
    "Lang",
    "PaperKind",
    "Premium",
    "QuotePaper",
    "RequirementRow",
    "SchedulePaper",
    "SettlementPaper",
    "grouped",
    "in_capitals",
    "render",
]
