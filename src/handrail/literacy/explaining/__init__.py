"""A journey as plain English: every trigger, owner, limit, move and failure, from the plan and nothing else.

`explain` is the way in; what it gives is an `Explanation`, which `layout` writes as text.
"""

from handrail.literacy.explaining.explain import explain
from handrail.literacy.explaining.explanation import FOUR, QUESTIONS, Explanation, Question, Section, Sentence, StepTold
from handrail.literacy.explaining.glossary import NO_GLOSSARY, Glossary, told_by
from handrail.literacy.explaining.layout import as_text

__all__ = [
    "FOUR",
    "NO_GLOSSARY",
    "QUESTIONS",
    "Explanation",
    "Glossary",
    "Question",
    "Section",
    "Sentence",
    "StepTold",
    "as_text",
    "explain",
    "told_by",
]
