"""风险-定损: a worksheet for each cover, and the bridge from what was claimed to what is paid."""
