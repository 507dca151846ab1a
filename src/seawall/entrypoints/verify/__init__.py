"""The verifier that people run without the platform."""
