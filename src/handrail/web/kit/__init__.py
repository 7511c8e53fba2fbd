"""What every page stands on: the look, the words, lists with filters and exports, the live line, errors.

A page itself is a module in `handrail.web.pages`; how one is made is in CONTRIBUTING.md ("A page").
"""
