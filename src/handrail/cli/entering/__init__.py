"""Who may come in: tokens of programs, accounts of people."""
