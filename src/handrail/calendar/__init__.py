"""Durations, working time, zones and schedules; the moment is always handed in."""
