"""The submission document: its shape, how it is read and checked, and how it is written."""

from seawall.core.submission.codes import CERTIFICATE_STANDARDS, PRODUCTS, VENDOR_CATEGORIES, industry_exists
from seawall.core.submission.fields import SHAPE_CODES
from seawall.core.submission.hosts import host_name, lies_under
from seawall.core.submission.model import Answer, Certificate, Company, ConsentGiven, Request, Submission, Vendor
from seawall.core.submission.reading import read
from seawall.core.submission.schema import SCHEMA
from seawall.core.submission.writing import write

__all__ = [
    "CERTIFICATE_STANDARDS",
    "PRODUCTS",
    "SCHEMA",
    "SHAPE_CODES",
    "VENDOR_CATEGORIES",
    "Answer",
    "Certificate",
    "Company",
    "ConsentGiven",
    "Request",
    "Submission",
    "Vendor",
    "host_name",
    "industry_exists",
    "lies_under",
    "read",
    "write",
]
