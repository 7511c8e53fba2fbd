"""What people change by hand, seen: movings of open runs to another version, and overrides."""
