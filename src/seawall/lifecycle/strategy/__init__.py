"""策略: what the insurer wants to insure: appetite, products, wordings, the rating plan, the panel."""
