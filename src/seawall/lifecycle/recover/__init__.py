"""恢复·理赔: the claim: 定责, 定损, reserve, payment, and what was learned."""
