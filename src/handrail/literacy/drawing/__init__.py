"""A journey as a picture: lanes are owners and systems, boxes are steps, lines say what follows what, and when.

`drawing_of` lays a plan out, `svg` writes it, `rows` says the same as a table. Nothing here reads a store or a file.
"""
