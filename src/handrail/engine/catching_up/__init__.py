"""What happened while nobody here listened: `polling` what a system can still tell, and the `lost_days` of a restored copy."""
