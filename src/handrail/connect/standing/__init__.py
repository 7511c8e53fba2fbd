"""What a connection's row keeps for people to read: its last good contact, how it failed, how much it was used, who paused it."""
