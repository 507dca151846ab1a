"""Incidents: what kind, how grave by Chinese rules, and whom to tell until when."""
