"""How wide a text is, and where it wraps: by the widths of a real font that is wider than most.

The tables are the advance widths of DejaVu Sans 2.37 and its bold, in thousandths of the type size and rounded up; Arial, Roboto and
Segoe UI are narrower. So what fits here fits in a browser, whichever font it takes. What the tables do not have counts as very wide.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import chain
from typing import Final

_REGULAR: Final = {
    275: "'",
    300: "IJijlÌÍÎÏìíîïĨĩĪīĬĭĮįİĴĵĺļł",
    325: " ,.·’",
    350: "/:;\\|¦ŀ",
    375: "-fľ",
    400: "()[]tţťŧ",
    425: "!r¡²³¹ŕŗř",
    475: '"ªº',
    500: "*_`§¨¯°–",
    525: "szśŝşšźżž“”▸",
    550: "?c¿çćĉċč",
    575: "LĳĹĻĽĿŁ",
    600: "FkvxyýÿĲķĸŷ•",
    625: "PTYaeo«»ÝÞàáâãäåèéêëðòóôõöøāăąēĕėęěōŏőŢŤŦŶŸ",
    650: "$0123456789ESbdghnpqu{}¢£¤¥µ¶ÈÉÊËßñùúûüþďđĒĔĖĘĚĝğġģĥńņňŋŚŜŞŠũūŭůűų",
    675: "KĶ",
    700: "ABCRVXZÀÁÂÃÄÅÇĀĂĄĆĈĊČħŔŖŘŹŻŽ",
    750: "NUÑÙÚÛÜŃŅŇŊŨŪŬŮŰŲ",
    775: "DGHÐĎĐĜĞĠĢĤ▲",
    800: "&OQÒÓÔÕÖØŌŎŐ",
    825: "wŉŵ",
    850: "#+<=>^~¬±×÷→←≥≤−",
    875: "M●",
    925: "Ħ",
    950: "■",
    975: "%m¼½¾Æ",
    1000: "@W©®æŴ—…",
    1025: "œ",
    1075: "Œ",
}
_BOLD: Final = {
    325: "'",
    350: " ijlìíîïĩīĭįĵĺļ",
    375: "/IJ\\|¦ÌÍÎÏĨĪĬĮİĴł",
    400: ",.:;·’",
    425: "-",
    450: "f²³¹",
    475: "!()[]¡",
    500: "_`rt§¨¯°ľŕŗřţťŧ–",
    525: '"*▸',
    575: "ªºŀ",
    600: "?csz¿çćĉċčśŝşšźżž",
    650: "Lx¤«¶»ĹĻĽĿŁ•",
    675: "akvyàáâãäåýÿāăąķĸŷ“”",
    700: "$0123456789EFTeo¢£¥ÈÉÊËèéêëðòóôõöøĒēĔĕĖėĘęĚěĳōŏőŢŤŦ",
    725: "SYbdghnpqu{}ÝßñùúûüþďđĝğġģĥńņňŋŚŜŞŠũūŭůűųŶŸ",
    750: "CPZµÇÞĆĈĊČĲŹŻŽ",
    775: "ABKRVXÀÁÂÃÄÅĀĂĄĶŔŖŘ▲",
    800: "ħ",
    825: "GUÙÚÛÜĜĞĠĢŨŪŬŮŰŲ",
    850: "#+<=>DHN^~¬±ÐÑ×÷ĎĐĤŃŅŇŊ→←≥≤−",
    875: "&OQÒÓÔÕÖØŌŎŐ●",
    925: "wŵ",
    950: "■",
    975: "Ħ",
    1000: "@M©®ŉ—…",
    1025: "%",
    1050: "m¼½¾æ",
    1100: "Æœ",
    1125: "WŴ",
    1175: "Œ",
}

_UNKNOWN: Final = 1400
_WIDTHS: Final = {
    bold: {character: width for width, characters in table.items() for character in characters}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
ELLIPSIS: Final = "…"


@lru_cache(maxsize=16384)
def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """How wide the text is at most, in the unit of `size`, the type size."""
    widths = _WIDTHS[bold]
    return sum(_width(character, widths) for character in text) * size / 1000


def _width(character: str, widths: dict[str, int]) -> int:
    known = widths.get(character)
    if known is not None:
        return known
    return 0 if unicodedata.combining(character) else _UNKNOWN


@lru_cache(maxsize=4096)
def wrapped(text: str, width: float, size: float, *, bold: bool = False, most: int = 4) -> tuple[str, ...]:
    """The text in lines no wider than `width`; a word that is too long is broken, and what is over `most` lines is left out."""
    lines: list[str] = []
    for word in chain.from_iterable(_pieces(word, width, size, bold=bold) for word in text.split()):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    while last and width_of(last + ELLIPSIS, size, bold=bold) > width:
        last = last[:-1]
    return (*lines[: most - 1], last.rstrip(" ,;:") + ELLIPSIS)


def _pieces(word: str, width: float, size: float, *, bold: bool) -> list[str]:
    """A word that fits, or its pieces: broken after a sign where it has one, else anywhere."""
    pieces: list[str] = []
    while width_of(word, size, bold=bold) > width and len(word) > 1:
        fits = max(
            1, next(n for n in range(len(word), 0, -1) if n == 1 or width_of(word[:n], size, bold=bold) <= width)
        )
        sign = max(word.rfind(mark, 1, fits) + 1 for mark in "-/_.:@")
        cut = sign or fits
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]
