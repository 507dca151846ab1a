"""风险-评估: the GB/T 20984 value and level, and the posture score on the loss model."""
