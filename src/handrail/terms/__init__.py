"""What every room speaks in: frozen values and their hashes; no clock, no input or output.

Those made by the thousand say `gc=False`: a term is made of terms that were there before it, so that no cycle leads through
it, and the collector of cycles need not follow it.
"""
