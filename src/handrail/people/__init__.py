"""Canonical people and their versions, mappings, identity, drift and guards.

`rows` → `canonical` (a row becomes a sighting) → `compare` (a sighting becomes a difference) for one person; `sync` and
`syncing` for a file; `telling` for a webhook; `mappings` for what an organization writes; `ports` for what is kept.
"""
