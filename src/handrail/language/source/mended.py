"""What an author wrote in the wrong shape, put into the right one: the advice of a problem in the author's own words.

Whether what it becomes is right otherwise is said when it is read again. Nothing here says a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from handrail.language.source.tree import Mapping, Node, Scalar, Sequence, Source

_BARE = frozenset({"y", "n", "yes", "no", "on", "off", "null", "true", "false"})
_NOT_IN_A_WORD = re.compile(r"[^\w-]+")


def answers_like(node: Node) -> str:
    """Answers as they are written, from a list of words or from words with commas or `or` between."""
    texts = [text for text in _texts(node, r",| or |/") if _word(text)] or ["approve", "decline"]
    pairs = [f"{_quoted(_word(text))}: {{ stop: {_quoted(text)} }}" for text in texts[1:]]
    listed = ", ".join([f"{_quoted(_word(texts[0]))}: continue", *pairs])
    return f"Say what each leads to: answers: {{ {listed} }}."


def reminders_like(node: Node, fits: Callable[[str], object]) -> str:
    """A list of the reminders that stand there, where each is one."""
    texts = _texts(node, ",")
    try:
        kept = [text for text in texts if fits(text)]
    except ValueError:
        kept = []
    return f"Write [ {', '.join(kept or ['7 days before', '1 day before'])} ]."


def branches_like(node: Node, source: Source) -> str:
    """The first branch of a list with a name, as all are written."""
    first = node.items[0] if isinstance(node, Sequence) and node.items else None
    test = first.get("if") if isinstance(first, Mapping) else None
    asked = written(test, source) if isinstance(test, Scalar) else "…"
    named = f"first: {{ if: {asked}, steps: {{ … }} }}"
    return f"Give each a name: {named}. The last is: others: {{ if: otherwise }}."


def named_like(node: Node) -> str:
    """That each has a name, and where it stands."""
    instead = " instead of the dash" if isinstance(node, Sequence) else ""
    return (
        f"Give each a name with a colon{instead}, as in `first_one:`, and write what belongs to it on the lines below."
    )


def move_like(text: str, moves: Collection[str]) -> str:
    """The move that a text begins with, as a move is written, or ""."""
    for move in sorted(moves, key=len, reverse=True):
        begun = re.match(move.replace("_", "[ _-]") + r"[\s:–-]+(?:the )?(?=\S)", text, re.IGNORECASE)
        if begun is not None:
            return f"Write {{ {move}: {_quoted(text[begun.end() :])} }}."
    return ""


def owners_like(node: Node) -> str:
    """The owners of a list, one after the other, or ""."""
    texts = _texts(node, None)
    return f"Write {' or '.join(texts)}: the second where the first cannot be found." if len(texts) > 1 else ""


def written(node: Node, source: Source) -> str:
    """What stands at the node in its line of the file, up to the bracket that closes it."""
    line = source.lines[node.place.line - 1][node.place.column - 1 :] if node.place.line <= len(source.lines) else ""
    if isinstance(node, Scalar):
        return line[: node.place.length + 2 * node.quoted] or node.text
    depth = 0
    for at, letter in enumerate(line):
        depth += (letter in "{[") - (letter in "}]")
        if depth == 0:
            return line[: at + 1]
    return ""


def _texts(node: Node, between: str | None) -> list[str]:
    """The texts of a list, or the parts of one text."""
    if isinstance(node, Sequence):
        return [one.text for one in node.items if isinstance(one, Scalar) and one.text]
    if not isinstance(node, Scalar) or between is None:
        return []
    return [part.strip() for part in re.split(between, node.text) if part.strip()]


def _word(text: str) -> str:
    """The text as one word, as an answer is: *Two more weeks* is two_more_weeks."""
    word = _NOT_IN_A_WORD.sub("_", text.strip().lower()).strip("_")
    return word if word[:1].isalpha() else ""


def _quoted(text: str) -> str:
    """The text as it stands in braces."""
    return f'"{text}"' if text.lower() in _BARE or re.search(r"[,\[\]{}#?]|: ", text) else text
