"""Who comes in: accounts, passwords, sessions, the identity provider of an organization; and what is written down of it."""
