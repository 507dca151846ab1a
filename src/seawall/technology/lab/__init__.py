"""Real servers on loopback: fictional companies to scan, in tests and in the demonstration."""

from .authority import Authorities, Wanted
from .cast import PLANS, RECORDS, TIDY, Plan
from .lab import Lab
from .services import Page, WebState

__all__ = ["PLANS", "RECORDS", "TIDY", "Authorities", "Lab", "Page", "Plan", "Wanted", "WebState"]
