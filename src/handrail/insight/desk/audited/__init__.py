"""The audit as people ask it: who did what, whom a name means there, and how a row of it is read."""
