"""What authors of journeys and connectors import in their own tests."""

from handrail.testing.cast import Somebody
from handrail.testing.far_side import FarSide, Refusal
from handrail.testing.ground import Ground, ground_of
from handrail.testing.script import Answers, Does, Nothing, Tells
from handrail.testing.stage import Stage

__all__ = ["Answers", "Does", "FarSide", "Ground", "Nothing", "Refusal", "Somebody", "Stage", "Tells", "ground_of"]
