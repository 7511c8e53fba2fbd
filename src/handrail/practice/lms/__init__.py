"""The practice LMS: accounts, courses, enrollments single and in bulk, completions, and the witness of its journal."""

from handrail.practice.lms.book import Enrollment, LmsSettings
from handrail.practice.lms.service import Lms
from handrail.practice.lms.witness import Witness

__all__ = ["Enrollment", "Lms", "LmsSettings", "Witness"]
