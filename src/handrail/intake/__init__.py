"""A raw item becomes an event with a disposition; nothing is decided about runs here."""
