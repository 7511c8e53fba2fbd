"""What every test shares: how hard Hypothesis looks, and that a failure can be repeated.

Worlds, people and journeys for tests are made in `handrail.testing`, not here.
"""

from hypothesis import settings

# No deadline: two shared cores are slow at times, and slowness is measured by bench/, not by a test.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")
