"""The lower half of the parser: a text cut into tokens, and the values read from them."""
