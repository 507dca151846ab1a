"""风险宇宙: what can happen to a company, how often, how badly, and what each control changes."""
