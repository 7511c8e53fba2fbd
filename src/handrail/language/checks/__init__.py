"""Checks of the whole journey: what cannot be seen from one key alone (LANGUAGE.md, "What the checker must also find").

One module a question; each says what it finds to the draft and changes nothing.
"""
