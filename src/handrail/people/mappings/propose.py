"""A first mapping for an export nobody has described yet: by the names of its columns and what stands in them.

What it is unsure of stands in the file as a question, on a line that begins with `# QUESTION`. The proposal can be
read and used as it is; nothing is applied by making it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from handrail.people.mappings.columns import Column, columns_of, date_formats, turned
from handrail.people.mappings.mend import plain
from handrail.people.mappings.words import FIELD_NAMES, KEY_NAMES, SHAPES, VOCABULARIES
from handrail.people.rows import Opener, inspect, rows
from handrail.terms.person import DATE_FIELDS

ROWS_MAX: Final = 100_000
WORDS_MAX: Final = 40
NEAR: Final = 0.82
EXAMPLES: Final = 5
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_DAYS: Final = re.compile(r"(?<!\d)20\d{6}(?!\d)")


class NoProposal(ValueError):
    """The file gives nothing to go by; the text says why and what to do."""


class Proposal(Struct, frozen=True):
    """`text` is the mapping's file; `questions` are those in it, in order; `fields` which column fills which field."""

    text: str
    questions: tuple[str, ...]
    fields: Mapping[str, str]


def propose(open_file: Opener, file_name: str, owner: str = "team:people-data") -> Proposal:
    """A mapping for the file, which is named `file_name`. Looks at its first 100,000 rows.

    Throws `NoProposal` for a file that is empty, unreadable, or has no column whose values name one row each.
    """
    layout = inspect(open_file, ())
    if layout.problem or not layout.header:
        raise NoProposal(f"{file_name}: {layout.problem or 'the file is empty'}.")
    readable = (cells for number, _, cells, problem in rows(open_file, layout) if not problem and number <= ROWS_MAX)
    columns = {column.name: column for column in columns_of(layout.header, readable)}
    key = _key(columns)
    if key is None:
        raise NoProposal(f"{file_name}: {_why_no_key(columns)}")
    writing = _Writing(columns, key)
    writing.assign()
    return writing.proposal(file_name, owner)


def _key(columns: Mapping[str, Column]) -> str | None:
    """The column that names people: nearly unique, and best by its name; else by what stands in it, never plain words."""
    ranks = {name: rank for name, column in columns.items() if (rank := _key_rank(column, columns)) is not None}
    return min(ranks, key=lambda name: ranks[name]) if ranks else None


def _key_rank(column: Column, columns: Mapping[str, Column]) -> tuple[int, bool, float] | None:
    """The lower, the better a key: known by its name, referred to, like ids, addresses, anything else with digits."""
    if not (column.is_key or column.is_nearly_key):
        return None
    near = _nearness(column.name, KEY_NAMES)
    address = column.looks_like("email") >= 0.5
    if near >= NEAR and not address:
        return 0, not column.is_key, -near
    digits = column.looks_like("digits") >= 0.5 and not address
    if digits and _referring(column, columns):
        return 1, not column.is_key, 0.0
    if address and (column.is_key or not column.repeated):
        return 3, not column.is_key, -near
    if not digits or (column.repeated and not column.is_key) or column.looks_like("date") >= 0.5:
        return None
    return 2 if column.looks_like("id") >= 0.9 else 4, not column.is_key, 0.0


def _referring(column: Column, columns: Mapping[str, Column]) -> list[str]:
    """The columns that hold next to nothing but this one's values, some of them many times."""
    return [
        name
        for name, other in columns.items()
        if name != column.name and other.filled > 1 and other.repeated and not other.is_key
        if other.share(column.values) >= 0.9
    ]


def _why_this_key(key: str, columns: Mapping[str, Column]) -> str:
    """What speaks for the key whose name is not known, with the other columns that could be it."""
    referring = _referring(columns[key], columns)
    why = f'"{referring[0]}" refers to its values' if referring else "no value comes twice"
    rivals = [f'"{name}"' for name, column in columns.items() if column.is_key and name != key]
    return f"{why}; also unique: {', '.join(rivals[:EXAMPLES])}" if rivals else why


def _why_no_key(columns: Mapping[str, Column]) -> str:
    """Why nobody can be told apart, with the column that comes nearest to it and what is wrong there, and what to do."""
    if not any(column.rows for column in columns.values()):
        return "there is a line of column names, and no row of anybody. Export the people too, with a header line."
    meant = [column for name, column in columns.items() if column.filled and _nearness(name, KEY_NAMES) >= NEAR]
    near = max(meant or columns.values(), key=lambda column: len(column.values))
    faults = []
    if near.filled < near.rows:
        faults.append(f"{near.rows - near.filled:,} of {near.rows:,} rows have none")
    twice = [value for value, count in near.values.most_common(EXAMPLES) if count > 1]
    if twice:
        faults.append(f"{', '.join(twice)} {'stands' if len(twice) == 1 else 'stand'} in more than one row")
    if not faults:
        faults.append("words or dates stand in it, which may come twice with the next person")
    return (
        f'no column names each row once, so nobody can be told apart. "{near.name}" comes nearest, but '
        f"{' and '.join(faults)}. Mend that in the export, or add the number of each person at the source."
    )


def _nearness(name: str, words: Iterable[str]) -> float:
    """How near a column's name comes to one of the words, from 0 to 1."""
    bare = re.sub(r"[^a-z0-9äöüßéèêçñ]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()).strip()
    return max(difflib.SequenceMatcher(None, bare, word).ratio() for word in words)


def _one_line(text: str) -> str:
    """The text as a comment holds it, whatever stands in the names of columns."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


class _Writing:
    """Which column fills which field, and the text of it."""

    def __init__(self, columns: Mapping[str, Column], key: str) -> None:
        self.columns, self.key = columns, key
        self.fields: dict[str, str] = {}
        self.questions: list[str] = []
        self.formats: list[str] = []
        self.by_email = False

    def assign(self) -> None:
        """The best pairs of field and column first; a column fills one field."""
        pairs = []
        for field, words in FIELD_NAMES.items():
            for name, column in self.columns.items():
                near = _nearness(name, words)
                if name != self.key and near >= NEAR and self._fits(field, column):
                    pairs.append((-near, list(FIELD_NAMES).index(field), field, name))
        for _, _, field, name in sorted(pairs):
            if field not in self.fields and name not in self.fields.values():
                self.fields[field] = name
        if "email" not in self.fields:
            self._email_by_values()
        if "manager" not in self.fields:
            self._manager_by_address()
        if "manager" not in self.fields:
            self._manager_by_values()
        self._words_by_values()
        if "department code" in self.fields:
            self._department()
        self._formats_everywhere()

    def _fits(self, field: str, column: Column) -> bool:
        """Whether what stands in the column is of the field's shape; an empty one may be."""
        if not column.values:
            return True
        if field == "manager":
            return column.share(self.columns[self.key].values) >= 0.5
        if field in DATE_FIELDS:
            return column.looks_like("date") >= 0.8
        if field in ("level", "fte"):
            return max(column.looks_like("number"), column.looks_like("comma number")) >= 0.8
        if field == "country":
            return self._countries(column) >= 0.8
        return field not in SHAPES or column.looks_like(SHAPES[field]) >= 0.8

    def _countries(self, column: Column) -> float:
        return column.looks_like("country") + column.share_of_words(VOCABULARIES["country"])

    def _free(self) -> list[Column]:
        """The columns that fill nothing yet."""
        return [column for name, column in self.columns.items() if name not in (self.key, *self.fields.values())]

    def _email_by_values(self) -> None:
        """A column full of addresses, hardly one of them twice, that is named like nobody else's."""
        others = (*FIELD_NAMES["personal_email"], *FIELD_NAMES["manager"])
        found = [
            column
            for column in self._free()
            if column.looks_like("email") >= 0.8 and column.filled * 2 >= column.rows and len(column.values) > 1
            if len(column.values) >= 0.9 * column.filled and _nearness(column.name, others) < NEAR
        ]
        if found:
            name = max(found, key=lambda column: len(column.values)).name
            self.fields["email"] = name
            self._ask(f'Is "{name}" the work address? Its values are e-mail addresses.')

    def _manager_by_address(self) -> None:
        """A column with addresses of other people: by its name when half of them are known, else when nearly all are."""
        known = (
            {value.casefold() for value in self.columns[self.fields["email"]].values} if "email" in self.fields else ()
        )
        for column in sorted(self._free(), key=lambda column: -_nearness(column.name, FIELD_NAMES["manager"])):
            named = _nearness(column.name, FIELD_NAMES["manager"]) >= NEAR
            if column.values and column.share_of_words(known) >= (0.5 if named else 0.9):
                self.fields["manager"], self.by_email = column.name, True
                if not named:
                    self._ask(f'Is "{column.name}" the manager? Its values are addresses of other people.')
                return

    def _words_by_values(self) -> None:
        """A column in which next to nothing but known words stands, whatever its name."""
        for field, words in VOCABULARIES.items():
            telling = [word for word in words if len(word) > 2 and word != "true"]
            for column in self._free():
                if field not in self.fields and column.filled > 1 and column.share_of_words(telling) >= 0.9:
                    self.fields[field] = column.name
                    self._ask(f'Is "{column.name}" the {field}? Its values look like it.')

    def _manager_by_values(self) -> None:
        """A column full of other people's keys, each many times over."""
        keys = self.columns[self.key].values
        for name, column in self.columns.items():
            free = name != self.key and name not in self.fields.values()
            if free and column.filled > 1 and not column.is_key and column.share(keys) >= 0.9:
                self.fields["manager"] = name
                self._ask(f'Is "{name}" the manager? Its values are keys of other people.')
                return

    def _formats_everywhere(self) -> None:
        """A site that writes its dates otherwise does so in each column, also in those that are still empty."""
        for field in DATE_FIELDS:
            if field in self.fields and self.columns[self.fields[field]].values:
                formats, guessed = date_formats(self.columns[self.fields[field]])
                self.formats += [form for form in formats if not guessed and form not in self.formats]
        if not self.formats:
            for column in self._free():
                if column.looks_like("date") >= 0.8:
                    formats, guessed = date_formats(column)
                    self.formats += [form for form in formats if not guessed and form not in self.formats]

    def _department(self) -> None:
        """A code beside a name: people type names, systems write codes; but only its reader knows what a code means."""
        code = self.fields.pop("department code")
        if "department" not in self.fields:
            self.fields["department"] = code
        else:
            self._ask(
                f'Is the department better read from "{code}" than from "{self.fields["department"]}"? '
                "Codes are typed less often; list them under values:."
            )

    def _ask(self, question: str) -> str:
        self.questions.append(_one_line(question))
        return f"# QUESTION: {self.questions[-1]}"

    def proposal(self, file_name: str, owner: str) -> Proposal:
        stem = re.sub(r"[^a-z0-9]+", "-", _DAYS.sub("", _DATE.sub("", file_name.rsplit(".", 1)[0])).lower()).strip("-")
        before = [f"  # QUESTION: {question}" for question in self.questions]
        fields = [line for field, name in self._ordered() for line in self._field(field, name)]
        filled = [field for field in self._names() if field in ("name", "status", "hired_on")]
        head = [
            f"# Proposed from {file_name}. Answer the questions, then: handrail check",
            "",
            f"mapping: {plain(stem or 'people')}",
            "source: hris",
            "kind: csv",
            *self._pattern(file_name),
            f"owner: {plain(owner)}   # who answers for rows that are held",
            "",
            *self._key_lines(),
            f"needed: [{', '.join(filled)}]   # nobody new is taken in without these",
            "absent: leaves   # a file is the whole company, and who is in no row has left; else: stays",
            "",
            "fields:"
            if self.fields
            else "fields: {}   # none was recognized: write them here, as in  name: Your column",
            *before,
        ]
        used = {self.key, *self.fields.values()}
        unused = [name for name in self.columns if name not in used]
        tail = ["", "# Not used: " + _one_line(", ".join(unused))] if unused else []
        for name in self._lacking():
            hint = f' It must hold their "{self.key}" or their work address, not a name.' if name == "manager" else ""
            tail.append(self._ask(f'No column was found for "{name}". Is there one under another name?{hint}'))
        text = "\n".join([*head, *fields, *tail]) + "\n"
        return Proposal(text, tuple(self.questions), dict(self.fields))

    def _names(self) -> list[str]:
        composed = "given_name" in self.fields and "family_name" in self.fields
        return (["name"] if composed and "name" not in self.fields else []) + list(self.fields)

    def _lacking(self) -> list[str]:
        return [field for field in ("name", "email", "status", "hired_on", "manager") if field not in self._names()]

    def _ordered(self) -> list[tuple[str, str]]:
        order = list(FIELD_NAMES)
        return sorted(self.fields.items(), key=lambda item: order.index(item[0]))

    def _pattern(self, file_name: str) -> list[str]:
        for pattern, token in ((_DATE, "{date}"), (_DAYS, "{yyyymmdd}")):
            if pattern.search(file_name):
                return [f"file: {plain(pattern.sub(token, file_name, count=1))}   # it is of the day in its name"]
        question = self._ask(
            "Do later files carry a date in their name? Write it as {date}; else a file counts from its arrival."
        )
        return [f"file: {plain(file_name)}", question]

    def _key_lines(self) -> list[str]:
        lines = [f"key: {plain(self.key)}   # names a person at the source for ever"]
        if _nearness(self.key, KEY_NAMES) < NEAR:
            lines.append(
                self._ask(
                    f'Does "{self.key}" name a person for ever? It was taken because {_why_this_key(self.key, self.columns)}.'
                )
            )
        column = self.columns[self.key]
        if blank := column.rows - column.filled:
            lines.append(
                self._ask(
                    f'Who is in the {"row" if blank == 1 else f"{blank:,} rows"} without "{self.key}"? '
                    "Nobody can be told by it: add it at the source."
                )
            )
        if column.repeated and not column.is_key:
            twice = [value for value, count in column.values.most_common(EXAMPLES) if count > 1]
            lines.append(
                self._ask(
                    f'Whose is {" and ".join(twice)} in "{self.key}"? {"It stands" if len(twice) == 1 else "They stand"} in more than one row. '
                    "Rows that say different things of one key will be held: correct them at the source."
                )
            )
        return lines

    def _field(self, field: str, name: str) -> list[str]:
        column = self.columns[name]
        lines = []
        if field == "given_name" and "name" not in self.fields and "family_name" in self.fields:
            composed = f"{{{name}}} {{{self.fields['family_name']}}}"
            lines.append(f"  name: {plain(composed)}")
        if field in DATE_FIELDS:
            return lines + self._date(field, column)
        if field == "country" and not column.share_of_words(VOCABULARIES["country"]):
            return [*lines, f"  country: {{ column: {plain(name)}, letters: capitals }}"]
        if field == "manager" and self.by_email:
            return [*lines, f"  manager: {{ column: {plain(name)}, by: email }}"]
        if field in VOCABULARIES:
            return lines + self._words(field, column)
        if field in ("level", "fte") and column.looks_like("comma number") > column.looks_like("number"):
            return [*lines, f"  {field}: {{ column: {plain(name)}, decimal: comma }}"]
        return [*lines, f"  {field}: {plain(name)}"]

    def _date(self, field: str, column: Column) -> list[str]:
        formats, guessed = date_formats(column)
        formats += tuple(form for form in self.formats if form not in formats and turned(form) not in formats)
        lines = []
        if guessed:
            lines.append(
                "  " + self._ask(f'Is "{column.name}" really {formats[0]}? Day and month cannot be told apart in it.')
            )
        return [*lines, f"  {field}: {{ column: {plain(column.name)}, dates: [{', '.join(formats)}] }}"]

    def _words(self, field: str, column: Column) -> list[str]:
        """What is known of the column's words; the others are asked, and held until somebody says."""
        known, unknown = {}, []
        for word, _ in column.values.most_common(WORDS_MAX):
            canonical = VOCABULARIES[field].get(word.casefold())
            if field == "country" and len(word) == 2:
                canonical = word.upper()
            if canonical:
                known[word.casefold()] = f"{plain(word)}: {canonical}"
            else:
                unknown.append(word)
        allowed = ["a code of two letters"] if field == "country" else sorted(set(VOCABULARIES[field].values()))
        asked = [
            "  " + self._ask(f'What does "{word}" in "{column.name}" mean: {", ".join(allowed)}?') for word in unknown
        ]
        listed = f", values: {{ {', '.join(known.values())} }}" if known else ""
        return [*asked, f"  {field}: {{ column: {plain(column.name)}{listed} }}"]
