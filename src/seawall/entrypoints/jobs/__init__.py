"""Jobs: the only place that joins technology to the life cycle."""
