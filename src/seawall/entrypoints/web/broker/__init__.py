"""The desk of the broker."""
