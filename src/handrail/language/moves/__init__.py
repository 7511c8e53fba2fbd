"""Moves: each by itself, the lists they stand in, and what they share with steps of the same name."""
