"""People, one of them, one of their runs, and what concerns somebody themself."""
