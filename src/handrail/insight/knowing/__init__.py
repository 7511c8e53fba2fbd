"""What questions rest on that stays the same from one to the next."""
