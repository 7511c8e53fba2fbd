"""Expression trees: parse, check, compile and explain; nothing here fetches a value."""
