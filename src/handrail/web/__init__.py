"""Pages and the API; a page shows what the rooms below reckoned."""
