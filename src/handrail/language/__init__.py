"""The journey language: text to a plan, or to the whole list of what is wrong with it, with places.

`compile_text` is the way in. What may be named (events, actions, teams) is handed in as a catalog; nothing here opens a
file, and nothing here runs a journey.
"""

from handrail.language.compile import Compiled, compile_text
from handrail.language.problems import CODES, print_problem, print_problems
from handrail.language.source.reader import decode, source_of

__all__ = ["CODES", "Compiled", "compile_text", "decode", "print_problem", "print_problems", "source_of"]
