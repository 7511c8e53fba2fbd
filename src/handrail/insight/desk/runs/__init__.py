"""The runs of one journey as a list: which they are, and how each stands."""
