"""防护·承保: fixes, quotes, referrals, the policy and its premium."""
