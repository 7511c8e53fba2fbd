"""A journey file as it was written: its tree, with a place for every word."""
