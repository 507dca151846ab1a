"""The demonstration: everything running on one machine, with a fictional bilingual book and a lab to scan."""
