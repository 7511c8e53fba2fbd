"""Settings become objects; the only room that knows all the others by name."""
