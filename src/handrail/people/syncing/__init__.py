"""The steps of a sync: the judgment of a whole file, what becomes of its rows, managers linked, the owner told.

Their order, and what ends a sync, is in `handrail.people.sync`.
"""
