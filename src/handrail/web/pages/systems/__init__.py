"""Pages of the systems outside: connections, their calls, and bulks."""
