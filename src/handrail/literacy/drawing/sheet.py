"""A map as a page by itself: the picture, and below it the table that says the same; prints on A4, across."""

from __future__ import annotations

from html import escape

from handrail.literacy.drawing.graph import Graph, rows_of
from handrail.literacy.drawing.placing.geometry import Drawing
from handrail.literacy.drawing.writing import svg

_STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1f2937;background:#fff}svg{max-width:100%;height:auto}"
    "table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8884}"
    "@media(prefers-color-scheme:dark){body{color:#e5e7eb;background:#11161d}}"
    "@media print{@page{size:A4 landscape;margin:12mm}body{margin:0;color:#000;background:#fff}tr{break-inside:avoid}}"
)


def sheet(graph: Graph, drawing: Drawing) -> str:
    """The page as HTML, with its own style."""
    rows = "".join(
        f"<tr><td>{escape(row.source)}</td><td>{escape(row.target)}</td><td>{escape(row.when)}</td><td>{escape(row.kind)}</td></tr>"
        for row in rows_of(graph)
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(graph.title)}</title><style>{_STYLE}</style>'
        f"<h1>{escape(graph.title)}</h1>{svg(graph, drawing)}<h2>The same as a table</h2>"
        "<table><thead><tr><th>From<th>To<th>When<th>Kind of line</tr></thead>"
        f"<tbody>{rows}</tbody></table></html>\n"
    )
