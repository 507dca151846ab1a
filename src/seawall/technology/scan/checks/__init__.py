"""One module for one group of checks: what to ask, and what the answer means."""
