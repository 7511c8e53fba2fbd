"""The commands that read one journey to somebody. They change nothing and need no database."""
