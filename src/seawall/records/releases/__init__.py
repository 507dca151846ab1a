"""Releases: the immutable reference data that every computed number names."""
