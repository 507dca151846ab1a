"""The outside-in scan. Each check asks (I/O) apart from judging (pure); an error is a result."""

from .names import NameSeen
from .runner import Asset, Progress, ScanResult, scan
from .vendors import VendorSeen
from .verdicts import CHECKS, DOMAIN_CHECKS, HOST_CHECKS, NOT_APPLICABLE

__all__ = [
    "CHECKS",
    "DOMAIN_CHECKS",
    "HOST_CHECKS",
    "NOT_APPLICABLE",
    "Asset",
    "NameSeen",
    "Progress",
    "ScanResult",
    "VendorSeen",
    "scan",
]
