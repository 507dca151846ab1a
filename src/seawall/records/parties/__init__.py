"""Parties: tenants, organisations, people, roles, mandates and tokens."""
