"""YAML to a tree with places, as strict as the language asks (LANGUAGE.md, "YAML").

PyYAML's parser gives events, its C one where it was built in; both give the same tree. Every scalar is kept as
written. What other YAML readers would read otherwise (`no`, anchors, tags, tabs) is refused with the advice that
mends it. What keys mean is not known here.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import yaml

from handrail.language.source.tree import Entry, Mapping, Node, Scalar, Sequence, Source
from handrail.terms.problem import Place, Problem

SIZE_MAX: Final = 1_000_000
DEPTH_MAX: Final = 40
Loader: TypeAlias = "type[yaml.SafeLoader] | type[yaml.CSafeLoader]"
LOADER: Final[Loader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The faster of PyYAML's two parsers that is there."""

_BARE: Final = frozenset({"yes", "no", "on", "off", "y", "n", "null", "~"})
_QUOTE_IT: Final = 'Text that begins with { [ " \' or holds ": " or " #" is quoted: "…".'
_FLOW_QUOTE: Final = "Text with , ? [ ] { } inside { } or [ ] is quoted."

# What PyYAML says (both parsers), what we say, what to do. The first part found in its text counts.
_SYNTAX: Final = (
    ("mapping values are not allowed", 'a second ": " stands in one line', 'Text that holds ": " is quoted: "…".'),
    ("expected ',' or", "a bracket is not closed, or a text in it is not quoted", _FLOW_QUOTE),
    ("did not find expected ',' or", "a bracket is not closed, or a text in it is not quoted", _FLOW_QUOTE),
    ("node content", "a bracket holds something that cannot stand there", _FLOW_QUOTE),
    ("'-' indicator", "this does not fit the list before it", "Items of one list begin with - in one column."),
    ("block end", "this does not fit what stands before it", "Keys of one level begin in one column. " + _QUOTE_IT),
    ("expected key", "this does not fit what stands before it", "Keys of one level begin in one column. " + _QUOTE_IT),
    ("end of stream", "a quote or bracket is opened and never closed", "Close it."),
    ("expected ':'", "a key without a colon", 'Write "key: value", with a space after the colon.'),
    ("cannot start any token", "a text cannot begin with this sign", 'Put the text in quotes: "…".'),
    ("escape", "a backslash in double quotes begins an escape that does not exist", "Write it twice, or use single quotes."),
    ("block sequence entries", "a list cannot begin in this line", "Put each - in a line of its own, under its key."),
)  # fmt: skip


_Tagged: TypeAlias = "yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent"


class _Open:
    """A mapping or sequence that is being read."""

    __slots__ = ("children", "flow", "kind", "place")

    def __init__(self, kind: str, place: Place, *, flow: bool) -> None:
        self.kind = kind
        self.place = place
        self.flow = flow
        self.children: list[Node] = []


class _Reading:
    """Events in, tree and problems out."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0
        self.last_line = 0
        self.last: Place | None = None
        self.long_quote: Place | None = None

    def say(self, code: str, place: Place, message: str, advice: str) -> None:
        self.problems.append(Problem(place, code, message, advice=advice))

    def place(self, event: yaml.Event) -> Place:
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        line = self.source.lines[start.line] if start.line < len(self.source.lines) else ""
        stop = end.column if end.line == start.line else len(line.rstrip())
        return Place(self.source.file, start.line + 1, start.column + 1, max(1, stop - start.column))

    def unclosed(self) -> Problem | None:
        """Where a quote or bracket was opened that was probably meant to be closed in its line."""
        if self.long_quote is not None:
            message = "this quote is closed only in a later line"
            return Problem(self.long_quote, "J101", message, advice="Close it where the text ends.")
        flows = [one.place for one in self.open if one.flow]
        if flows and self.last_line > flows[0].line:
            return Problem(flows[0], "J101", "this bracket is not closed", advice=f"Close it. {_FLOW_QUOTE}")
        return None

    def take(self, event: yaml.Event) -> bool:
        """Reads one event; false when nothing after it can be read."""
        match event:
            case yaml.DocumentStartEvent():
                return self.document(event)
            case yaml.AliasEvent():
                self.anchored(event, "*")
                self.add(Scalar("", quoted=True, place=self.place(event)))
            case yaml.ScalarEvent():
                self.scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                return self.begin(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.end()
            case _:
                pass
        return True

    def document(self, event: yaml.DocumentStartEvent) -> bool:
        self.documents += 1
        if self.documents > 1:
            place = self.place(event)
            self.say("J102", place, "a second document begins here", "Put each journey in a file of its own.")
            return False
        if event.version or event.tags:
            self.say(
                "J102",
                Place(self.source.file, 1, 1, 1),
                "a directive (%YAML, %TAG) stands before the journey",
                "Leave it out.",
            )
        return True

    def anchored(self, event: yaml.NodeEvent, sign: str) -> None:
        self.say(
            "J102",
            self.place(event),
            f"{sign}{event.anchor} is an anchor or a reference to one, and other tools lose them",
            "Write the part out again, or put it under `defaults:`.",
        )

    def tagged(self, event: _Tagged) -> None:
        if event.anchor:
            self.anchored(event, "&")
        if event.tag and event.tag != "!":
            self.say(
                "J102", self.place(event), f"the tag {event.tag} changes how a value is read", "Leave the tag out."
            )

    def scalar(self, event: yaml.ScalarEvent) -> None:
        self.tagged(event)
        place = self.place(event)
        if not event.value and not event.style and self.last is not None:
            after = self.last.column + self.last.length + 1
            place = Place(place.file, self.last.line, after)  # the two parsers differ in where nothing stands
        self.last = place
        end = event.end_mark
        assert end is not None
        self.last_line = end.line + 1
        self.long_quote = place if event.style in {'"', "'"} and end.line + 1 > place.line else None
        if not event.style:
            self.bare(event.value, place)
            if "?" in event.value and any(one.flow for one in self.open):
                self.say("J102", place, "a text with ? stands in brackets without quotes", _FLOW_QUOTE)
        self.add(Scalar(event.value, bool(event.style), place))

    def bare(self, text: str, place: Place) -> None:
        """What other YAML readers would not read as the text that it is."""
        if text.lower() in _BARE:
            self.say(
                "J102",
                place,
                f"the bare word {text} is a truth value or nothing in other YAML readers",
                f'Write "{text}" in quotes if the word is meant; true or false for a truth value.',
            )
        elif text.lower() in {"true", "false"} and text not in {"true", "false"}:
            self.say("J102", place, f"{text} is not written as a truth value", f"Write {text.lower()}.")

    def begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> bool:
        self.tagged(event)
        kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
        place = self.place(event)
        self.open.append(_Open(kind, place, flow=bool(event.flow_style)))
        if len(self.open) > DEPTH_MAX:
            self.say("J101", place, f"this is nested more than {DEPTH_MAX} deep", "Make two journeys of it.")
            return False
        return True

    def end(self) -> None:
        done = self.open.pop()
        if done.kind == "sequence":
            self.add(Sequence(tuple(done.children), done.place, done.flow))
        else:
            self.add(self.mapping(done))

    def mapping(self, done: _Open) -> Mapping:
        entries: dict[str, Entry] = {}
        for key, value in zip(done.children[::2], done.children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.say("J102", key.place, "a key must be a single word", 'A value in braces is quoted: "{…}".')
            elif key.text in entries:
                line = entries[key.text].key.place.line
                self.say(
                    "J103",
                    key.place,
                    f'the key "{key.text}" stands here a second time (first in line {line})',
                    "Keep one of them.",
                )
            else:
                entries[key.text] = Entry(key, value)
        return Mapping(tuple(entries.values()), done.place, done.flow)

    def add(self, node: Node) -> None:
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node


def source_of(text: str, file: str) -> Source:
    """The file's lines. A mark of the byte order and the line ends of other systems are read over."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Source(file, tuple(plain.split("\n")))


def _unreadable(source: Source) -> list[Problem]:
    """Signs that no journey needs and that YAML readers disagree on."""
    found: list[Problem] = []
    for number, line in enumerate(source.lines, 1):
        for column, letter in enumerate(line, 1):
            if letter == "\t":
                place = Place(source.file, number, column)
                found.append(Problem(place, "J102", "a tab stands here", advice="Use spaces."))
                break
            if not letter.isprintable() and letter not in "\u00a0\u200b\u200c\u200d\u00ad":
                place = Place(source.file, number, column)
                message = f"the character U+{ord(letter):04X} cannot be read"
                found.append(Problem(place, "J100", message, advice="Delete it."))
                break
    return found


def _syntax(error: yaml.MarkedYAMLError, source: Source) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    line = min(line, len(source.lines) - 1)
    place = Place(source.file, line + 1, min(column, len(source.lines[line])) + 1)
    said = f"{error.problem} {error.context}"
    for part, message, advice in _SYNTAX:
        if part in said:
            return Problem(place, "J101", message, advice=advice)
    return Problem(place, "J101", "this is not YAML that can be read", advice=_QUOTE_IT)


def read(source: Source, loader: Loader | None = None) -> tuple[Mapping | None, list[Problem]]:
    """The tree of a file and everything wrong with its YAML; no tree where it cannot be read as a mapping."""
    if sum(map(len, source.lines)) > SIZE_MAX:
        message = f"the file has more than {SIZE_MAX} characters"
        return None, [Problem(Place(source.file, 1, 1), "J100", message, advice="Make several journeys of it.")]
    wrong = _unreadable(source)
    if wrong:
        return None, wrong
    reading = _Reading(source)
    try:
        for event in yaml.parse("\n".join(source.lines), loader or LOADER):
            if not reading.take(event):
                break
    except yaml.MarkedYAMLError as error:
        return None, [*reading.problems, reading.unclosed() or _syntax(error, source)]
    if isinstance(reading.root, Mapping):
        return reading.root, reading.problems
    if not reading.problems:
        empty = reading.root is None or (isinstance(reading.root, Scalar) and not reading.root.text)
        message = "the file is empty" if empty else "a journey is a list of keys with values, and this is none"
        advice = "Begin with `journey: name`; `handrail init` writes one to start from."
        reading.say("J100", Place(source.file, 1, 1), message, advice)
    return None, reading.problems


def decode(raw: bytes, file: str) -> tuple[str, list[Problem]]:
    """The text of a file's bytes, or a problem with its place where they are not UTF-8."""
    try:
        return raw.decode("utf-8"), []
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        message = f"the byte 0x{raw[error.start]:02X} is not UTF-8"
        place = Place(file, line, column)
        return "", [Problem(place, "J100", message, advice="Save the file as UTF-8.")]
