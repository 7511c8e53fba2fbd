"""Who may come in: accounts, their roles, sessions, and how often somebody may try."""
