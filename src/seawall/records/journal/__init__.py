"""The journal: who did what, when, and what it changed, in the same transaction as the change."""
