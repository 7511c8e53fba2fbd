"""A map as a page by itself: the picture, and below it the table that says the same; prints on A4, across."""

from __future__ import annotations

from html import escape
from typing import Final

from handrail.literacy.drawing.picture import Map
from handrail.literacy.drawing.writing import pieces

_STYLE: Final = (
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1f2937;background:#fff}"
    "svg{display:block;max-width:100%;height:auto;margin:0 0 1.5rem}"
    "table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8884}"
    "@media(prefers-color-scheme:dark){body{color:#e5e7eb;background:#11161d}}"
    "@media print{@page{size:A4 landscape;margin:12mm}body{margin:0;color:#000;background:#fff}"
    "svg{break-inside:avoid;max-height:180mm}tr{break-inside:avoid}h2{break-before:page}}"
)


def sheet(shown: Map) -> str:
    """The page as HTML, with its own style."""
    title = escape(shown.drawing.title)
    rows = "".join(
        f"<tr><td>{escape(row.source)}</td><td>{escape(row.target)}</td><td>{escape(row.when)}</td><td>{escape(row.kind)}</td></tr>\n"
        for row in shown.rows
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>\n'
        f"<body><h1>{title}</h1>\n{''.join(pieces(shown))}\n<h2>The same as a table</h2>\n"
        "<table><thead><tr><th>From</th><th>To</th><th>When</th><th>Kind of line</th></tr></thead>\n"
        f"<tbody>\n{rows}</tbody></table></body></html>\n"
    )
