"""The systems outside, as people look at them: each connection, its calls, and what is being done for many at once."""
