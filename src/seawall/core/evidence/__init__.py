"""From answers, observations and certificates to a belief about each control."""
