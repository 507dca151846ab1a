"""风险-定责: three gates in order — liable, loss proven, in scope — each with its clauses, facts and evidence."""
