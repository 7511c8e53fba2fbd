"""The pages, a module each, in rooms by what they are about: what a page shows (one documented value), how that is made, its address.

What several pages share is in `handrail.web.kit`; what is shown comes out of `handrail.insight`.
"""
