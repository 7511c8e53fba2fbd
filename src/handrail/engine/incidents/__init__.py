"""Incidents: one for each cause of failures, opened and ended as things stand, told to its owner once a day at most."""
