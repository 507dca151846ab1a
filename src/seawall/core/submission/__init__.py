"""The submission document: its shape, how it is read and checked, and how it is written."""

from seawall.core.submission.model import Answer, Certificate, Company, ConsentGiven, Request, Submission, Vendor

__all__ = [
    "Answer",
    "Certificate",
    "Company",
    "ConsentGiven",
    "Request",
    "Submission",
    "Vendor",
]
