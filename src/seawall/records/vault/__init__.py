"""The evidence vault: files and observations in an append-only Merkle log with signed heads."""
