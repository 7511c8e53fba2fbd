"""A CSV file as rows, streaming, each with the line it begins in and, where it cannot be read, the reason.

What a file is (encoding, delimiter, header) is found once, in `inspect`; `rows` may then be read again and again and
always gives the same rows with the same numbers. Nothing here knows fields or people.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Final, TypeAlias

from msgspec import Struct

Opener: TypeAlias = Callable[[], BinaryIO]
"""Opens the same file anew, from its beginning."""

Row: TypeAlias = tuple[int, int, list[str], str]
"""Number of the row (1 is the first after the header; blank lines have none), line it begins in, cells, and what is
wrong with it: empty when it can be read."""

CELL_MAX: Final = csv.field_size_limit()
_CHUNK: Final = 1 << 20
_DELIMITERS: Final = (",", ";", "\t", "|")
_END_IN_QUOTES: Final = "the file ends inside a quoted field"
_END_IN_ROW: Final = "the file ends in the middle of a row"


class Layout(Struct, frozen=True):
    """How a file is read. `hash` is over its bytes (hex); `problem` says why it cannot be read at all.

    `damaged`: some bytes may not be of the encoding, so each row is looked at; `nul`: there are NUL characters;
    `ended`: it ends with a line's end, as a whole file does; `skip` counts lines before the header.
    """

    hash: str
    encoding: str
    delimiter: str = ","
    header: tuple[str, ...] = ()
    damaged: bool = False
    nul: bool = False
    ended: bool = True
    skip: int = 0
    problem: str = ""


def inspect(open_file: Opener, columns: Sequence[str], encoding: str = "", delimiter: str = "") -> Layout:
    """What the file is: one pass over its bytes. `columns` are those a mapping names, which tell the delimiter.

    Without `encoding`: UTF-8 (with or without a mark), UTF-16 with a mark; else cp1252, unless a part of the file is
    clearly UTF-8: then the rest of it is damaged, and only the rows that hold the damage cannot be read.
    """
    with open_file() as stream:
        facts = _bytes_of(stream, encoding)
    if facts.problem:
        return facts
    with _text(open_file, facts) as text:
        first = _first_lines(text)
    if any("\ufffd" in line for line in first[:1]):
        return _with(facts, problem=f"this is no {facts.encoding} text. Save it as UTF-8 and send it again")
    skip = 1 if first and first[0].lower().startswith("sep=") else 0
    lines = first[skip:]
    if not lines:
        return _with(facts, skip=skip)
    chosen = delimiter or max(_DELIMITERS, key=lambda sign: _fit(lines, sign, columns))
    return _with(facts, delimiter=chosen, header=_header(lines, chosen), skip=skip)


def rows(open_file: Opener, layout: Layout) -> Iterator[Row]:
    """Every row after the header, in order. `csv.Error`s become rows that cannot be read; nothing is left out."""
    with _text(open_file, layout) as text:
        for _ in range(layout.skip):
            text.readline()
        reader = csv.reader(text, delimiter=layout.delimiter, strict=True)
        before = layout.skip
        number, width, careful = -1, len(layout.header), layout.damaged or layout.nul
        while True:
            line = before + 1
            problem = ""
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                cells, problem = [], _why(str(error))
            before = layout.skip + reader.line_num
            if not cells and not problem:
                continue
            number += 1
            if number == 0:
                continue
            if len(cells) != width and not problem:
                problem = _width_problem(len(cells), width)
            if careful and not problem:
                problem = _characters(cells)
            yield number, line, cells, problem


def ends_cut_short(last: Row | None, layout: Layout) -> str:
    """Why the file looks cut off, by its last row; empty when it does not."""
    if last is None or not last[3]:
        return ""
    if last[3] == _END_IN_QUOTES:
        return f"{_END_IN_QUOTES}, which begins in line {last[1]}"
    if not layout.ended and 0 < len(last[2]) < len(layout.header):
        return f"{_END_IN_ROW}, in line {last[1]}"
    return ""


def _with(layout: Layout, **changed: object) -> Layout:
    return Layout(**{name: changed.get(name, getattr(layout, name)) for name in layout.__struct_fields__})  # type: ignore[arg-type]


def _bytes_of(stream: BinaryIO, encoding: str) -> Layout:
    """Hash, encoding and damage, in one pass."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    start, last, nul, is_utf8, damage = b"", b"", False, True, _Damage()
    while True:
        chunk = stream.read(_CHUNK)
        start = start or chunk[:4]
        last = chunk[-2:] or last
        digest.update(chunk)
        nul = nul or b"\0" in chunk
        damage.see(chunk)
        if is_utf8:
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                is_utf8 = False
        if not chunk:
            break
    damage.see(b"\n")
    ended = last.endswith((b"\n", b"\r", b"\n\0", b"\r\0"))
    if not encoding and start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Layout(digest.hexdigest(), "utf-16", damaged=True, ended=ended)
    found = encoding or ("utf-8" if is_utf8 or damage.some_utf8 else "cp1252")
    name = "utf-8-sig" if found == "utf-8" else found
    damaged = found != "utf-8" or not is_utf8
    return Layout(digest.hexdigest(), name, damaged=damaged, nul=nul and found != "utf-16", ended=ended)


class _Damage:
    """Whether some line that is not plain ASCII is UTF-8: then the others of the file were meant to be."""

    def __init__(self) -> None:
        self.some_utf8 = False
        self._rest = b""

    def see(self, chunk: bytes) -> None:
        if self.some_utf8 or (chunk.isascii() and not self._rest):
            self._rest = b"" if chunk.endswith(b"\n") or self.some_utf8 else chunk[chunk.rfind(b"\n") + 1 :]
            return
        *lines, rest = (self._rest + chunk).split(b"\n")
        self._rest = rest if len(rest) < _CHUNK else b""
        self.some_utf8 = any(not line.isascii() and _decodes(line) for line in lines)


def _decodes(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _text(open_file: Opener, layout: Layout) -> io.TextIOWrapper:
    """What cannot be decoded becomes a character that no text has, so that its row can be told from the others."""
    errors = "surrogateescape" if layout.encoding == "utf-8-sig" else "replace"
    return io.TextIOWrapper(open_file(), encoding=layout.encoding, errors=errors, newline="")


def _first_lines(text: io.TextIOWrapper) -> list[str]:
    """The first two lines that say anything, no longer than a header may be."""
    found: list[str] = []
    while len(found) < 3 and (line := text.readline(CELL_MAX)):
        if line.strip():
            found.append(line)
    return found


def _header(lines: list[str], delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(cell.strip() for cell in next(csv.reader(lines, delimiter=delimiter)))
    except (csv.Error, StopIteration):
        return ()


def _fit(lines: list[str], delimiter: str, columns: Sequence[str]) -> tuple[int, int]:
    header = _header(lines, delimiter)
    return len(set(header) & set(columns)), len(header)


def _why(error: str) -> str:
    if "unexpected end of data" in error:
        return _END_IN_QUOTES
    if "field larger" in error:
        return f"a field is longer than {CELL_MAX} characters"
    if "expected after" in error:
        return "a quote stands in the middle of a field: write it twice, or quote the whole field"
    return f"this line is no CSV ({error})"


def _width_problem(found: int, width: int) -> str:
    return f"it has {found} columns, the header has {width}"


def _characters(cells: list[str]) -> str:
    text = "".join(cells)
    if "\0" in text:
        return "it holds a NUL character"
    if "\ufffd" in text:
        return "it holds bytes that are no text in the file's encoding"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "it holds bytes that are not UTF-8, though the rest of the file is"
    return ""
