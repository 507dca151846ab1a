"""The desk of the insured."""
