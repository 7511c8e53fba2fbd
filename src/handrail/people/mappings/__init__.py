"""Mappings: how the columns of one source become the fields of a person; read, checked, proposed and mended.

Nothing here reads a row: that is the work of `handrail.people.canonical`.
"""
