"""messages/JOURNEY.LANGUAGE.yaml: the texts of one journey file in another language.

A key names the text (`title`, `time_off.question`), its value is the text. Which texts a journey has is said when it is
checked; here a file is only read.
"""

from __future__ import annotations

from handrail.app.reading.sheet import Sheet
from handrail.language.source.tree import Scalar


def read_translation(sheet: Sheet) -> dict[str, str]:
    """Texts by what they are the text of. What is wrong is noted in the sheet."""
    root = sheet.root("title: …")
    found = {}
    for entry in root.entries if root else ():
        if isinstance(entry.value, Scalar):
            found[entry.key.text] = sheet.text(entry.value, "a text")
        else:
            sheet.shape(entry.value, "one text stands here, and its key is written whole (`time_off.question`)")
    return found
