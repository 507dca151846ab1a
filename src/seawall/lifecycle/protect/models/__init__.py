from seawall.lifecycle.protect.models.ledger import LedgerEntry
from seawall.lifecycle.protect.models.policy import Policy, PolicyDocument
from seawall.lifecycle.protect.models.quote import Quote, QuoteOption, Referral
from seawall.lifecycle.protect.models.remediation import Remediation

__all__ = ["LedgerEntry", "Policy", "PolicyDocument", "Quote", "QuoteOption", "Referral", "Remediation"]
