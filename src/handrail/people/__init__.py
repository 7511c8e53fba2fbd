"""Canonical people and their versions, mappings, identity, drift and guards."""
