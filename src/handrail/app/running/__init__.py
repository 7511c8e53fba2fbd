"""What a running organization has beside its engine: a clock of its own, and a door for commands."""
