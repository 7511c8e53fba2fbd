"""The pages, a module each: what it shows (one documented value), how that is made, and its address.

What several pages share is in `handrail.web.kit`; what is shown comes out of `handrail.insight`.
"""
