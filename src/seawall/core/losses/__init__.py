"""How often, how much, and what a year may cost: frequency, severity, aggregate and exceedance."""
