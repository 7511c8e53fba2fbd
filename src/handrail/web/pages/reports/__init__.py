"""*Reports*: numbers over many runs, each opening its list. Which there are, and what they count, stands in `insight.reports`."""
