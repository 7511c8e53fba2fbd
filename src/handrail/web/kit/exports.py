"""A list as a file: CSV, and a workbook. Both are made of the same cells as the table on the page, and are safe to open.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it (OWASP, CSV injection); in a
workbook every text is written as text. The first lines name the list, its filter, the moment and who made it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, Final
from zoneinfo import ZoneInfo

import xlsxwriter  # type: ignore[import-untyped]
from fastapi.responses import Response, StreamingResponse
from msgspec import Struct

from handrail.insight.telling.wording import due_day
from handrail.terms.values import Instant
from handrail.web.kit.cells import Cell, Count, Due, Exact, Link, Percent, Several, State
from handrail.web.kit.lists import Fetch, Format, Table
from handrail.web.kit.words import span

LINES_AT_ONCE: Final = 1000
LINES_MAX: Final = 200_000
WIDEST: Final = 48
"""So many letters of a column of a workbook are shown; what is longer is there all the same."""

BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_CHUNK: Final = 64 * 1024
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class About(Struct, frozen=True):
    """What a file says of itself: the list, the filter in words (empty: everything), the moment with its zone, and by whom."""

    title: str
    chosen: str
    at: Instant
    zone: str
    by: str

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The lines at its top."""
        local = self.at.astimezone(ZoneInfo(self.zone))
        moment = f"{local:%Y-%m-%d %H:%M} {local.tzname()} ({self.zone})"
        return (
            ("list", self.title),
            ("filter", self.chosen or "none: everything that you may see"),
            ("as of", moment),
            ("made by", self.by),
        )


def export(table: Table, fetch: Fetch, about: About, format_: Format) -> Response:
    """The whole list as a file; `csv-excel` is CSV with the mark by which Excel knows UTF-8."""
    name = f"{table.name}-{about.at:%Y-%m-%d}"
    if format_ == "xlsx":
        made = workbook(table, _cells(table, fetch), about)
        return StreamingResponse(_read(made), media_type=_XLSX, headers=_named(f"{name}.xlsx"))
    text = csv_lines(table, _cells(table, fetch), about, mark=format_ == "csv-excel")
    return StreamingResponse(text, media_type="text/csv; charset=utf-8", headers=_named(f"{name}.csv"))


def csv_lines(table: Table, rows: Iterator[tuple[Cell, ...]], about: About, *, mark: bool) -> Iterator[str]:
    """CSV after RFC 4180, line by line."""
    written = io.StringIO()
    writer = csv.writer(written)

    def line(*cells: str) -> str:
        written.seek(0)
        written.truncate()
        writer.writerow([safe(cell) for cell in cells])
        return written.getvalue()

    yield BOM if mark else ""
    for label, value in about.lines:
        yield line(label, value)
    yield line()
    yield line(*(column.title for column in table.columns))
    for cells in rows:
        yield line(*(plain(cell, about.zone) for cell in cells))


def workbook(table: Table, rows: Iterator[tuple[Cell, ...]], about: About) -> IO[bytes]:
    """An xlsx file, open at its beginning; the caller closes it."""
    made: IO[bytes] = TemporaryFile()  # noqa: SIM115 - it is sent after this returns
    book = xlsxwriter.Workbook(made, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, sheet = book.add_format({"bold": True}), book.add_worksheet(table.name[:31])
    at = 0
    for at, (label, value) in enumerate(about.lines):
        sheet.write_string(at, 0, label, bold)
        sheet.write_string(at, 1, value)
    at += 2
    percent = book.add_format({"num_format": "0.0%"})
    widths = [len(column.title) for column in table.columns]
    for index, column in enumerate(table.columns):
        sheet.write_string(at, index, column.title, bold)
    sheet.freeze_panes(at + 1, 0)
    for number, cells in enumerate(rows, at + 1):
        for index, cell in enumerate(cells):
            figure = cell.many if isinstance(cell, Count) else cell
            if isinstance(figure, Percent):
                sheet.write_number(number, index, round(figure.share / 100, 6), percent)
            elif isinstance(figure, int | float):
                sheet.write_number(number, index, figure)
            else:
                text = plain(cell, about.zone)
                widths[index] = max(widths[index], len(text))
                sheet.write_string(number, index, text)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, min(width, WIDEST) + 2)
    book.close()
    made.seek(0)
    return made


def plain(cell: Cell, zone: str) -> str:  # noqa: PLR0911 - a kind of cell a line
    """A cell as text: moments with their zone's offset, several things with a semicolon between."""
    match cell:
        case None:
            return ""
        case Link(text=text) | State(word=text):
            return text
        case Count(many=many):
            return str(many)
        case Percent(share=share):
            return f"{share} %"
        case Due(at=at):
            return _until(at, zone) if at is not None else ""
        case Several(parts=parts):
            return "; ".join(text for part in parts if (text := plain(part, zone)))
        case datetime() | Exact():
            at = cell.at if isinstance(cell, Exact) else cell
            return at.astimezone(ZoneInfo(zone)).isoformat(sep=" ", timespec="minutes")
        case date():
            return cell.isoformat()
        case timedelta():
            return span(cell)
        case _:
            return str(cell)


def _until(limit: Instant, zone: str) -> str:
    """A limit: its last day, the time on it (`24:00`: its end), and the zone's offset."""
    day, time = due_day(limit, zone)
    return f"{day.isoformat()} {time}{limit.astimezone(ZoneInfo(zone)).isoformat()[-6:]}"


def safe(text: str) -> str:
    """The text, so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.lstrip("+-").isascii() and text.lstrip("+-")[:1].isdigit()


def _cells(table: Table, fetch: Fetch) -> Iterator[tuple[Cell, ...]]:
    """Every line, page by page, up to `LINES_MAX`; if there are more, the last line says so."""
    after, many = "", 0
    while True:
        found = fetch(after, LINES_AT_ONCE)
        for line in found.lines:
            yield tuple(column.cell(line) for column in table.columns)
        many += len(found.lines)
        after = found.next
        if not after:
            return
        if many >= LINES_MAX:
            yield (f"There are more: these are the first {many:,}. Choose a filter, and make the others apart.",)
            return


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _read(made: IO[bytes]) -> Iterator[bytes]:
    with made:
        while part := made.read(_CHUNK):
            yield part
