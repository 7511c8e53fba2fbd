"""What people do about what is held, from the console: a mapping is mended, and a file gone through again."""
