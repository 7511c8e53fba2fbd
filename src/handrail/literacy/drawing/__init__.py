"""A journey as a picture: lanes are owners and systems, boxes are steps, lines say what follows what, and when.

`map_of` lays a plan out, `svg` writes the map as one picture and `pieces` as one picture a band; `Map.rows` says the same as a table.
Nothing here reads a store or a file.
"""

from handrail.literacy.drawing.graph import Row
from handrail.literacy.drawing.picture import Map, map_of
from handrail.literacy.drawing.sheet import sheet
from handrail.literacy.drawing.writing import pieces, svg

__all__ = ["Map", "Row", "map_of", "pieces", "sheet", "svg"]
