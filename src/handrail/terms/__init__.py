"""What every room speaks in: frozen values and their hashes; no clock, no input or output."""
