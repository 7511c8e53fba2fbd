"""The journey language: text to a plan, or to the whole list of what is wrong with it, with places.

`compile_text` is the way in. What may be named (events, actions, teams) is handed in as a catalog; nothing here opens a
file, and nothing here runs a journey.
"""

from handrail.language.compile import Compiled, compile_text
from handrail.language.editor import json_schema
from handrail.language.problems import CODES, print_problem, print_problems
from handrail.language.source.reader import decode, source_of
from handrail.language.starts import head_of

__all__ = [
    "CODES",
    "Compiled",
    "compile_text",
    "decode",
    "head_of",
    "json_schema",
    "print_problem",
    "print_problems",
    "source_of",
]
