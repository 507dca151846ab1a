"""Standards, laws and models as libraries of requirements, and how far a company is believed to meet them."""
