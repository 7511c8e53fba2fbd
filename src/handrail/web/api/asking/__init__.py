"""What programs look at, and cannot change: people, journeys, runs, handoffs, what is held, why; and the reports."""
