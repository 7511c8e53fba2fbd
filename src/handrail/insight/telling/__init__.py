"""How an answer is said: values, clauses and reasons in words for people who do not program."""
