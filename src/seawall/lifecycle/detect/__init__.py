"""检测: the watch over a bound company, observations and alerts."""
