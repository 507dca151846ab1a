"""One assessment: from a submission and its findings to score, losses, fixes and prices, by pure functions."""

from seawall.core.assessment.assess import assess
from seawall.core.assessment.values import Assessment

__all__ = ["Assessment", "assess"]
