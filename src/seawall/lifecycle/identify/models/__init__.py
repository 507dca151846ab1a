from seawall.lifecycle.identify.models.assessment import Assessment
from seawall.lifecycle.identify.models.consent import Consent
from seawall.lifecycle.identify.models.scan_order import ScanFinding, ScanOrder
from seawall.lifecycle.identify.models.submission import Answer, Submission

__all__ = ["Answer", "Assessment", "Consent", "ScanFinding", "ScanOrder", "Submission"]
