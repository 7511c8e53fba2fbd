"""What can be wrong with a workspace: the codes, each with its heading in docs/reference/workspace.md.

What is wrong with YAML itself has the codes of the journey language, what is wrong with a mapping those of mappings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CODES: Final[Mapping[str, str]] = {
    "W101": "No workspace here",
    "W102": "An unknown key",
    "W103": "A key is missing",
    "W104": "The wrong shape",
    "W105": "Not written as it is asked for",
    "W106": "A name that does not exist",
    "W107": "A secret in the open",
    "W108": "A message that cannot be read",
    "W109": "Two files of one name",
    "W110": "A file that does not belong here",
    "W111": "Nobody known by that name",
    "W112": "A calendar that cannot be built",
    "W113": "A field of a person with two meanings",
    "W114": "A connection that cannot be set up so",
    "W115": "An open question",
}
