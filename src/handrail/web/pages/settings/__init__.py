"""The pages of *settings*: accounts and their roles and sessions, tokens of programs. Delegates are everybody's, and stand here too."""
