"""What every story has: somebody's hands. A test that asks for them is told twice."""

from __future__ import annotations

import pytest
from tests.web.stories.hands import Hands, Keyboard, Mouse


@pytest.fixture(params=[Mouse, Keyboard], ids=["by mouse", "by keyboard alone"])
def hands(request: pytest.FixtureRequest) -> type[Hands]:
    """How somebody uses a page: `hands(seen)` are theirs at a window."""
    found: type[Hands] = request.param
    return found
