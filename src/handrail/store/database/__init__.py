"""The two databases: one small port, and how SQLite and PostgreSQL each answer it."""
