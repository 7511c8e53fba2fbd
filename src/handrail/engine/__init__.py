"""The drivers that work: they read the clock, ask the core and commit what it decides."""
