"""What a company has: why each asset is taken to be its own, and what a settled dispute takes out of the evidence."""
