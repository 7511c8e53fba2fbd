"""The connector to an assessment tool: registrations, and scores with their corrections and withdrawals."""

from handrail.connect.assessment.effects import AssessmentConnector
from handrail.connect.assessment.settings import AssessmentSettings

__all__ = ["AssessmentConnector", "AssessmentSettings"]
