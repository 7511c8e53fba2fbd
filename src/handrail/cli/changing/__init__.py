"""Commands by which people change what is under way: open runs of a changed journey, overrides."""
