"""The pages of everyday work: today, what changed, handoffs, one handoff, and those that were picked."""
