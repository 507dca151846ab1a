from seawall.lifecycle.identify.models.assessment import Assessment
from seawall.lifecycle.identify.models.asset import Asset, Attribution
from seawall.lifecycle.identify.models.consent import Consent
from seawall.lifecycle.identify.models.dispute import Dispute
from seawall.lifecycle.identify.models.imported import Import, ImportFinding
from seawall.lifecycle.identify.models.scan_order import ScanFinding, ScanOrder
from seawall.lifecycle.identify.models.submission import Answer, Submission

__all__ = [
    "Answer",
    "Assessment",
    "Asset",
    "Attribution",
    "Consent",
    "Dispute",
    "Import",
    "ImportFinding",
    "ScanFinding",
    "ScanOrder",
    "Submission",
]
