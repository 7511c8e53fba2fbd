"""The pure decisions: start, decide, migrate, post; no clock, no input or output, no dice."""
