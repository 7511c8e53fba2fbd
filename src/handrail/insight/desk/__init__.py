"""What somebody sees who sits down in the morning: what is stuck, whose turn it is, what changed. Fast however many runs there are."""
